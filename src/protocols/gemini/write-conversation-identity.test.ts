/** Whatever Gemini has a word for survives being written and read: the table of losses is empty for it. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Conversation, Part, Turn } from '../../model/conversation.ts';
import { readGeminiConversation } from './read-conversation.ts';
import { writeGeminiConversation } from './write-conversation.ts';
import type { GeminiTarget } from './write-conversation-draft.ts';

function read(body: Uint8Array): Conversation {
  const json = JSON.parse(new TextDecoder().decode(body));
  const framing = { model: 'gemini-3-pro-preview', framing: 'sse' as const, passHeaders: {} };
  const result = readGeminiConversation({ protocol: 'gemini', operation: 'generate', ...framing, body, json });
  if ('problem' in result) throw new Error(result.problem.message);
  return result.conversation;
}

describe('a conversation written and read again', () => {
  const target: GeminiTarget = {
    model: 'gemini-3-pro-preview',
    stream: true,
    operation: 'generate',
    capabilities: {
      thinking: 'level',
      levels: ['minimal', 'low', 'medium', 'high'],
      canTurnOff: false,
      prefill: true,
      sampling: true,
      forcedTools: true,
      demandsSignature: false,
      callIds: true,
    },
  };
  const word = fc.string({ minLength: 1, maxLength: 8 });
  const name = fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/);
  const mark = fc.record({ signature: fc.stringMatching(/^[A-Za-z0-9+/]{4,12}$/) });
  const said: fc.Arbitrary<Part> = fc.oneof(
    fc.record({ type: fc.constant('text' as const), text: word }),
    fc.record({ type: fc.constant('media' as const), mimeType: fc.constant('image/png'), data: fc.constant('AA==') }),
  );
  const spoken: fc.Arbitrary<Part> = fc.oneof(
    fc.record({ type: fc.constant('text' as const), text: word, signature: mark }),
    fc.record({ type: fc.constant('thinking' as const), text: word, signature: mark }),
    fc.record({ type: fc.constant('code' as const), language: fc.constant('PYTHON'), code: word, signature: mark }),
    fc.record({ type: fc.constant('code-result' as const), outcome: fc.constant('OUTCOME_OK'), output: word }),
  );
  const called = fc.record({
    name,
    args: fc.dictionary(name, fc.jsonValue()),
    text: word,
    failed: fc.boolean(),
    json: fc.boolean(),
  });

  /** Exchanges: the user speaks, the model speaks and may call, the calls are answered. */
  const exchange = fc.record({
    user: fc.array(said, { minLength: 1, maxLength: 3 }),
    model: fc.array(spoken, { minLength: 1, maxLength: 3 }),
    calls: fc.array(called, { maxLength: 3 }),
  });

  function turnsFrom(
    exchanges: readonly {
      user: Part[];
      model: Part[];
      calls: { name: string; args: object; text: string; failed: boolean; json: boolean }[];
    }[],
  ): Turn[] {
    return exchanges.flatMap(({ user, model, calls }, at): Turn[] => {
      const asked = calls.map(
        (each, index): Part => ({
          type: 'tool-call',
          id: `c${at}_${index}`,
          name: each.name,
          argumentsJson: JSON.stringify(each.args),
        }),
      );
      const answers = calls.map((each, index): Part => {
        const json = JSON.stringify({ rows: [each.text] });
        return {
          type: 'tool-result',
          id: `c${at}_${index}`,
          name: each.name,
          parts: [{ type: 'text', text: each.json ? json : each.text }],
          isError: each.failed && !each.json,
          ...(each.json && { json }),
        };
      });
      const turns: Turn[] = [
        { role: 'user', parts: user },
        { role: 'model', parts: [...model, ...asked] },
      ];
      if (answers.length > 0) turns.push({ role: 'user', parts: answers }, { role: 'model', parts: model });
      return turns;
    });
  }

  it('is the same', () => {
    const conversations = fc.record({
      system: fc.array(fc.record({ type: fc.constant('text' as const), text: word }), { maxLength: 2 }),
      turns: fc.array(exchange, { minLength: 1, maxLength: 3 }).map(turnsFrom),
      tools: fc.array(
        fc.record({ type: fc.constant('function' as const), name, schema: fc.constant({ type: 'object' }) }),
        { minLength: 1, maxLength: 2 },
      ),
      stopSequences: fc.array(word, { maxLength: 5 }),
      sampling: fc.record(
        { temperature: fc.constantFrom(0, 0.5, 1), topK: fc.integer({ min: 1, max: 40 }) },
        { requiredKeys: [] },
      ),
      toolChoice: fc.constantFrom({ mode: 'auto' as const }, { mode: 'any' as const }, { mode: 'none' as const }),
      thinking: fc.constantFrom(
        { mode: 'on' as const, shown: true },
        { mode: 'on' as const, effort: 'low' as const, shown: false },
      ),
      maxOutputTokens: fc.integer({ min: 1, max: 1000 }),
      output: fc.constantFrom({ type: 'json' as const }, { type: 'json-schema' as const, schema: { type: 'object' } }),
      rest: fc.constantFrom({}, { safetySettings: [{ category: 'X' }] }),
    });
    fc.assert(
      fc.property(conversations, (conversation) => {
        const written = writeGeminiConversation(conversation, target);
        if ('problem' in written) throw new Error(written.problem.message);
        expect(written.losses).toEqual([]);
        expect(read(written.body)).toEqual(conversation);
      }),
      { numRuns: 300 },
    );
  });
});
