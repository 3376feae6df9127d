/** The signature repair for histories in OpenAI's two dialects: signatures of other makers travel there in fields of their own, and go with them. */

import type { JsonEdit, JsonPath } from '../../model/wire.ts';
import { repairNote } from './note.ts';
import { isRecord, type JsonRecord, records } from './shapes.ts';

/** Members of a Chat Completions message that carry thoughts and their signatures. */
const thoughtMembers = ['reasoning_details', 'reasoning_content', 'reasoning'] as const;

export function repairChat(json: JsonRecord): JsonEdit[] {
  const edits = records(json.messages).flatMap(({ at, record }): JsonEdit[] => {
    if (record.role !== 'assistant') return [];
    const path = ['messages', at];
    const thoughts = thoughtMembers.filter((member) => Object.hasOwn(record, member));
    const calls = records(record.tool_calls).filter((call) => Object.hasOwn(call.record, 'extra_content'));
    return [
      ...thoughts.map((member): JsonEdit => ({ op: 'remove', path: [...path, member] })),
      ...calls.map((call): JsonEdit => ({ op: 'remove', path: [...path, 'tool_calls', call.at, 'extra_content'] })),
    ];
  });
  const last = records(json.messages).findLast(({ record }) => record.role === 'user');
  return last === undefined ? edits : [...edits, ...noteIn(last.record, ['messages', last.at], 'text')];
}

export function repairResponses(json: JsonRecord): JsonEdit[] {
  const { input } = json;
  if (typeof input === 'string')
    return [{ op: 'set', path: ['input'], json: JSON.stringify(`${input}\n\n${repairNote}`) }];
  const items = records(input);
  const thoughts = items.filter(({ record }) => record.type === 'reasoning');
  const edits = thoughts.map(({ at }): JsonEdit => ({ op: 'remove', path: ['input', at] }));
  const last = items.findLast(({ record }) => record.role === 'user');
  return last === undefined ? edits : [...edits, ...noteIn(last.record, ['input', last.at], 'input_text')];
}

function noteIn(message: JsonRecord, path: JsonPath, type: string): JsonEdit[] {
  const { content } = message;
  const at = [...path, 'content'];
  if (typeof content === 'string') {
    return [{ op: 'set', path: at, json: JSON.stringify(content === '' ? repairNote : `${content}\n\n${repairNote}`) }];
  }
  if (!Array.isArray(content) || !content.every(isRecord)) return [];
  return [{ op: 'append', path: at, json: JSON.stringify({ type, text: repairNote }) }];
}
