/** Requests of this dialect, read and written again: made up ones come back as they were, recorded ones without a loss that the table does not name. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Part, Turn } from '../../model/conversation.ts';
import { type Body, conversationOf, model, text, user, write, written } from './conversation.testing.ts';
import { chatLoss } from './losses.ts';
import { readChatConversation } from './read-conversation.ts';
import { recordedJson, requestOf } from './streams.testing.ts';

const name = fc.stringMatching(/^[a-z]{1,8}$/);
const words = fc.string({ minLength: 1, maxLength: 20 });
const said = words.map(text);
const picture = fc
  .base64String({ minLength: 4, maxLength: 12 })
  .map((data): Part => ({ type: 'media', mimeType: 'image/png', data }));
const userTurn = fc.array(fc.oneof(said, picture), { minLength: 1, maxLength: 3 }).map((parts) => user(...parts));
/** A call, its result, and what the model says then. */
const loop = fc
  .tuple(name, name, words, fc.dictionary(name, fc.integer()), said)
  .map(([id, tool, output, args, answer]): Turn[] => [
    model(answer, { type: 'tool-call', id, name: tool, argumentsJson: JSON.stringify(args) }),
    user({ type: 'tool-result', id, name: tool, parts: [text(output)], isError: false }),
    model(answer),
  ]);
const anyConversation = fc
  .record({
    system: fc.array(said, { maxLength: 1 }),
    rounds: fc.array(fc.tuple(userTurn, loop), { maxLength: 3 }),
    last: userTurn,
    tools: fc.uniqueArray(name, { maxLength: 2 }),
    stopSequences: fc.array(words, { maxLength: 4 }),
    sampling: fc.record({ temperature: fc.constantFrom(0, 0.7, 2), seed: fc.nat() }, { requiredKeys: [] }),
  })
  .map(({ system, rounds, last, tools, stopSequences, sampling }) =>
    conversationOf({
      system,
      turns: [...rounds.flatMap(([asked, answered]) => [asked, ...answered]), last],
      tools: tools.map((each) => ({ type: 'function', name: each, schema: { type: 'object' } })),
      stopSequences,
      sampling,
    }),
  );

describe('a conversation', () => {
  it('comes back as it was when it is written and read again', () => {
    fc.assert(
      fc.property(anyConversation, (conversation) => {
        const { body, lost } = written(conversation);
        expect(lost).toEqual([]);
        expect(readChatConversation(requestOf(body))).toEqual({ conversation });
      }),
      { numRuns: 300 },
    );
  });
});

describe.skipIf(recordedJson('openai-chat', 'request.json').length === 0)('recorded requests', () => {
  it.for([...recordedJson('openai-chat', 'request.json'), ...recordedJson('gemini-openai-compat', 'request.json')])(
    '$name is read, or refused for what no other dialect has',
    ({ json }) => {
      const result = readChatConversation(requestOf(json));
      if ('problem' in result) expect(json.logprobs ?? json.logit_bias).toBeDefined();
      else {
        const texts = JSON.stringify(result.conversation.turns) + JSON.stringify(result.conversation.system);
        for (const { content } of json.messages as { content: unknown }[]) {
          if (typeof content === 'string') expect(texts).toContain(JSON.stringify(content));
        }
      }
    },
  );
});

describe.skipIf(recordedJson('openai-chat', 'request.json').length === 0)('recorded requests, written again', () => {
  it.for(recordedJson('openai-chat', 'request.json'))(
    '$name is written again without loss, or with a loss of the table',
    ({ json }) => {
      const read = readChatConversation(requestOf(json));
      if ('problem' in read) return expect(json).toHaveProperty('logprobs');
      const result = write(read.conversation, { canTurnOff: true }, String(json.model));
      if ('problem' in result)
        return expect((json.n as number) > 1 || (json.messages as unknown[]).length === 0).toBe(true);
      const body = JSON.parse(Buffer.from(result.body).toString()) as Body;
      const again = readChatConversation(requestOf(body));
      const lost = result.losses.map(({ feature }) => feature);
      const { rest, user: _user, ...known } = read.conversation;
      if (!lost.some((feature) => feature === chatLoss('joined-text').feature))
        expect(again).toMatchObject({ conversation: known });
      if (Object.entries(rest).some(([name, value]) => value !== false && !(name in body)))
        expect(lost).toContain(chatLoss('rest').feature);
    },
  );
});
