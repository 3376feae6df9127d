/** Reads what a Gemini answer says, streamed, as an array or as a document, by the test's own hand. */

import { wireEvents } from './events.ts';
import { countIn, isObject, type Json, objectIn, objectsIn, parsed, stated, textIn } from './json.ts';
import { type Counts, type Ending, type Said, Saying } from './said.ts';

export function saidInGeminiStream(bytes: Uint8Array): Said {
  return saidInGeminiDocuments(wireEvents(bytes).map(({ data }) => objectIn(parsed(data))));
}

/** One document, or the chunks of a stream. */
export function saidInGeminiDocuments(documents: readonly Json[]): Said {
  const saying = new Saying();
  const usage: Record<string, unknown> = {};
  let call: GrowingCall | undefined;
  for (const document of documents) {
    for (const [name, value] of Object.entries(objectIn(document.usageMetadata))) usage[name] = value;
    const blocked = textIn(objectIn(document.promptFeedback).blockReason);
    if (blocked !== '') saying.ending = 'refusal';
    for (const candidate of objectsIn(document.candidates)) {
      for (const part of objectsIn(objectIn(candidate.content).parts)) call = hear(part, call, saying);
      const reason = textIn(candidate.finishReason);
      if (reason !== '') saying.ending = endings[reason] ?? 'other';
      const chunks = objectsIn(objectIn(candidate.groundingMetadata).groundingChunks);
      saying.sources.push(...chunks.map(({ web }) => textIn(objectIn(web).uri)).filter((uri) => uri !== ''));
    }
  }
  if (call !== undefined) endCall(call, saying);
  saying.counts = countsOf(usage);
  return saying.said();
}

const endings: Readonly<Record<string, Ending>> = {
  STOP: 'done',
  MAX_TOKENS: 'length',
  SAFETY: 'refusal',
  RECITATION: 'refusal',
  BLOCKLIST: 'refusal',
  PROHIBITED_CONTENT: 'refusal',
  SPII: 'refusal',
};

/** A call whose arguments come one by one, each with its path. */
interface GrowingCall {
  readonly name: string;
  readonly id: string;
  readonly input: Record<string, unknown>;
}

function hear(part: Json, open: GrowingCall | undefined, saying: Saying): GrowingCall | undefined {
  const { functionCall: call, executableCode: code, codeExecutionResult: result, inlineData, fileData } = part;
  if (isObject(call)) return hearCall(call, open, saying);
  if (isObject(code)) saying.whole('code', textIn(code.code));
  else if (isObject(result)) saying.whole('code', textIn(result.output));
  else if (isObject(inlineData)) saying.whole('media', textIn(inlineData.data));
  else if (isObject(fileData)) saying.whole('media', textIn(fileData.fileUri));
  else if (part.thought === true) saying.thinking += textIn(part.text);
  else saying.text(textIn(part.text));
  return open;
}

function hearCall(call: Json, open: GrowingCall | undefined, saying: Saying): GrowingCall | undefined {
  const name = textIn(call.name);
  if (name !== '' && open !== undefined) endCall(open, saying);
  if (name !== '' && call.willContinue !== true && call.partialArgs === undefined) {
    saying.call(name, textIn(call.id), JSON.stringify(call.args ?? {}));
    return undefined;
  }
  const growing = name === '' ? open : { name, id: textIn(call.id), input: {} };
  if (growing === undefined) return undefined;
  for (const piece of objectsIn(call.partialArgs)) place(growing.input, piece);
  if (call.willContinue === true) return growing;
  endCall(growing, saying);
  return undefined;
}

function endCall({ name, id, input }: GrowingCall, saying: Saying): void {
  saying.call(name, id, JSON.stringify(input));
}

/** Strings at one path go on; everything else is set. */
function place(root: Record<string, unknown>, piece: Json): void {
  const path = [...textIn(piece.jsonPath).matchAll(/\.([^.[\]]+)|\[(\d+)\]|\['([^']*)'\]/g)].map(
    ([, name, at, quoted]) => name ?? quoted ?? Number(at),
  );
  let at = root;
  path.slice(0, -1).forEach((step, depth) => {
    at[step] ??= typeof path[depth + 1] === 'number' ? [] : {};
    at = at[step] as Record<string, unknown>;
  });
  const last = path.at(-1) ?? '';
  if (typeof piece.stringValue === 'string') at[last] = textIn(at[last]) + piece.stringValue;
  else at[last] = piece.numberValue ?? piece.boolValue ?? null;
}

function countsOf(usage: Json): Counts {
  const prompt = countIn(usage.promptTokenCount);
  const candidates = countIn(usage.candidatesTokenCount);
  const thoughts = countIn(usage.thoughtsTokenCount);
  return stated({
    input: prompt === undefined ? undefined : prompt + (countIn(usage.toolUsePromptTokenCount) ?? 0),
    cached: countIn(usage.cachedContentTokenCount),
    output: candidates === undefined && thoughts === undefined ? undefined : (candidates ?? 0) + (thoughts ?? 0),
    thoughts,
  });
}
