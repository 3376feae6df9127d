import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedAnswer, type LabAnswer } from './answer.ts';
import { goOn, parseResume, shownChars } from './go-on.ts';
import { encode, headOf, jsonOf, planOf } from './plans.testing.ts';
import { labScript, resumeFor } from './script.ts';
import type { Json, LabResume } from './step.ts';

const PROMPT = 'tell me [[lab:words=80]]';
const NOTE = 'Your answer was cut off. Continue exactly where it stopped.';
const parameters = { type: 'object', properties: { path: { type: 'string' } } };

/** The same conversation in each dialect: the prompt, what was said, and a note unless the last turn is the model's. */
const DIALECTS: Readonly<
  Record<string, { path: string; body: (prompt: string, said?: string, note?: string) => Json }>
> = {
  anthropic: { path: '/v1/messages', body: (...turns) => messages('claude-haiku-4-5', ...turns) },
  'openai-chat': { path: '/v1/chat/completions', body: (...turns) => messages('gpt-4.1', ...turns) },
  'openai-responses': {
    path: '/v1/responses',
    body: (...turns) => {
      const { messages: input, tools, ...body } = messages('gpt-4.1', ...turns);
      return {
        ...body,
        input,
        tools: (tools as Json[]).map((tool) => ({ type: 'function', name: tool.name, parameters })),
      };
    },
  },
  gemini: {
    path: '/v1beta/models/gemini-2.5-flash:generateContent',
    body: (prompt, said, note) => ({
      contents: turnsOf(prompt, said, note).map(([who, text]) => ({ role: who, parts: [{ text }] })),
      tools: [{ functionDeclarations: [{ name: 'read', parameters }] }],
    }),
  },
};

describe.each(Object.entries(DIALECTS))('a request of %s that shows the beginning of an answer', (_dialect, api) => {
  const answer = (body: Json, resume?: LabResume): LabAnswer =>
    expectedAnswer({ path: api.path, body: encode(body), ...(resume ? { resume } : {}) })!;
  const whole = answer(api.body(PROMPT)).text;
  const ways = [undefined, NOTE, 'And so?'];

  it('gets exactly the rest, wherever it stops and whether or not the white space at its end was cut off', () => {
    for (let at = 1; at < whole.length; at += 1) {
      for (const note of ways) {
        const said = whole.slice(0, at);
        expect(said + answer(api.body(PROMPT, said, note)).text).toBe(whole);
        const trimmed = said.trimEnd();
        expect(trimmed + answer(api.body(PROMPT, trimmed, note)).text).toBe(whole);
      }
    }
  });

  it('gets the whole answer anew, or the end of what it shows once more, where the lab goes on so', () => {
    for (const at of [1, 40, whole.length - 1]) {
      const body = api.body(PROMPT, whole.slice(0, at), NOTE);
      expect(answer(body, { way: 'restart' }).text).toBe(whole);
      for (const chars of [1, 17, 200]) {
        expect(answer(body, { way: 'overlap', chars }).text).toBe(whole.slice(Math.max(0, at - chars)));
      }
    }
  });

  it('gets another answer after a common beginning, where the lab contradicts itself', () => {
    for (const at of [2, 11, 12, 13, 30, 200, whole.length - 1]) {
      const said = whole.slice(0, at);
      const other = answer(api.body(PROMPT, said, NOTE), { way: 'contradict' }).text;
      const common = [...whole].findIndex((char, place) => other[place] !== char);
      expect(common).toBe(at > 12 ? Math.max(12, Math.floor(at / 2)) : Math.floor(at / 2));
      expect(other.startsWith(said)).toBe(false);
      expect(other.length).toBeGreaterThan(common + 40);
    }
  });

  it('gets only the calls when all the text was shown', () => {
    const wish = 'look [[lab:say]][[lab:tools=2]]';
    const { text, toolCalls } = answer(api.body(wish));
    expect(toolCalls).toHaveLength(2);
    const cut = answer(api.body(wish, text.slice(0, 9), NOTE));
    expect([cut.text, cut.toolCalls]).toEqual([text.slice(9), toolCalls]);
    for (const resume of [{ way: 'continue' }, { way: 'overlap', chars: 9 }, { way: 'contradict' }] as const) {
      const rest = answer(api.body(wish, text, NOTE), resume);
      expect([rest.text, rest.toolCalls, rest.stop]).toEqual(['', toolCalls, 'tool']);
    }
    expect(answer(api.body(wish, text.slice(0, 9), NOTE), { way: 'contradict' }).toolCalls).toEqual([]);
  });

  it('says nothing more of a finished answer when it is asked to go on, and answers a next question as ever', () => {
    for (const note of [undefined, NOTE]) expect(answer(api.body(PROMPT, whole, note)).text).toBe('');
    for (const next of ['What else is there?', 'continue']) {
      expect(answer(api.body(PROMPT, whole, next)).text).toContain(next);
    }
  });

  it('goes on as the prompt wishes, whatever the lab was told', () => {
    const wish = 'tell me [[lab:words=80]][[lab:resume=overlap:5]]';
    const resumed = answer(api.body(wish, whole.slice(0, 50), NOTE), { way: 'restart' }).text;
    expect(resumed).toBe(whole.slice(45));
  });
});

describe('a way of going on', () => {
  it('is read by its name', () => {
    expect(parseResume('restart')).toEqual({ resume: { way: 'restart' } });
    expect(parseResume('overlap:200')).toEqual({ resume: { way: 'overlap', chars: 200 } });
    for (const bad of ['overlap', 'overlap:0', 'overlap:201', 'overlap:x', 'sideways', '']) {
      expect(parseResume(bad)).toHaveProperty('problem');
    }
  });

  it('never parts a character, and parts from every text before the end of what was shown', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 2 }),
        fc.nat(),
        fc.integer({ min: 1, max: 200 }),
        (whole, n, chars) => {
          const at = 1 + (n % whole.length);
          const over = goOn(whole, at, false, { way: 'overlap', chars }).text;
          expect(whole.endsWith(over)).toBe(true);
          expect(over.length).toBeGreaterThanOrEqual(Math.min(at, chars) + whole.length - at);
          expect(over).not.toMatch(/^[\uDC00-\uDFFF]/);
          const other = goOn(whole, at, false, { way: 'contradict' }).text;
          if (at > 1) expect(other.startsWith(whole.slice(0, at))).toBe(false);
        },
      ),
    );
  });

  it('matches a beginning whose white space was cut off or added, and nothing else', () => {
    expect(shownChars('one two', 'one ')).toBe(4);
    expect(shownChars('one two', 'one')).toBe(3);
    expect(shownChars('one two', 'one\n')).toBe(3);
    expect(shownChars('one two', 'two')).toBeUndefined();
    expect(shownChars('one two', '  ')).toBeUndefined();
  });

  it('is set by a script for all calls, or by a rule for some, without a word on the weather', () => {
    const script = labScript({
      default: '503',
      resume: 'restart',
      requests: [{ match: { account: 'b' }, resume: 'overlap:3' }],
    });
    const call = { path: '/v1/messages', method: 'POST', query: new URLSearchParams(), headers: {}, n: 0 };
    const of = (account: string): LabResume => resumeFor(script, { ...call, account, body: encode({}) });
    expect([of('a'), of('b')]).toEqual([{ way: 'restart' }, { way: 'overlap', chars: 3 }]);
    expect(() => labScript({ resume: 'sideways' })).toThrow('one of these ways');
  });
});

describe('an answer that is begun for the model', () => {
  it.each([
    ['claude-sonnet-4-5', 200],
    ['claude-haiku-4-5', 200],
    ['claude-sonnet-4-6', 400],
    ['claude-opus-4-8', 400],
    ['claude-sonnet-5', 400],
  ])('is refused by Claude from 4.6 on: %s answers %i', (model, status) => {
    const steps = planOf('/v1/messages', messages(model, 'hi', 'On “hi'));
    expect(headOf(steps).status).toBe(status);
    if (status === 400) {
      expect(jsonOf(steps)).toMatchObject({
        error: {
          message:
            'This model does not support assistant message prefill. The conversation must end with a user message.',
        },
      });
    }
  });

  it('is a turn like any other for the models of OpenAI’s dialects', () => {
    for (const model of ['gpt-4.1', 'gpt-5.5', 'qwen3-coder']) {
      expect(headOf(planOf('/v1/chat/completions', messages(model, 'hi', 'On “hi'))).status).toBe(200);
    }
  });
});

function turnsOf(prompt: string, said?: string, note?: string): (readonly ['user' | 'model', string])[] {
  return [
    ['user', prompt],
    ...(said === undefined ? [] : [['model', said] as const]),
    ...(note === undefined ? [] : [['user', note] as const]),
  ];
}

function messages(model: string, prompt: string, said?: string, note?: string): Json {
  const turns = turnsOf(prompt, said, note);
  const list = turns.map(([who, content]) => ({ role: who === 'model' ? 'assistant' : 'user', content }));
  const tool = { name: 'read', input_schema: parameters, type: 'function', function: { name: 'read', parameters } };
  return { model, max_tokens: 4096, messages: list, tools: [tool] };
}
