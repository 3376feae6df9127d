import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Conversation, Part, Turn } from '../../model/conversation.ts';
import { readAnthropicConversation } from './read-conversation.ts';
import { hello, model, say, user, write } from './write-conversation.testing.ts';

describe('a conversation that is written and read again', () => {
  const word = fc.stringMatching(/^[a-z]{1,8}$/);
  const name = fc.stringMatching(/^[a-zA-Z0-9_-]{1,20}$/);
  const args = fc.dictionary(word, fc.jsonValue()).map((value) => JSON.stringify(value));
  const said = fc.record({ type: fc.constant('text' as const), text: word });
  const image = fc.record({
    type: fc.constant('media' as const),
    mimeType: fc.constantFrom('image/png', 'application/pdf'),
    data: fc.base64String({ minLength: 4 }),
  });
  const thought = fc.record({
    type: fc.constant('thinking' as const),
    text: fc.string(),
    signature: fc.record({ signature: fc.base64String({ minLength: 8 }), family: fc.constant('claude') }),
  });
  const question = fc.array(fc.oneof(said, image), { minLength: 1, maxLength: 3 });
  const round = fc.record({
    question,
    thoughts: fc.array(thought, { maxLength: 2 }),
    answer: fc.array(said, { minLength: 1, maxLength: 2 }),
    calls: fc.array(fc.record({ name, args, output: fc.array(said, { maxLength: 2 }), isError: fc.boolean() }), {
      maxLength: 3,
    }),
  });

  it('is the same', () => {
    fc.assert(
      fc.property(
        fc.array(round, { minLength: 1, maxLength: 4 }),
        question,
        fc.array(said, { maxLength: 2 }),
        (rounds, last, prompt) => {
          const turns = rounds.flatMap(({ question, thoughts, answer, calls }, at): Turn[] => {
            const made = calls.map((made, n) => ({ ...made, id: `call_${at}_${n}` }));
            const asked = made.map(
              ({ id, name, args }): Part => ({ type: 'tool-call', id, name, argumentsJson: args }),
            );
            const told = made.map(
              ({ id, name, output, isError }): Part => ({ type: 'tool-result', id, name, parts: output, isError }),
            );
            const turn = [user(...question), model(...thoughts, ...answer, ...asked)];
            return told.length === 0 ? turn : [...turn, user(...told), model(say('so'))];
          });
          const conversation: Conversation = { ...hello, system: prompt, turns: [...turns, user(...last)] };
          const result = write(conversation);
          if ('problem' in result) throw new Error(result.problem.message);
          expect(result.losses).toEqual([]);
          const json = JSON.parse(Buffer.from(result.body).toString()) as Record<string, unknown>;
          const request = {
            protocol: 'anthropic' as const,
            operation: 'generate' as const,
            model: 'm',
            framing: 'sse' as const,
            body: result.body,
            json,
            passHeaders: {},
          };
          expect(readAnthropicConversation(request)).toEqual({ conversation });
        },
      ),
      { numRuns: 200 },
    );
  });
});
