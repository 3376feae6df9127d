import { describe, expect, it } from 'vitest';
import type { Part } from '../../model/conversation.ts';
import type { StreamEvent } from '../../model/events.ts';
import { seal } from '../signature-envelope.ts';
import { readAnthropicConversation } from './read-conversation.ts';
import {
  answer,
  begin,
  call,
  done,
  end,
  request,
  say,
  sign,
  start,
  text,
  think,
} from './write-foreign-events.testing.ts';

const sealed = (signature: string, place: 'here' | 'next' | 'before') => seal(signature, { family: 'gemini-3', place });

describe('where foreign signatures travel', () => {
  it.for<[string, readonly StreamEvent[], readonly object[]]>([
    [
      'a thought’s own on its block',
      [begin(0, 'thinking'), say(0, 'thinking', 'Hm'), sign(0, 'S'), end(0)],
      [{ type: 'thinking', thinking: 'Hm', signature: sealed('S', 'here') }],
    ],
    [
      'that of reasoning nobody may read on an empty block',
      [begin(0, 'redacted-thinking'), sign(0, 'S'), end(0)],
      [{ type: 'thinking', thinking: '', signature: sealed('S', 'here') }],
    ],
    [
      'a call’s on the thought before it',
      [...think(0, 'Hm'), ...call(1, '{}', sign(1, 'S'))],
      [
        { type: 'thinking', thinking: 'Hm', signature: sealed('S', 'next') },
        { type: 'tool_use', id: 'toolu_01ANSWER_1', name: 'look', input: {} },
      ],
    ],
    [
      'a call’s on a block of its own where there is no thought, or it has its own',
      [begin(0, 'thinking'), say(0, 'thinking', 'Hm'), sign(0, 'T'), end(0), ...call(1, '{}', sign(1, 'S'))],
      [
        { type: 'thinking', thinking: 'Hm', signature: sealed('T', 'here') },
        { type: 'thinking', thinking: '', signature: sealed('S', 'next') },
        { type: 'tool_use', id: 'toolu_01ANSWER_1', name: 'look', input: {} },
      ],
    ],
    [
      'a text’s after it, when a call follows',
      [begin(0, 'text'), say(0, 'text', 'x'), sign(0, 'S'), end(0), ...call(1, '{}')],
      [
        { type: 'text', text: 'x' },
        { type: 'thinking', thinking: '', signature: sealed('S', 'before') },
        { type: 'tool_use', id: 'toolu_01ANSWER_1', name: 'look', input: {} },
      ],
    ],
    [
      'one of no part at all before what follows',
      [sign(0, 'S'), ...text(1, 'x')],
      [
        { type: 'thinking', thinking: '', signature: sealed('S', 'before') },
        { type: 'text', text: 'x' },
      ],
    ],
    [
      'nowhere at the very end: clients take the last block for the answer',
      [begin(0, 'text'), say(0, 'text', 'x'), sign(0, 'S'), end(0), sign(1, 'T')],
      [{ type: 'text', text: 'x' }],
    ],
  ])('%s', ([, events, content]) => {
    expect(answer([start, ...events, done()]).content).toEqual(content);
  });

  it('come back to their parts through the client’s history', () => {
    const events = [
      start,
      ...think(0, 'Hm'),
      begin(1, 'text'),
      say(1, 'text', 'x'),
      sign(1, 'A'),
      end(1),
      ...call(2, '{"a":1}', sign(2, 'B')),
      ...call(3, '{}'),
      done(),
    ];
    const json = { messages: [{ role: 'assistant', content: answer(events).content }] };
    const body = new TextEncoder().encode(JSON.stringify(json));
    const read = readAnthropicConversation({ ...request, json, body });
    const mark = (signature: string) => ({ signature: { signature, family: 'gemini-3' } });
    expect(read).toHaveProperty('conversation.turns.0.parts', [
      { type: 'thinking', text: 'Hm' },
      { type: 'text', text: 'x', ...mark('A') },
      { type: 'tool-call', id: 'toolu_01ANSWER_1', name: 'look', argumentsJson: '{"a":1}', ...mark('B') },
      { type: 'tool-call', id: 'toolu_01ANSWER_2', name: 'look', argumentsJson: '{}' },
    ] satisfies Part[]);
  });
});
