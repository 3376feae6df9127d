/**
 * Turns the parts of one candidate into blocks. Consecutive text of one kind is one block; everything else is a block of its own. A signature
 * alone is never content, and a field nobody knows is content rather than nothing, so that an answer is not thrown away for being new.
 */

import type { BlockKind, StreamEvent } from '../../model/events.ts';
import { stringifyLossless } from '../json/lossless.ts';
import { PartialArguments } from './partial-arguments.ts';
import { isObject, type JsonObject, signatureOf, textOf } from './shapes.ts';

export class CandidateParts {
  /** The visible text so far, block by block: what citations are about. */
  readonly texts: TextBlock[] = [];
  readonly #nextIndex: () => number;
  #open: OpenBlock | undefined;

  /** Block indexes are counted for the whole answer, so that the blocks of two candidates never share one. */
  constructor(nextIndex: () => number) {
    this.#nextIndex = nextIndex;
  }

  /** Returns whether the part said something. */
  push(part: JsonObject, out: StreamEvent[]): boolean {
    const call = part.functionCall;
    if (isObject(call)) return this.#pushCall(call, signatureOf(part), out);
    for (const [field, kind] of wholeKinds) {
      if (part[field] === undefined) continue;
      const value = part[field];
      const id = isObject(value) ? textOf(value.id) : undefined;
      const whole = { ...(id === undefined ? {} : { id }), ...contentOf(field, value, part) };
      this.#pushWhole(kind, whole, signatureOf(part), out);
      return true;
    }
    if (Object.keys(part).some((field) => !plainFields.has(field))) {
      this.#pushWhole('other', { wire: part }, signatureOf(part), out);
      return true;
    }
    return this.#pushText(part, out);
  }

  /** Closes the open block: the candidate gave a finish reason. */
  close(out: StreamEvent[]): void {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    const text = open.streamed?.text;
    if (text !== undefined) out.push({ type: 'block-delta', index: open.index, kind: 'tool-arguments', text });
    out.push({ type: 'block-end', index: open.index });
  }

  #pushText(part: JsonObject, out: StreamEvent[]): boolean {
    const text = textOf(part.text) ?? '';
    const signature = signatureOf(part);
    if (text !== '') {
      const kind = part.thought === true ? 'thinking' : 'text';
      const open = this.#open;
      const fits = open?.kind === kind && (signature === undefined || (open.signature ?? signature) === signature);
      if (!fits) this.#start(kind, false, {}, out);
      out.push({ type: 'block-delta', index: this.#open!.index, kind, text });
      if (kind === 'text') this.#keep(this.#open!.index, text);
    }
    if (signature !== undefined) this.#sign(signature, out);
    return text !== '';
  }

  #pushCall(call: JsonObject, signature: string | undefined, out: StreamEvent[]): boolean {
    const name = textOf(call.name);
    const goesOn = call.willContinue === true;
    const partial = Array.isArray(call.partialArgs) ? call.partialArgs : undefined;
    if (name === undefined || name === '') {
      if (this.#open?.kind !== 'tool-call') {
        out.push({ type: 'unknown', name: 'functionCall without a name' });
        return false;
      }
    } else {
      const whole = !goesOn && partial === undefined;
      const id = textOf(call.id);
      this.#start(
        'tool-call',
        true,
        {
          ...(id === undefined ? {} : { id }),
          name,
          ...(whole ? { argumentsJson: stringifyLossless(call.args ?? {}) } : {}),
        },
        out,
      );
      if (whole) {
        if (signature !== undefined) this.#sign(signature, out);
        this.close(out);
        return true;
      }
    }
    if (signature !== undefined) this.#sign(signature, out);
    this.#gather(call, partial, out);
    if (!goesOn) this.close(out);
    return true;
  }

  /** Arguments that stream are told when they are whole: their pieces are paths and values, which no other dialect knows. */
  #gather(call: JsonObject, partial: readonly unknown[] | undefined, out: StreamEvent[]): void {
    const open = this.#open;
    if (open === undefined) return;
    open.streamed ??= new PartialArguments();
    if (isObject(call.args)) open.streamed.merge(call.args);
    for (const piece of partial ?? []) {
      if (open.streamed.place(piece)) continue;
      out.push({ type: 'message-end', stop: 'malformed', reason: 'a functionCall argument that has no place' });
      return;
    }
  }

  #pushWhole(kind: BlockKind, whole: StartFields, signature: string | undefined, out: StreamEvent[]): void {
    this.#start(kind, true, whole, out);
    if (signature !== undefined) this.#sign(signature, out);
    this.close(out);
  }

  #start(kind: BlockKind, says: boolean, more: StartFields, out: StreamEvent[]): void {
    this.close(out);
    const index = this.#nextIndex();
    this.#open = { index, kind, signature: undefined };
    out.push({ type: 'block-start', index, kind, says, ...more });
  }

  #keep(index: number, text: string): void {
    const last = this.texts.at(-1);
    if (last?.index === index) last.text += text;
    else this.texts.push({ index, text });
  }

  /** A signature without a block of its own belongs to the open one; with none open, or one that is signed otherwise, it stands alone. */
  #sign(signature: string, out: StreamEvent[]): void {
    const open = this.#open;
    if (open === undefined || (open.signature !== undefined && open.signature !== signature)) {
      this.close(out);
      out.push({ type: 'block-signature', index: this.#nextIndex(), signature });
      return;
    }
    open.signature = signature;
    out.push({ type: 'block-signature', index: open.index, signature });
  }
}

interface OpenBlock {
  readonly index: number;
  readonly kind: BlockKind;
  signature: string | undefined;
  streamed?: PartialArguments;
}

export interface TextBlock {
  readonly index: number;
  text: string;
}

type StartFields = Pick<
  Extract<StreamEvent, { type: 'block-start' }>,
  'id' | 'name' | 'argumentsJson' | 'media' | 'code' | 'wire'
>;

const wholeKinds: readonly (readonly [field: string, kind: BlockKind])[] = [
  ['inlineData', 'media'],
  ['fileData', 'media'],
  ['executableCode', 'code'],
  ['codeExecutionResult', 'code'],
  ['toolCall', 'server-tool'],
  ['toolResponse', 'server-tool'],
];

function contentOf(field: string, value: unknown, part: JsonObject): StartFields {
  const json = isObject(value) ? value : {};
  if (field === 'executableCode') {
    return { code: { language: textOf(json.language) ?? '', code: textOf(json.code) ?? '' } };
  }
  if (field === 'codeExecutionResult') {
    return { code: { outcome: textOf(json.outcome) ?? '', output: textOf(json.output) ?? '' } };
  }
  if (field === 'toolCall' || field === 'toolResponse') return { wire: part };
  const mimeType = textOf(json.mimeType);
  const data = textOf(json.data);
  const url = textOf(json.fileUri);
  return {
    media: {
      ...(mimeType === undefined ? {} : { mimeType }),
      ...(data === undefined ? {} : { data }),
      ...(url === undefined ? {} : { url }),
    },
  };
}

/** Text, and the fields that only say something about a part. */
const plainFields: ReadonlySet<string> = new Set([
  'text',
  'thought',
  'thoughtSignature',
  'thought_signature',
  'videoMetadata',
  'mediaResolution',
  'partMetadata',
]);
