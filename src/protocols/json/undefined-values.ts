/** Some clients write the text `[undefined]` where they mean to leave a setting out. Finds those members; what people and tools said is never touched. */

import type { JsonEdit, JsonPath } from '../../model/wire.ts';

const placeholder = '[undefined]';
/** What was said stands in these; everything else is a setting. */
const saidIn: ReadonlySet<string> = new Set([
  'messages',
  'contents',
  'input',
  'system',
  'systemInstruction',
  'instructions',
]);

/** Edits that take the members away; none for a body without the text, which is nearly every one. */
export function withoutUndefined(body: Uint8Array, json: Record<string, unknown>): JsonEdit[] {
  if (!Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes(`"${placeholder}"`)) return [];
  const edits: JsonEdit[] = [];
  for (const [key, value] of Object.entries(json)) if (!saidIn.has(key)) collect(value, [key], edits);
  return edits;
}

function collect(value: unknown, path: JsonPath, edits: JsonEdit[]): void {
  if (value === placeholder) edits.push({ op: 'remove', path });
  else if (Array.isArray(value)) value.forEach((item, index) => void collect(item, [...path, index], edits));
  else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) collect(member, [...path, key], edits);
  }
}
