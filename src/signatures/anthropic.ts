/**
 * Walks an Anthropic history: puts back signatures and thinking that a client lost, and degrades to text what the target would refuse. It touches
 * thinking blocks only, and of these only the ones it is sure about: an unknown signature is the API's to judge.
 */

import type { JsonEdit, JsonPath } from '../model/wire.ts';
import type { Known, KnownCall } from './cache.ts';
import { callDigest, digest, isRecord, records, textOf } from './digest.ts';
import { refuses } from './family.ts';
import type { Lookups, Restoration, Trace } from './walk.ts';
import { isSameCall } from './walk.ts';

/** A signature of unknown origin that is shorter is taken for damaged. Known ones may have any length. */
export const unknownSignatureLengthMin = 50;

export function restoreAnthropic(json: Record<string, unknown>, model: string, lookups: Lookups): Restoration {
  const edits: JsonEdit[] = [];
  const restored: string[] = [];
  let degraded = 0;
  for (const { at, message, blocks } of assistantMessages(json)) {
    const changes: JsonEdit[] = [];
    let removed = 0;
    for (const block of blocks) {
      const path = ['messages', at, 'content', block.at];
      const verdict = judge(block.record, block.at, blocks, model, lookups);
      if (verdict.is === 'restore') {
        changes.push({ op: 'set', path: [...path, 'signature'], json: JSON.stringify(verdict.known.signature) });
        restored.push(verdict.known.signature);
      } else if (verdict.is === 'degrade') {
        const edit = asText(block.record, path);
        if (edit.op === 'remove') removed++;
        changes.push(edit);
        degraded++;
      }
    }
    if (removed > 0 && removed === message.length) edits.push({ op: 'remove', path: ['messages', at] });
    else edits.push(...changes);
  }
  const lost = lostThinking(json, model, lookups);
  return { edits: [...edits, ...lost.edits], restored: [...restored, ...lost.restored], degraded };
}

/** Every thinking block of the history, as the memory may know it. */
export function traceAnthropic(
  json: Record<string, unknown>,
  isKnown: (signature: string) => boolean,
): readonly Trace[] {
  return assistantMessages(json).flatMap(({ blocks }) => {
    const callIds = blocks.filter(isToolUse).map(({ record }) => textOf(record.id));
    return blocks
      .filter(({ record }) => isThinking(record))
      .map(({ record }): Trace => {
        const signature = signatureOf(record);
        const content = thinkingContent(textOf(record.thinking));
        const isNamed = signature.length >= unknownSignatureLengthMin || (signature !== '' && isKnown(signature));
        return isNamed || isRedacted(record) ? { signature, content, callIds } : { content, callIds };
      });
  });
}

/** How the session layer names a thinking block. */
export function thinkingContent(thinking: string): string {
  return digest('thinking', thinking);
}

type Block = ReturnType<typeof records>[number];
type Verdict =
  | { readonly is: 'leave' | 'degrade' }
  | { readonly is: 'restore'; readonly known: Pick<Known, 'signature'> };

function judge(
  block: Record<string, unknown>,
  at: number,
  blocks: readonly Block[],
  model: string,
  lookups: Lookups,
): Verdict {
  if (!isThinking(block)) return { is: 'leave' };
  const signature = signatureOf(block);
  const family = signature === '' ? undefined : lookups.familyOf(signature);
  if (signature !== '' && lookups.refused(signature)) return { is: 'degrade' };
  if (family !== undefined) return { is: refuses(model, family) ? 'degrade' : 'leave' };
  if (signature.length >= unknownSignatureLengthMin || isRedacted(block)) return { is: 'leave' };
  const text = textOf(block.thinking);
  const known = knownThinking(text, at, blocks, lookups);
  if (known !== undefined && refuses(model, known.family)) return { is: 'degrade' };
  if (known !== undefined) return known.signature === signature ? { is: 'leave' } : { is: 'restore', known };
  return { is: lookups.unsignedRefused(thinkingContent(text)) ? 'degrade' : 'leave' };
}

/** By what it says, else by the tool call that it led to: thinking that is not shown says nothing, but its place is still known. */
function knownThinking(
  text: string,
  at: number,
  blocks: readonly Block[],
  lookups: Lookups,
): Pick<Known, 'signature' | 'family'> | undefined {
  const bySession = text === '' ? undefined : lookups.content(thinkingContent(text));
  if (bySession !== undefined) return bySession;
  const next = blocks.findIndex((block) => block.at > at && isToolUse(block));
  if (next < 0) return undefined;
  const known = knownCall(blocks[next]!.record, lookups);
  const start = blocks.findLastIndex((block, index) => index < next && isToolUse(block)) + 1;
  const group = blocks.slice(start, next).filter(({ record }) => isThinking(record));
  const same = known?.thinking?.[group.findIndex((block) => block.at === at)];
  if (known === undefined || same === undefined || known.thinking?.length !== group.length) return undefined;
  return same.type === 'thinking' && same.text === text
    ? { signature: same.signature, family: known.family }
    : undefined;
}

/** Manual thinking demands that the turn of an open tool loop begins with thinking, however many calls ago that was. */
function lostThinking(
  json: Record<string, unknown>,
  model: string,
  lookups: Lookups,
): { readonly edits: readonly JsonEdit[]; readonly restored: readonly string[] } {
  const found = openToolLoop(json).flatMap((message) => lostOf(message, model, lookups));
  return { edits: found.map(({ edit }) => edit), restored: found.map(({ signature }) => signature) };
}

function lostOf(
  { at, blocks }: Pick<AssistantMessage, 'at' | 'blocks'>,
  model: string,
  lookups: Lookups,
): { readonly edit: JsonEdit; readonly signature: string }[] {
  const call = blocks.find(isToolUse);
  if (call === undefined || blocks.some(({ record }) => isThinking(record))) return [];
  const known = knownCall(call.record, lookups);
  if (known === undefined || refuses(model, known.family)) return [];
  return (known.thinking ?? []).map((block) => ({
    signature: block.signature,
    edit: {
      op: 'before',
      path: ['messages', at, 'content', Math.min(block.before, call.at)],
      json:
        block.type === 'thinking'
          ? JSON.stringify({ type: 'thinking', thinking: block.text, signature: block.signature })
          : JSON.stringify({ type: 'redacted_thinking', data: block.signature }),
    },
  }));
}

/** The assistant messages since the user last said something that is no result of a tool. */
function openToolLoop(json: Record<string, unknown>): readonly AssistantMessage[] {
  if (!isRecord(json.thinking) || json.thinking.type !== 'enabled') return [];
  const isResult = (block: Block): boolean => block.record.type === 'tool_result';
  const asking = records(json.messages).findLast(
    ({ record }) => record.role === 'user' && !records(record.content).some(isResult),
  );
  return assistantMessages(json).filter(({ at }) => at > (asking?.at ?? -1));
}

function knownCall(toolUse: Record<string, unknown>, lookups: Lookups): KnownCall | undefined {
  const known = lookups.call(textOf(toolUse.id));
  const name = textOf(toolUse.name);
  return known && isSameCall(known, name, callDigest(name, toolUse.input), lookups) ? known : undefined;
}

interface AssistantMessage {
  readonly at: number;
  /** The content as it stands, with whatever is no block. */
  readonly message: readonly unknown[];
  readonly blocks: readonly Block[];
}
function assistantMessages(json: Record<string, unknown>): readonly AssistantMessage[] {
  return records(json.messages).flatMap(({ at, record }) =>
    record.role === 'assistant' && Array.isArray(record.content)
      ? [{ at, message: record.content, blocks: records(record.content) }]
      : [],
  );
}

/** White space alone is no legal text block. */
function asText(block: Record<string, unknown>, path: JsonPath): JsonEdit {
  const text = isRedacted(block) ? '' : textOf(block.thinking);
  return text.trim() === ''
    ? { op: 'remove', path }
    : { op: 'set', path, json: JSON.stringify({ type: 'text', text }) };
}
function isThinking(block: Record<string, unknown>): boolean {
  return block.type === 'thinking' || isRedacted(block);
}
function isRedacted(block: Record<string, unknown>): boolean {
  return block.type === 'redacted_thinking';
}
function isToolUse({ record }: Block): boolean {
  return record.type === 'tool_use';
}
function signatureOf(block: Record<string, unknown>): string {
  return textOf(isRedacted(block) ? block.data : block.signature);
}
