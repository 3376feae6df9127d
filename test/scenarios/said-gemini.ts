/** What a Gemini answer says, read from its documents by the test's own hand: a stream has many, a collected answer one. */

type Json = Record<string, unknown>;

export interface SaidCandidate {
  /** Texts and thoughts as they follow each other, joined where they are of one kind; every other part as it came. */
  readonly parts: readonly Json[];
  readonly signatures: readonly string[];
  readonly finishReason: unknown;
}

export interface SaidResponse {
  readonly candidates: Readonly<Record<string, SaidCandidate>>;
  readonly usage: unknown;
  readonly blockReason: unknown;
}

export function saidInGemini(documents: readonly Json[]): SaidResponse {
  const chunks = new Map<number, Json[]>();
  for (const document of documents) {
    for (const candidate of (document.candidates ?? []) as Json[]) {
      const index = Number(candidate.index ?? 0);
      chunks.set(index, [...(chunks.get(index) ?? []), candidate]);
    }
  }
  const candidates = Object.fromEntries([...chunks].map(([index, list]) => [index, candidateOf(list)]));
  return {
    candidates,
    usage: documents.findLast((document) => document.usageMetadata !== undefined)?.usageMetadata,
    blockReason: documents.map(({ promptFeedback }) => (promptFeedback as Json | undefined)?.blockReason).find(Boolean),
  };
}

/** Whether somebody who reads it gets anything: a text, a thought, a call, an image. */
export function saysSomething({ candidates }: SaidResponse): boolean {
  return Object.values(candidates).some(({ parts }) => parts.length > 0);
}

function candidateOf(chunks: readonly Json[]): SaidCandidate {
  const all = chunks.flatMap(({ content }) => ((content as Json | undefined)?.parts ?? []) as Json[]);
  const parts: Json[] = [];
  const signatures: string[] = [];
  for (const part of all) {
    const { thoughtSignature, ...rest } = part;
    if (typeof thoughtSignature === 'string') signatures.push(thoughtSignature);
    if (typeof part.text !== 'string') {
      if (Object.keys(rest).length > 0) parts.push(rest);
      continue;
    }
    const kind = part.thought === true ? 'thought' : 'text';
    const last = parts.at(-1);
    if (part.text === '') continue;
    if (last !== undefined && Object.hasOwn(last, kind)) last[kind] = String(last[kind]) + part.text;
    else parts.push({ [kind]: part.text });
  }
  return { parts, signatures, finishReason: chunks.findLast(({ finishReason }) => finishReason)?.finishReason };
}
