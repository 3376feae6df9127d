/** Conversations of any shape that an API would take: turns in order, every call answered, every called tool offered. */

import fc from 'fast-check';
import type { Conversation, Part, Sampling, Tool, ToolChoice, Turn } from '../../../src/model/conversation.ts';

/** Of any script, with quotes, line ends and what JSON escapes; never blank. */
export const words = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).map((text) => `${text}.`),
  fc.lorem({ maxCount: 8 }),
  fc.constantFrom('{"a": 1}', 'line\nline', 'data: [DONE]', '\u2028', 'é\u0301', '😀', '```js\nx\n```', 'a\\"b'),
);

const toolNames = ['search', 'read_file', 'Bash', 'mcp__files__list'] as const;

const jsonObject = fc.dictionary(
  fc.constantFrom('path', 'query', 'limit', 'é', '__proto__x', '0'),
  fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.string(), { maxLength: 3 })),
  { maxKeys: 4 },
);

const image: fc.Arbitrary<Part> = fc
  .record({
    bytes: fc.uint8Array({ minLength: 1, maxLength: 24 }),
    mimeType: fc.constantFrom('image/png', 'image/jpeg'),
  })
  .map(({ bytes, mimeType }) => ({ type: 'media', mimeType, data: Buffer.from(bytes).toString('base64') }));

const text: fc.Arbitrary<Part> = words.map((said) => ({ type: 'text', text: said }));

const userTurn: fc.Arbitrary<Turn> = fc
  .array(fc.oneof({ arbitrary: text, weight: 4 }, { arbitrary: image, weight: 1 }), { minLength: 1, maxLength: 3 })
  .map((parts) => ({ role: 'user', parts }));

interface Called {
  readonly name: string;
  readonly input: object;
  readonly result: string;
  readonly isError: boolean;
}

const call: fc.Arbitrary<Called> = fc.record({
  name: fc.constantFrom(...toolNames),
  input: jsonObject,
  result: words,
  isError: fc.boolean(),
});

interface Step {
  readonly said: string | undefined;
  readonly calls: readonly Called[];
  readonly follows: string | undefined;
}

/** What a model says, and what its tools give back: a model turn, and a turn of results where it called. */
const step: fc.Arbitrary<Step> = fc.record({
  said: fc.option(words, { nil: undefined }),
  calls: fc.array(call, { maxLength: 3 }),
  follows: fc.option(words, { nil: undefined }),
});

function turnsOf(steps: readonly Step[], users: readonly Turn[]): Turn[] {
  let count = 0;
  return users.flatMap((user, at) => {
    const answer = steps[at];
    if (answer === undefined) return [user];
    const { said, calls, follows } = answer;
    const named = calls.map((each) => ({ ...each, id: `call_${++count}` }));
    const parts: Part[] = [
      ...(said !== undefined || calls.length === 0 ? [{ type: 'text', text: said ?? 'Yes.' } as const] : []),
      ...named.map(
        ({ id, name, input }) => ({ type: 'tool-call', id, name, argumentsJson: JSON.stringify(input) }) as const,
      ),
    ];
    const results: Part[] = named.map(({ id, name, result, isError }) => ({
      type: 'tool-result',
      id,
      name,
      parts: [{ type: 'text', text: result }],
      isError,
    }));
    const model: Turn = { role: 'model', parts };
    if (results.length === 0) return [user, model];
    const done: Part[] = follows === undefined ? [] : [{ type: 'text', text: follows }];
    return [
      user,
      model,
      { role: 'user', parts: results },
      { role: 'model', parts: [{ type: 'text', text: 'Done.' }, ...done] },
    ];
  });
}

const tools: fc.Arbitrary<readonly Tool[]> = fc
  .record({
    description: fc.option(words, { nil: undefined }),
    members: fc.uniqueArray(fc.constantFrom('path', 'query', 'limit'), { maxLength: 3 }),
  })
  .map(({ description, members }) =>
    toolNames.map((name) => ({
      type: 'function',
      name,
      ...(description !== undefined && { description }),
      schema: {
        type: 'object',
        properties: Object.fromEntries(members.map((member) => [member, { type: 'string' }])),
        required: members.slice(0, 1),
      },
    })),
  );

const toolChoice: fc.Arbitrary<ToolChoice> = fc.constantFrom<ToolChoice>(
  { mode: 'auto' },
  { mode: 'none' },
  { mode: 'any' },
  { mode: 'tool', names: ['search'] },
);

const sampling: fc.Arbitrary<Sampling> = fc.record(
  {
    temperature: fc.constantFrom(0, 0.25, 0.7, 1, 1.5),
    topP: fc.constantFrom(0.1, 0.96, 1),
    topK: fc.integer({ min: 1, max: 64 }),
    seed: fc.nat({ max: 99 }),
  },
  { requiredKeys: [] },
);

export const conversations: fc.Arbitrary<Conversation> = fc
  .record(
    {
      system: fc.array(text, { maxLength: 2 }),
      users: fc.array(userTurn, { minLength: 1, maxLength: 4 }),
      steps: fc.array(step, { minLength: 3, maxLength: 3 }),
      tools,
      toolChoice: fc.option(toolChoice, { nil: undefined }),
      maxOutputTokens: fc.option(fc.integer({ min: 1, max: 60_000 }), { nil: undefined }),
      stopSequences: fc.array(fc.constantFrom('END', '###', '\n\nHuman:'), { maxLength: 2 }),
      sampling,
      thinking: fc.option(
        fc.constantFrom(
          { mode: 'off' } as const,
          { mode: 'on', budgetTokens: 2048 } as const,
          { mode: 'on', effort: 'high' } as const,
        ),
        { nil: undefined },
      ),
    },
    { noNullPrototype: true },
  )
  .map(({ users, steps, toolChoice: choice, maxOutputTokens, thinking, ...rest }) => ({
    ...rest,
    // The last turn is the user's: nothing answers it yet.
    turns: turnsOf(steps.slice(0, users.length - 1), users),
    ...(choice !== undefined && { toolChoice: choice }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(thinking !== undefined && { thinking }),
    rest: {},
  }));
