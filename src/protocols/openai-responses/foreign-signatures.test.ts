import { describe, expect, it } from 'vitest';
import type { Part } from '../../model/conversation.ts';
import type { StreamEvent } from '../../model/events.ts';
import { readAnthropicEvents } from '../anthropic/read-events.ts';
import { readGeminiEvents } from '../gemini/read-events.ts';
import { unseal } from '../signature-envelope.ts';
import { call, type Json, optionsOf, outputOf, start, text } from './foreign-answers.testing.ts';
import { readResponsesConversation } from './read-conversation.ts';
import { eventsOf, framesOf, recordings, requestOf } from './recordings.testing.ts';

/** The parts of a history that holds this answer. */
function readBack(output: readonly Json[]): readonly Part[] {
  // Codex gives reasoning back without its id.
  const input = output.map(({ id: _id, ...item }) => item);
  const result = readResponsesConversation(requestOf({ model: 'm', input }));
  if ('problem' in result) throw new Error(result.problem.message);
  return result.conversation.turns.flatMap(({ parts }) => parts);
}

describe('the signatures of a foreign answer', () => {
  const sign = (index: number, signature: string): StreamEvent => ({ type: 'block-signature', index, signature });

  it('come back on their parts: thoughts, calls, and text', () => {
    const [open, ...rest] = call(1, 'f', '{}');
    const parts = readBack(
      outputOf([
        start(0, 'thinking'),
        { type: 'block-delta', index: 0, kind: 'thinking', text: 'Hm.' },
        sign(0, 'T'),
        { type: 'block-end', index: 0 },
        open as StreamEvent,
        sign(1, 'C'),
        ...rest,
        ...text(2, 'Hi'),
        sign(3, 'E'),
      ]),
    );
    const mark = (signature: string) => ({ signature, family: 'gemini-3' });
    expect(parts).toMatchObject([
      { type: 'thinking', text: 'Hm.', signature: mark('T') },
      { type: 'tool-call', name: 'f', signature: mark('C') },
      { type: 'text', text: 'Hi', signature: mark('E') },
    ]);
    expect(parts).toHaveLength(3);
  });

  it('stand sealed before the call they are for', () => {
    const [open, ...rest] = call(0, 'f', '{}');
    const [carrier, made] = outputOf([open as StreamEvent, sign(0, 'C'), ...rest]);
    expect(unseal(String(carrier?.encrypted_content))).toEqual({ signature: 'C', family: 'gemini-3', place: 'next' });
    expect(made?.type).toBe('function_call');
  });

  it('of Claude, and its redacted thinking, come back as they were', () => {
    const events = [
      start(0, 'thinking'),
      sign(0, 'S='),
      { type: 'block-end', index: 0 } as const,
      start(1, 'redacted-thinking'),
      sign(1, 'R='),
      { type: 'block-end', index: 1 } as const,
      ...text(2, 'Hi'),
    ];
    expect(readBack(outputOf(events, optionsOf({}, 'claude-sonnet-4-6')))).toEqual([
      { type: 'thinking', text: '', signature: { signature: 'S=', family: 'claude' } },
      { type: 'redacted-thinking', data: 'R=' },
      { type: 'text', text: 'Hi' },
    ]);
  });
});

const readers = {
  anthropic: readAnthropicEvents,
  gemini: readGeminiEvents,
  'vertex-gemini': readGeminiEvents,
} as const;
const signed = Object.entries(readers).flatMap(([protocol, reader]) =>
  recordings(protocol, 'response.sse')
    .map(({ name, bytes }) => ({ name, protocol, events: eventsOf(framesOf([bytes]), reader()) }))
    .filter(({ name, events }) => !name.includes('spliced') && events.at(-1)?.type === 'message-complete')
    .filter(({ events }) => events.some(({ type }) => type === 'block-signature')),
);

describe.skipIf(signed.length === 0)('a recorded signed answer', () => {
  it.each(signed)('$name gives every signature back on a part of the kind it came on', ({ protocol, events }) => {
    const model = protocol === 'anthropic' ? 'claude-sonnet-4-6' : 'gemini-3-pro';
    const parts = readBack(
      outputOf(
        events.filter(({ type }) => type !== 'message-complete'),
        optionsOf({}, model),
      ),
    );
    const back = parts.flatMap((part) =>
      part.type === 'redacted-thinking'
        ? [[part.type, part.data]]
        : 'signature' in part && part.signature !== undefined
          ? [[part.type, part.signature.signature]]
          : [],
    );
    const kinds = new Map(events.flatMap((event) => (event.type === 'block-start' ? [[event.index, event.kind]] : [])));
    const came = events.flatMap((event) => {
      if (event.type !== 'block-signature' || event.signature === '') return [];
      const kind = kinds.get(event.index);
      return kind === undefined ? [] : [[kind, event.signature]];
    });
    const unsignable = ['media', 'server-tool', 'other'];
    for (const each of came.filter(([kind]) => !unsignable.includes(String(kind)))) expect(back).toContainEqual(each);
  });
});
