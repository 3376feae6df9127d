/** What is written is read back as it was, but for what the table of losses names. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Conversation, Part, Turn } from '../../model/conversation.ts';
import { empty, model, thinker, user, write } from './conversation.testing.ts';
import { readResponsesConversation } from './read-conversation.ts';
import { requestOf, requests } from './recordings.testing.ts';

/** Conversations of which the table says that nothing is lost. */
const word = fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' });
const base64 = fc.uint8Array({ minLength: 1, maxLength: 9 }).map((bytes) => Buffer.from(bytes).toString('base64'));
const textPart = word.map((text): Part => ({ type: 'text', text }));
const image = base64.map((data): Part => ({ type: 'media', mimeType: 'image/png', data }));
const inputParts = fc.array(fc.oneof(textPart, image), { minLength: 1, maxLength: 3 });
const thought = fc
  .tuple(fc.string({ maxLength: 5 }), base64)
  .map(
    ([text, data]): Part => ({ type: 'thinking', text, signature: { signature: `gAAAA${data}`, family: 'openai' } }),
  );
const call = fc
  .tuple(word, fc.dictionary(word, fc.integer(), { maxKeys: 2 }))
  .map(([id, input]): Part => ({ type: 'tool-call', id, name: 'f', argumentsJson: JSON.stringify(input) }));
const modelTurn = fc
  .array(fc.oneof(thought, textPart, call), { minLength: 1, maxLength: 4 })
  .map((parts) => model(...parts));
const userTurn = inputParts.map((parts) => user(...parts));
const systemTurn = fc.array(textPart, { minLength: 1, maxLength: 2 }).map((parts): Turn => ({ role: 'system', parts }));

function results(id: string, parts: readonly Part[]): Turn {
  return user({ type: 'tool-result', id, parts: [...parts], isError: false });
}

const exchange = fc.oneof(
  fc.tuple(userTurn, modelTurn),
  fc.tuple(userTurn, systemTurn, modelTurn),
  fc.tuple(userTurn, call, inputParts).map(([asked, made, parts]) => {
    const id = made.type === 'tool-call' ? made.id : '';
    return [asked, model(made), results(id, parts)];
  }),
);
const conversations = fc
  .record({
    system: fc.array(textPart, { maxLength: 3 }),
    turns: fc.array(exchange, { minLength: 1, maxLength: 3 }).map((each) => each.flat()),
    output: fc.constantFrom(
      { type: 'json' as const },
      { type: 'json-schema' as const, schema: { type: 'object' }, name: 'n', strict: true },
    ),
    thinking: fc.constantFrom(
      { mode: 'on' as const, effort: 'high' as const, shown: true },
      { mode: 'on' as const, effort: 'low' as const, shown: false },
    ),
    maxOutputTokens: fc.integer({ min: 16, max: 9999 }),
    parallelToolCalls: fc.boolean(),
  })
  .map(
    (members): Conversation => ({
      ...empty,
      ...members,
      tools: [{ type: 'function', name: 'f', description: 'd', schema: { type: 'object' }, strict: false }],
      toolChoice: { mode: 'any' },
    }),
  );

/** The call's name is found for its result while reading. */
function named(turns: readonly Turn[]): unknown {
  return turns.map(({ role, parts }) => ({
    role,
    parts: parts.map((part) => (part.type === 'tool-result' ? { ...part, name: 'f' } : part)),
  }));
}

it('comes back as it was, when the table says that nothing is lost', () => {
  fc.assert(
    fc.property(conversations, (conversation) => {
      const { json, losses } = write(conversation);
      expect(losses).toEqual([]);
      const back = readResponsesConversation(requestOf(json));
      if ('problem' in back) throw new Error(back.problem.message);
      const { turns, rest, ...others } = back.conversation;
      expect(named(turns)).toEqual(named(conversation.turns));
      expect({ ...others, rest: {} }).toEqual({ ...conversation, turns: undefined, rest: {} });
      expect(rest).toEqual({ include: ['reasoning.encrypted_content'], store: false });
    }),
    { numRuns: 300 },
  );
});

/** The table names them. */
function withoutSources(name: string, value: unknown): unknown {
  return name === 'citations' ? undefined : value;
}

const recorded = requests('openai-responses').filter(({ json }) => json.model !== undefined);

describe.skipIf(recorded.length === 0)('every recorded request', () => {
  it.each(recorded)('$name, read and written, is the same but for what the table names', ({ json }) => {
    const read = readResponsesConversation(requestOf(json));
    if ('problem' in read) return;
    const once = write(read.conversation, { ...thinker, sampling: true });
    if (read.conversation.turns.length === 0 && read.conversation.system.length === 0) {
      expect(once.problem).toContain('nobody says anything');
      return;
    }
    expect(once.problem).toBeUndefined();
    const again = readResponsesConversation(requestOf(once.json));
    if ('problem' in again) throw new Error(again.problem.message);
    // What is written says the same as what was read: reading it again changes nothing more.
    expect(write(again.conversation, { ...thinker, sampling: true }).json).toEqual(once.json);
    const { turns, system } = again.conversation;
    const before = { turns: read.conversation.turns, system: read.conversation.system };
    expect({ turns, system }).toEqual(JSON.parse(JSON.stringify(before, withoutSources)));
  });
});
