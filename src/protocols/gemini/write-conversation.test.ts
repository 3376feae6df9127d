import { describe, expect, it } from 'vitest';
import type { Capabilities, Conversation, Part, Turn } from '../../model/conversation.ts';
import { placeholderSignature } from '../../model/signature-words.ts';
import { checkGeminiRequest } from './grammar.testing.ts';
import { GEMINI_LOSSES } from './losses.ts';
import { writeGeminiConversation } from './write-conversation.ts';
import type { GeminiTarget } from './write-conversation-draft.ts';

const gemini2: Capabilities = {
  thinking: 'budget',
  budgetTokensMin: 128,
  budgetTokensMax: 32_768,
  canTurnOff: false,
  prefill: true,
  sampling: true,
  forcedTools: true,
  demandsSignature: false,
  callIds: false,
  maxOutputTokens: 65_536,
};
const gemini3: Capabilities = {
  ...gemini2,
  thinking: 'level',
  levels: ['low', 'high'],
  demandsSignature: true,
  callIds: true,
};

const old: GeminiTarget = { model: 'gemini-2.5-pro', stream: true, capabilities: gemini2, operation: 'generate' };
const strict: GeminiTarget = { ...old, model: 'gemini-3-pro-preview', capabilities: gemini3 };

function conversation(turns: readonly Turn[], more: Partial<Conversation> = {}): Conversation {
  return { system: [], turns, tools: [], stopSequences: [], sampling: {}, rest: {}, ...more };
}

const text = (said: string): Part => ({ type: 'text', text: said });
const user = (...parts: Part[]): Turn => ({ role: 'user', parts });
const model = (...parts: Part[]): Turn => ({ role: 'model', parts });
const call = (id: string, name = 'f', argumentsJson = '{}'): Extract<Part, { type: 'tool-call' }> => ({
  type: 'tool-call',
  id,
  name,
  argumentsJson,
});
const result = (id: string, ...parts: Part[]): Extract<Part, { type: 'tool-result' }> => ({
  type: 'tool-result',
  id,
  parts,
  isError: false,
});

function write(asked: Conversation, target: GeminiTarget = old) {
  const written = writeGeminiConversation(asked, target);
  if ('problem' in written) throw new Error(written.problem.message);
  const body = JSON.parse(new TextDecoder().decode(written.body));
  expect(checkGeminiRequest(body.generateContentRequest ?? body)).toEqual([]);
  for (const { feature } of written.losses) expect(GEMINI_LOSSES.map((row) => row.feature)).toContain(feature);
  return { body, losses: written.losses.map(({ feature }) => feature), bytes: new TextDecoder().decode(written.body) };
}

function problemOf(asked: Conversation, target: GeminiTarget = old): string {
  const written = writeGeminiConversation(asked, target);
  if (!('problem' in written)) throw new Error('it was not refused');
  expect(written.problem.kind).toBe('bad-request');
  return written.problem.message;
}

const hello = [user(text('hello'))];

describe('instructions', () => {
  it('stand in front, with those of system turns before the first message', () => {
    const { body } = write(
      conversation([{ role: 'system', parts: [text('second')] }, ...hello], { system: [text('first'), text('')] }),
    );
    expect(body.systemInstruction).toEqual({ parts: [{ text: 'first' }, { text: 'second' }] });
    expect(body.contents).toEqual([{ role: 'user', parts: [{ text: 'hello' }] }]);
  });

  it('in the middle keep every character and their place, in the turn of the user', () => {
    const reminder = 'x'.repeat(9000);
    const { body, losses } = write(
      conversation([...hello, model(text('hi')), user(text('go')), { role: 'system', parts: [text(reminder)] }]),
    );
    expect(body.contents.at(-1)).toEqual({ role: 'user', parts: [{ text: 'go' }, { text: reminder }] });
    expect(losses).toEqual(['a system message in the middle of the conversation']);
  });

  it('alone are the message, because Gemini demands one', () => {
    const { body } = write(conversation([], { system: [text('act')] }));
    expect(body).toEqual({ contents: [{ role: 'user', parts: [{ text: 'act' }] }] });
  });

  it('that are no text are refused', () => {
    const picture: Part = { type: 'media', mimeType: 'image/png', data: 'AA==' };
    expect(problemOf(conversation(hello, { system: [picture] }))).toContain('system instruction');
  });
});

describe('turns', () => {
  it('of one role that follow each other become one', () => {
    const { body } = write(conversation([user(text('a')), user(text('b')), model(text('c')), model(text('d'))]));
    expect(body.contents.map((content: { parts: unknown[] }) => content.parts.length)).toEqual([2, 2]);
  });

  it('that would be empty are not sent, and their neighbours close up', () => {
    const { body } = write(conversation([user(text('a')), model(text('')), user(text('b'))]));
    expect(body.contents).toEqual([{ role: 'user', parts: [{ text: 'a' }, { text: 'b' }] }]);
  });

  it('may end with the model, which goes on from there', () => {
    const { body } = write(conversation([...hello, model(text('I was'))]));
    expect(body.contents.at(-1)).toEqual({ role: 'model', parts: [{ text: 'I was' }] });
  });

  it('are refused when there is none', () => {
    expect(problemOf(conversation([]))).toContain('at least one message');
  });
});

describe('tool calls and results', () => {
  it('are paired by id and answered in the order of the calls', () => {
    const { body } = write(
      conversation([
        ...hello,
        model(call('a', 'first', '{"n":1.0}'), call('b', 'second')),
        user(text('note'), result('b', text('two')), result('a', text('one'), text('more'))),
      ]),
      strict,
    );
    expect(body.contents[2].parts).toEqual([
      { functionResponse: { id: 'a', name: 'first', response: { output: 'one\nmore' } } },
      { functionResponse: { id: 'b', name: 'second', response: { output: 'two' } } },
      { text: 'note' },
    ]);
  });

  it('keep the spelling of numbers in arguments', () => {
    const { bytes } = write(conversation([...hello, model(call('a', 'f', '{"n":1.0,"big":12345678901234567890}'))]));
    expect(bytes).toContain('"args":{"n":1.0,"big":12345678901234567890}');
  });

  it('carry no ids where the model knows none', () => {
    const { bytes } = write(conversation([...hello, model(call('a')), user(result('a', text('x')))]));
    expect(bytes).not.toContain('"id"');
  });

  it('say when a tool failed, and pass structured results as they are', () => {
    const { body } = write(
      conversation([
        ...hello,
        model(call('a'), call('b')),
        user({ ...result('a', text('no')), isError: true }, { ...result('b', text('?')), json: '{"rows":[1]}' }),
      ]),
    );
    expect(
      body.contents[2].parts.map((part: { functionResponse: { response: unknown } }) => part.functionResponse.response),
    ).toEqual([{ error: 'no' }, { rows: [1] }]);
  });

  it('that have no partner become text, or are refused by name', () => {
    const { body, losses } = write(conversation([user(text('a'), result('x', text('stray')))]));
    expect(body.contents[0].parts).toEqual([{ text: 'a' }, { text: 'stray' }]);
    expect(losses).toEqual(['a tool result without its call']);
    const open = conversation([...hello, model(call('a', 'lost')), user(text('and?'))]);
    expect(problemOf(open)).toMatch(/`lost`, id `a`/);
  });

  it('with images keep them inside on Gemini 3, beside on earlier ones', () => {
    const picture: Part = { type: 'media', mimeType: 'image/png', data: 'AA==' };
    const asked = conversation([...hello, model(call('a')), user(result('a', text('see'), picture), text('ok'))]);
    const inlineData = { mimeType: 'image/png', data: 'AA==' };
    expect(write(asked, strict).body.contents[2].parts).toEqual([
      { functionResponse: { id: 'a', name: 'f', response: { output: 'see' }, parts: [{ inlineData }] } },
      { text: 'ok' },
    ]);
    expect(write(asked, old).body.contents[2].parts).toEqual([
      { functionResponse: { name: 'f', response: { output: 'see' } } },
      { inlineData },
      { text: 'ok' },
    ]);
  });

  it('with arguments that are no object are refused', () => {
    expect(problemOf(conversation([...hello, model(call('a', 'f', '[1]'))]))).toContain('`f`, id `a`');
  });
});

describe('signatures', () => {
  const signed = (family?: string) => ({ ...call('a'), signature: { signature: 'c2ln', ...(family && { family }) } });
  const loop = (part: Part) => conversation([...hello, model(part), user(result('a', text('x')))]);
  const signatureIn = (asked: Conversation, target: GeminiTarget) =>
    write(asked, target).body.contents[1].parts[0].thoughtSignature;

  it('go to their own family, and those of unknown origin as well', () => {
    expect(signatureIn(loop(signed('gemini-3')), strict)).toBe('c2ln');
    expect(signatureIn(loop(signed()), strict)).toBe('c2ln');
    expect(signatureIn(loop(signed('gemini-2')), old)).toBe('c2ln');
  });

  it('of others are left out, with the stand-in where the model demands one', () => {
    expect(signatureIn(loop(signed('claude')), strict)).toBe(placeholderSignature);
    expect(signatureIn(loop(signed('gemini-2')), strict)).toBe(placeholderSignature);
    expect(signatureIn(loop(signed('claude')), old)).toBeUndefined();
    expect(signatureIn(loop({ ...signed(), signature: { signature: 'gAAAAx' } }), old)).toBeUndefined();
  });

  it('stand in only on the first call of each step of the current turn', () => {
    const steps = conversation([
      user(text('long ago')),
      model(call('o')),
      user(result('o', text('x'))),
      model(text('done')),
      user(text('now')),
      model(call('a'), call('b')),
      user(result('a', text('x')), result('b', text('x'))),
      model(text('so'), call('c')),
      user(result('c', text('x'))),
    ]);
    const { body } = write(steps, strict);
    const marks = body.contents.map(({ parts }: { parts: { thoughtSignature?: string }[] }) =>
      parts.map((part) => part.thoughtSignature),
    );
    expect(marks[1]).toEqual([undefined]);
    expect(marks[5]).toEqual([placeholderSignature, undefined]);
    expect(marks[7]).toEqual([undefined, placeholderSignature]);
  });

  it('stay on thoughts and on an empty text, and an unsigned empty text is not sent', () => {
    const mark = { signature: 'c2ln', family: 'gemini-3' };
    const { body } = write(
      conversation([
        ...hello,
        model(
          { type: 'thinking', text: 'hm', signature: mark },
          { type: 'text', text: '', signature: mark },
          { type: 'text', text: '' },
          { type: 'thinking', text: '' },
        ),
      ]),
      strict,
    );
    expect(body.contents[1].parts).toEqual([
      { text: 'hm', thought: true, thoughtSignature: 'c2ln' },
      { text: '', thoughtSignature: 'c2ln' },
    ]);
  });

  it('of Claude leave the text of the thought', () => {
    const thought: Part = { type: 'thinking', text: 'hm', signature: { signature: 's', family: 'claude' } };
    const { body, losses } = write(conversation([...hello, model(thought, { type: 'redacted-thinking', data: 'x' })]));
    expect(body.contents[1].parts).toEqual([{ text: 'hm', thought: true }]);
    expect(losses).toHaveLength(2);
  });
});

describe('a token count', () => {
  it('is asked in the form of each provider', () => {
    const asked = conversation(hello, { system: [text('s')] });
    const inner = {
      contents: [{ role: 'user', parts: [{ text: 'hello' }] }],
      systemInstruction: { parts: [{ text: 's' }] },
    };
    expect(write(asked, { ...old, operation: 'count-tokens' }).body).toEqual({
      generateContentRequest: { model: 'models/gemini-2.5-pro', ...inner },
    });
    expect(write(asked, { ...old, operation: 'count-tokens', provider: 'vertex' }).body).toEqual(inner);
  });
});
