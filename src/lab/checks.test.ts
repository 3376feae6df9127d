import { describe, expect, it } from 'vitest';
import { planAnswer } from './plan.ts';
import { createChance } from './seed.ts';
import { callText, checkSignature, mintSignature } from './signature.ts';
import type { Json } from './step.ts';
import { CLEAR } from './weather.ts';

const TOOL = { name: 'read', input_schema: { type: 'object', properties: { path: { type: 'string' } } } };
const DECLARED = [
  {
    functionDeclarations: [{ name: 'look', parameters: { type: 'OBJECT', properties: { place: { type: 'STRING' } } } }],
  },
];
const GEMINI = '/v1beta/models/gemini-3-flash-preview:generateContent';
const VERTEX = '/v1/projects/p/locations/global/publishers/google/models/gemini-3-flash-preview:generateContent';

describe('a signature', () => {
  it('holds for its own family and words only', () => {
    const signature = mintSignature('claude', 'so be it');
    expect(checkSignature('claude', signature, 'so be it')).toBe(true);
    expect(checkSignature('claude', signature, 'so be it!')).toBe(false);
    expect(checkSignature('gemini', signature, 'so be it')).toBe(false);
  });

  it('breaks when any of its characters changes or is missing', () => {
    const signature = mintSignature('gemini', callText('look', { place: 'x' }));
    for (let at = 0; at < signature.length; at += 7) {
      const other = signature[at] === 'A' ? 'B' : 'A';
      expect(checkSignature('gemini', signature.slice(0, at) + other + signature.slice(at + 1))).toBe(false);
      expect(checkSignature('gemini', signature.slice(0, at) + signature.slice(at + 1))).toBe(false);
    }
  });

  it('does not mind the order of arguments', () => {
    expect(callText('f', { a: 1, b: { c: 2, d: 3 } })).toBe(callText('f', { b: { d: 3, c: 2 }, a: 1 }));
  });
});

describe('the Messages API of the lab', () => {
  it('accepts the thinking it signed, shown or hidden, in a tool loop', () => {
    for (const display of ['summarized', 'omitted']) {
      const { body } = toolLoop({ type: 'adaptive', display });
      expect(ask(body).status).toBe(200);
    }
  });

  it('refuses thinking whose signature is missing, changed or from elsewhere, and names the place', () => {
    for (const change of [
      (block: Json) => ({ type: block.type, thinking: block.thinking }),
      (block: Json) => ({ ...block, signature: String(block.signature).replace(/.$/, 'x') }),
      (block: Json) => ({ ...block, thinking: `${String(block.thinking)}.` }),
      (block: Json) => ({ ...block, signature: mintSignature('gemini', String(block.thinking)) }),
    ]) {
      const { body, content } = toolLoop({ type: 'adaptive', display: 'summarized' });
      content[0] = change(content[0]!);
      expect(ask(body)).toEqual({
        status: 400,
        message: 'messages.1.content.0: Invalid `signature` in `thinking` block',
      });
    }
  });

  it('demands that a manual tool loop begins with thinking', () => {
    const { body, content } = toolLoop({ type: 'enabled', budget_tokens: 1024 });
    content.shift();
    expect(ask(body).message).toContain(
      'messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`.',
    );
  });

  it('demands pairs of calls and results', () => {
    const { body, messages } = toolLoop(undefined);
    expect(ask({ ...body, messages: messages.slice(0, 2).concat({ role: 'user', content: 'so?' }) }).message).toContain(
      '`tool_use` ids were found without `tool_result` blocks immediately after',
    );
    expect(ask({ ...body, messages: [messages[0]!, messages[2]!] }).message).toContain(
      'unexpected `tool_use_id` found',
    );
  });

  it.each([
    [{ messages: [{ role: 'user', content: '' }] }, 'messages.0: all messages must have non-empty content'],
    [{ messages: [{ role: 'robot', content: 'x' }] }, 'messages.0.role'],
    [{ messages: [] }, 'at least one message'],
    [{ max_tokens: undefined }, 'max_tokens: Field required'],
    [
      { model: 'claude-sonnet-5', thinking: { type: 'enabled', budget_tokens: 2000 } },
      '"thinking.type.enabled" is not supported',
    ],
    [{ model: 'claude-haiku-4-5', thinking: { type: 'adaptive' } }, 'adaptive thinking is not supported on this model'],
    [
      {
        messages: [
          { role: 'user', content: 'x' },
          { role: 'assistant', content: 'y' },
        ],
      },
      'does not support assistant message prefill',
    ],
  ])('refuses %j in the words of the real one', (change, sentence) => {
    const answer = ask({ ...request('hello'), ...change });
    expect(answer.status).toBe(400);
    expect(answer.message).toContain(sentence);
  });

  it('does not know models of other families', () => {
    expect(ask({ ...request('x'), model: 'gpt-9' })).toEqual({ status: 404, message: 'model: gpt-9' });
  });
});

describe('the Gemini API of the lab', () => {
  it('accepts the call it signed, and the documented placeholders', () => {
    const { body, call } = geminiLoop();
    expect(ask(body, GEMINI).status).toBe(200);
    for (const placeholder of ['skip_thought_signature_validator', 'context_engineering_is_the_way_to_go']) {
      call.thoughtSignature = placeholder;
      expect(ask(body, GEMINI).status).toBe(200);
    }
  });

  it('refuses a missing signature in the current turn, with the sentence of each platform', () => {
    const { body, call } = geminiLoop();
    delete call.thoughtSignature;
    expect(ask(body, GEMINI).message).toContain('Function call is missing a thought_signature in functionCall parts.');
    expect(ask(body, GEMINI).message).toContain('`default_api:look` , position 2.');
    expect(ask(body, VERTEX).message).toContain('in the 2. content block is missing a `thought_signature`');
  });

  it('does not miss the signatures of earlier turns', () => {
    const { body, contents, call } = geminiLoop();
    delete call.thoughtSignature;
    contents.push({ role: 'model', parts: [{ text: 'so' }] }, { role: 'user', parts: [{ text: 'and now?' }] });
    expect(ask(body, GEMINI).status).toBe(200);
  });

  it('refuses a signature that is not its own, or stands on another call', () => {
    const { body, call } = geminiLoop();
    const own = call.thoughtSignature;
    call.thoughtSignature = mintSignature('claude', 'x');
    expect(ask(body, GEMINI)).toEqual({ status: 400, message: 'Corrupted thought signature.' });
    call.thoughtSignature = own;
    (call.functionCall as Json).args = { place: 'elsewhere' };
    expect(ask(body, GEMINI).message).toBe('Corrupted thought signature.');
    expect(ask(body, VERTEX).message).toContain('Thought signature is not valid');
  });

  it('lets 2.5 do without', () => {
    const { body, call } = geminiLoop();
    call.thoughtSignature = 'nonsense';
    expect(ask(body, '/v1beta/models/gemini-2.5-flash:generateContent').status).toBe(200);
  });

  it.each([
    [{ contents: [] }, 'contents is not specified'],
    [{ contents: [{ role: 'robot', parts: [{ text: 'x' }] }] }, 'Please use a valid role: user, model.'],
    [{ contents: [{ role: 'user', parts: [] }] }, 'parts must not be empty'],
  ])('refuses %j in the words of the real one', (body, sentence) => {
    expect(ask(body, GEMINI)).toMatchObject({ status: 400, message: expect.stringContaining(sentence) });
  });
});

function request(content: string): Json & { messages: Json[] } {
  return { model: 'claude-sonnet-4-6', max_tokens: 4096, messages: [{ role: 'user', content }] };
}

/** A conversation whose last message answers the lab's own tool call. */
function toolLoop(thinking: Json | undefined): { body: Json; messages: Json[]; content: Json[] } {
  const first = { ...request('go [[lab:tool]]'), tools: [TOOL], ...(thinking ? { thinking } : {}) };
  const content = (answerTo(first).json as { content: Json[] }).content;
  const results = content
    .filter((block) => block.type === 'tool_use')
    .map((block) => ({ type: 'tool_result', tool_use_id: block.id, content: 'done' }));
  const messages = [...first.messages, { role: 'assistant', content }, { role: 'user', content: results }];
  return { body: { ...first, messages }, messages, content };
}

function geminiLoop(): { body: Json; contents: Json[]; call: Json } {
  const user = { role: 'user', parts: [{ text: 'go [[lab:tool]]' }] };
  const first = answerTo({ contents: [user], tools: DECLARED }, GEMINI).json as { candidates: { content: Json }[] };
  const model = first.candidates[0]!.content;
  const call = (model.parts as Json[]).find((part) => part.functionCall)!;
  const response = { functionResponse: { name: 'look', response: { output: 'fog' } } };
  const contents: Json[] = [user, model, { role: 'user', parts: [response] }];
  return { body: { contents, tools: DECLARED }, contents, call };
}

function ask(body: Json, path?: string): { status: number; message: string | undefined } {
  const { status, json } = answerTo(body, path);
  return { status, message: (json.error as { message?: string } | undefined)?.message };
}

function answerTo(body: Json, path = '/v1/messages'): { status: number; json: Json } {
  const bytes = Buffer.from(JSON.stringify(body));
  const call = { account: 'a', path, method: 'POST', query: new URLSearchParams(), headers: {}, body: bytes, n: 0 };
  const steps = planAnswer(call, CLEAR, createChance(1));
  const head = steps.find((step) => step.do === 'head');
  const text = Buffer.concat(steps.flatMap((step) => (step.do === 'bytes' ? [step.bytes] : []))).toString('utf8');
  return { status: head?.status ?? 0, json: JSON.parse(text) as Json };
}
