import { expect, it } from 'vitest';
import type { StreamEvent } from '../../model/events.ts';
import { requestOf } from './streams.testing.ts';
import { writeChatForeignEvents } from './write-foreign-events.ts';

const declared = {
  function: { type: 'function', function: { name: 'f' } },
  custom: { type: 'custom', custom: { name: 'f' } },
};

it.each(['function', 'custom'] as const)(
  'names the %s in every piece of a call, in that of its signature too',
  (form) => {
    const request = requestOf({ model: 'm', messages: [{ role: 'user', content: 'hi' }], tools: [declared[form]] });
    const events: StreamEvent[] = [
      { type: 'block-start', index: 0, kind: 'tool-call', says: true, id: 'c', name: 'f' },
      { type: 'block-signature', index: 0, signature: 'sig' },
      { type: 'block-end', index: 0 },
    ];
    const out: Uint8Array[] = [];
    writeChatForeignEvents('sse', { answerId: 'a', model: 'gemini-3-pro', createdSeconds: 5, request }).events(
      events,
      out,
    );
    const pieces = Buffer.concat(out)
      .toString()
      .split('\n')
      .filter((line) => line.includes('"tool_calls"'));
    expect(pieces.some((line) => line.includes('thought_signature'))).toBe(true);
    for (const line of pieces) {
      const { choices } = JSON.parse(line.slice('data: '.length)) as { choices: { delta: { tool_calls: object[] } }[] };
      expect(choices[0]!.delta.tool_calls[0]).toHaveProperty(form);
    }
  },
);
