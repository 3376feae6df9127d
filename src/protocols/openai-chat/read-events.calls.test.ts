import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../model/events.ts';
import { callsOf, chunk, eventsOfData, overlaps } from './streams.testing.ts';

const complete: StreamEvent = { type: 'message-complete' };
const tool: StreamEvent = { type: 'message-end', stop: 'tool', reason: 'tool_calls' };

describe('tool calls', () => {
  const piece = (index: number | undefined, args: string, id?: string, name?: string) => ({
    ...(index !== undefined && { index }),
    ...(id !== undefined && { id, type: 'function' }),
    function: { ...(name !== undefined && { name }), arguments: args },
  });
  const calls = (...pieces: object[]) => chunk({ tool_calls: pieces });
  const end = chunk({}, 'tool_calls');

  it('are blocks one after the other', () => {
    const events = eventsOfData(
      calls(piece(0, '', 'call_a', 'f')),
      calls(piece(0, '{"a"')),
      calls(piece(0, ':1}')),
      calls(piece(1, '{}', 'call_b', 'g')),
      end,
    );
    expect(events.slice(1)).toEqual([
      { type: 'block-start', index: 0, kind: 'tool-call', says: true, id: 'call_a', name: 'f' },
      { type: 'block-delta', index: 0, kind: 'tool-arguments', text: '{"a"' },
      { type: 'block-delta', index: 0, kind: 'tool-arguments', text: ':1}' },
      { type: 'block-end', index: 0 },
      { type: 'block-start', index: 1, kind: 'tool-call', says: true, id: 'call_b', name: 'g' },
      { type: 'block-delta', index: 1, kind: 'tool-arguments', text: '{}' },
      { type: 'block-end', index: 1 },
      tool,
      complete,
    ]);
  });

  it.each([
    ['the same index for all', calls(piece(0, '{"a":1}', 'x', 'f')), calls(piece(0, '{"b":2}', 'y', 'g'))],
    ['the same index and no ids', calls(piece(0, '{"a":1}', '', 'f')), calls(piece(0, '{"b":2}', '', 'g'))],
    ['no index', calls(piece(undefined, '{"a":1}', 'x', 'f')), calls(piece(undefined, '{"b":2}', 'y', 'g'))],
    [
      'no index, in one chunk',
      calls(piece(undefined, '{"a":1}', '', 'f'), piece(undefined, '{"b":2}', '', 'g')),
      calls(),
    ],
    [
      'arguments as an object',
      calls({ index: 0, function: { name: 'f', arguments: { a: 1 } } }),
      calls(piece(1, '{"b":2}', 'y', 'g')),
    ],
  ])('are told apart with %s', (_what, first, second) => {
    const events = eventsOfData(first, second, end);
    expect(callsOf(events).map(([, name, args]) => [name, args])).toEqual([
      ['f', '{"a":1}'],
      ['g', '{"b":2}'],
    ]);
  });

  it.each([
    ['id and name', piece(0, ':1}', 'x', 'f')],
    ['the name', piece(0, ':1}', undefined, 'f')],
    ['the id', { index: 0, id: 'x', function: { arguments: ':1}' } }],
    ['nothing, and has no index', piece(undefined, ':1}')],
  ])('are one call when a later piece repeats %s', (_what, second) => {
    const empty = piece(0, '', 'x', 'f');
    const events = eventsOfData(calls(piece(0, '{"a"', 'x', 'f')), calls(second), calls(empty), end);
    expect(callsOf(events)).toEqual([['x', 'f', '{"a":1}']]);
  });

  it('have no id when the server sent an empty one', () => {
    expect(callsOf(eventsOfData(calls(piece(0, '{}', '', 'f')), end))).toEqual([[undefined, 'f', '{}']]);
  });

  it('never overlap when a server mixes their pieces, and what follows waits', () => {
    const events = eventsOfData(
      calls(piece(0, '{"a"', 'x', 'f')),
      calls(piece(1, '{"b"', 'y', 'g')),
      chunk({ content: 'Then.' }),
      calls(piece(0, ':1}')),
      calls(piece(1, ':2}')),
      end,
    );
    const line = events.flatMap((event) =>
      'index' in event && event.type !== 'citation' ? [`${event.type} ${event.index}`] : [],
    );
    expect(line).toEqual([
      ...['block-start 0', 'block-delta 0', 'block-delta 0', 'block-end 0'],
      ...['block-start 1', 'block-delta 1', 'block-delta 1', 'block-end 1'],
      ...['block-start 2', 'block-delta 2', 'block-end 2'],
    ]);
    expect(callsOf(events)).toEqual([
      ['x', 'f', '{"a":1}'],
      ['y', 'g', '{"b":2}'],
    ]);
  });

  it('are a promise of a tool even when the server finishes with stop', () => {
    const events = eventsOfData(calls(piece(0, '{}', 'x', 'f')), chunk({}, 'stop'));
    expect(events.at(-2)).toEqual({ type: 'message-end', stop: 'tool', reason: 'stop' });
  });

  it('stay cut by the limit when the server says so', () => {
    const events = eventsOfData(calls(piece(0, '{"a"', 'x', 'f')), chunk({}, 'length'));
    expect(events.at(-2)).toEqual({ type: 'message-end', stop: 'length', reason: 'length' });
  });

  it('come in the older form too', () => {
    const events = eventsOfData(
      chunk({ role: 'assistant', content: null, function_call: { name: 'f', arguments: '' } }),
      chunk({ function_call: { arguments: '{}' } }),
      chunk({}, 'function_call'),
    );
    expect(callsOf(events)).toEqual([[undefined, 'f', '{}']]);
    expect(events.at(-2)).toEqual({ type: 'message-end', stop: 'tool', reason: 'function_call' });
  });

  it('carry Google’s signature, their own or the message’s', () => {
    const extra = { extra_content: { google: { thought_signature: 'sig' } } };
    const own = eventsOfData(calls({ ...piece(0, '{}', 'x', 'f'), ...extra }), end);
    const messages = eventsOfData(chunk({ ...extra, tool_calls: [piece(0, '{}', 'x', 'f')] }), end);
    for (const events of [own, messages]) {
      expect(events).toContainEqual({ type: 'block-signature', index: 0, signature: 'sig' });
    }
  });

  it('come out whole and one after the other, however their pieces are cut and mixed', () => {
    const args = fc
      .dictionary(fc.string({ maxLength: 4 }), fc.string({ maxLength: 8 }))
      .map((value) => JSON.stringify(value));
    const cuts = fc.array(fc.nat(), { maxLength: 4 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(args, cuts), { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(), { maxLength: 30 }),
        (wanted, order) => {
          const queues = wanted.map(([input, places], index) => {
            const ends = [...places.map((place) => place % input.length), input.length].toSorted((a, b) => a - b);
            const pieces = ends.map((end, n) => piece(index, input.slice(ends[n - 1] ?? 0, end)));
            return [piece(index, '', `call_${index}`, `f${index}`), ...pieces];
          });
          const mixed: object[] = queues.map((queue) => queue.shift()!);
          for (const pick of [...order, ...Array(40).fill(0)]) {
            const left = queues.filter((queue) => queue.length > 0);
            const next = left[pick % Math.max(1, left.length)]?.shift();
            if (next !== undefined) mixed.push(next);
          }
          const events = eventsOfData(...mixed.map((each) => calls(each)), end, '[DONE]');
          expect(callsOf(events)).toEqual(wanted.map(([input], index) => [`call_${index}`, `f${index}`, input]));
          expect(overlaps(events)).toEqual([]);
          expect(events.at(-1)).toEqual(complete);
        },
      ),
      { numRuns: 300 },
    );
  });
});
