import { describe, expect, it } from 'vitest';
import { FoldError } from '../../model/failure.ts';
import { chatDialect } from './dialect.ts';
import { openaiProblem } from './failures.ts';
import { foldChatAnswer } from './fold-answer.ts';
import { chunk, framesOf, recordedJson, requestOf } from './streams.testing.ts';
import { writeChatEvents } from './write-events.ts';

function written(text: string, request?: Record<string, unknown>): string {
  const writer = writeChatEvents(request === undefined ? undefined : requestOf(request));
  const out: Uint8Array[] = [];
  writer.frames(framesOf([Buffer.from(text)]), out);
  writer.end(out);
  return Buffer.concat(out).toString();
}

function folded(...chunks: object[]) {
  const fold = foldChatAnswer();
  for (const each of chunks)
    for (const frame of framesOf([Buffer.from(`data: ${JSON.stringify(each)}\n\n`)])) fold.push(frame);
  return JSON.parse(fold.document());
}

describe('a streamed answer', () => {
  const said = `data: ${JSON.stringify(chunk({ content: 'a' }, 'stop'))}\n\n`;

  it('needs no start of ours, and its keepalive is a comment', () => {
    const writer = chatDialect.writer('sse', 'id');
    expect(writer.start('m')).toHaveLength(0);
    expect(Buffer.from(writer.keepalive()).toString()).toBe(': keepalive\n\n');
    expect(writer.headers['content-type']).toBe('text/event-stream; charset=utf-8');
  });

  it('ends with the [DONE] that a server left out, and never with two', () => {
    expect(written(said)).toBe(`${said}data: [DONE]\n\n`);
    expect(written(`${said}data: [DONE]\n\n`)).toBe(`${said}data: [DONE]\n\n`);
    expect(written(`${said}data: [DONE]`)).toBe(`${said}data: [DONE]\n\n`);
  });

  it('hides the counts from who did not ask, and keeps everything else without choices', () => {
    const counts = `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 1 } })}\n\n`;
    const azure = `data: ${JSON.stringify({ choices: [], prompt_filter_results: [], usage: null })}\n\n`;
    const all = `${azure}: ping\n\n${said}${counts}data: [DONE]\n\n`;
    expect(written(all, { stream: true })).toBe(all.replace(counts, ''));
    expect(written(all, { stream: true, stream_options: { include_usage: true } })).toBe(all);
    expect(written(all)).toBe(all);
  });

  it('leaves out half an event, half a comment and what is no event', () => {
    expect(written(`${said}data: {"choi`)).toBe(`${said}data: [DONE]\n\n`);
    expect(written(`${said}: half`)).toBe(`${said}data: [DONE]\n\n`);
    expect(written('<html>')).toBe('data: [DONE]\n\n');
  });

  it('fails with an error event and without [DONE]', () => {
    const failure = (body?: string) =>
      Buffer.from(
        writeChatEvents().failure({ kind: 'upstream-error', message: 'cut', ...(body !== undefined && { body }) }),
      ).toString();
    const own = 'data: {"error":{"message":"cut","type":"server_error","param":null,"code":"upstream_error"}}\n\n';
    expect(failure()).toBe(own);
    expect(failure('{"error":{"message":"theirs",\n"type":"x"}}')).toBe(
      'data: {"error":{"message":"theirs","type":"x"}}\n\n',
    );
    expect(failure('{"type":"error","error":{"message":"Anthropic"}}')).toBe(own);
    expect(failure('<html>')).toBe(own);
  });
});

describe('an error document', () => {
  const textOf = (body?: string) =>
    Buffer.from(
      openaiProblem({ kind: 'rate-limited', message: 'ours', ...(body !== undefined && { body }) }).body,
    ).toString();

  it('is the upstream’s own only when it has this dialect’s shape', () => {
    const theirs = '{"error":{"message":"theirs","type":"x","param":null,"code":null}}';
    expect(textOf(theirs)).toBe(theirs);
    expect(textOf('{"error":{"code":429,"message":"Google","status":"RESOURCE_EXHAUSTED"}}')).toContain('ours');
    expect(textOf('[{"error":{"message":"Google"}}]')).toContain('ours');
    expect(textOf('{"type":"error","error":{"type":"x","message":"Anthropic"}}')).toContain('ours');
  });

  it('never asks to wait longer than a client is willing to', () => {
    const answer = openaiProblem({ kind: 'rate-limited', message: 'x', retryAfterMs: 900_000 });
    expect(answer).toMatchObject({ status: 429, headers: { 'retry-after': '60' } });
    expect(openaiProblem({ kind: 'overloaded', message: 'x', status: 500 }).status).toBe(500);
  });
});

describe('a collected answer', () => {
  it('is the document with what the chunks said', () => {
    const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
    const document = folded(
      chunk({ role: 'assistant', content: '', refusal: null }, null, {
        usage: null,
        obfuscation: 'x',
        system_fingerprint: 'fp',
      }),
      chunk({ content: 'Hel', reasoning_content: 'H' }),
      chunk({ content: 'lo', reasoning_content: 'm' }),
      chunk({}, 'stop'),
      { ...chunk({}), choices: [], usage },
    );
    expect(document).toEqual({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1,
      model: 'm',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hello', refusal: null, reasoning_content: 'Hm' },
          finish_reason: 'stop',
        },
      ],
      usage,
      system_fingerprint: 'fp',
    });
  });

  it('keeps choices, logprobs, annotations and unknown fields apart and whole', () => {
    const choice = (index: number, delta: object, finish: string | null = null, more: object = {}) => ({
      index,
      delta,
      finish_reason: finish,
      ...more,
    });
    const logprobs = (token: string) => ({ logprobs: { content: [{ token, logprob: -0.5 }], refusal: null } });
    const document = folded(
      {
        ...chunk({}),
        choices: [choice(1, { content: 'b' }, null, logprobs('b')), choice(0, { content: 'a', sources: { n: 1 } })],
      },
      {
        ...chunk({}),
        choices: [
          choice(1, { content: 'B', annotations: [{ type: 'x' }] }, 'stop', logprobs('B')),
          choice(0, { sources: { m: 2 } }, 'length'),
        ],
      },
    );
    expect(document.choices).toEqual([
      { index: 0, message: { role: 'assistant', content: 'a', sources: { n: 1, m: 2 } }, finish_reason: 'length' },
      {
        index: 1,
        message: { role: 'assistant', content: 'bB', annotations: [{ type: 'x' }] },
        logprobs: {
          content: [
            { token: 'b', logprob: -0.5 },
            { token: 'B', logprob: -0.5 },
          ],
          refusal: null,
        },
        finish_reason: 'stop',
      },
    ]);
  });

  it('keeps the calls of a server that numbers none of them, and arguments that are no JSON', () => {
    const call = (name: string, args: string) => ({ id: '', type: 'function', function: { name, arguments: args } });
    const document = folded(chunk({ tool_calls: [call('f', '{"a":1}'), call('g', '{"b"')] }), chunk({}, 'length'));
    expect(document.choices[0].message).toEqual({
      role: 'assistant',
      content: null,
      tool_calls: [call('f', '{"a":1}'), call('g', '{"b"')],
    });
  });

  it('joins the older call and a custom tool’s input', () => {
    const older = folded(
      chunk({ function_call: { name: 'f', arguments: '{' } }),
      chunk({ function_call: { arguments: '}' } }, 'function_call'),
    );
    expect(older.choices[0].message.function_call).toEqual({ name: 'f', arguments: '{}' });
    const custom = folded(
      chunk({ tool_calls: [{ index: 0, id: 'c', type: 'custom', custom: { name: 'p', input: 'ab' } }] }),
      chunk({ tool_calls: [{ index: 0, custom: { input: 'cd' } }] }, 'tool_calls'),
    );
    expect(custom.choices[0].message.tool_calls).toEqual([
      { id: 'c', type: 'custom', custom: { name: 'p', input: 'abcd' } },
    ]);
  });

  it('spells numbers as the upstream did', () => {
    const fold = foldChatAnswer();
    const text =
      '{"id":"1","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop","score":1.0}],"cost":1e-7,"big":12345678901234567890}';
    for (const frame of framesOf([Buffer.from(`data: ${text}\n\n`)])) fold.push(frame);
    expect(fold.document()).toContain('"score":1.0');
    expect(fold.document()).toContain('"cost":1e-7,"big":12345678901234567890');
  });

  it('is none when there was no choice, or when it is nested too deeply', () => {
    expect(() => foldChatAnswer().document()).toThrow(FoldError);
    expect(() => folded(chunk({ content: 'a' }), { x: JSON.parse(`${'['.repeat(300)}${']'.repeat(300)}`) })).toThrow(
      FoldError,
    );
  });

  it.for(recordedJson('openai-chat', 'response.json').filter(({ json }) => Array.isArray(json.choices)))(
    'is $name again when that document is streamed in two chunks',
    ({ json }) => {
      const choices = json.choices as { message: Record<string, unknown>; finish_reason?: unknown }[];
      const deltas = choices.map(({ message, finish_reason: _finish, ...rest }) => ({
        ...rest,
        delta: message,
        finish_reason: null,
      }));
      const finishes = choices.map(({ finish_reason: finish = null }, index) => ({
        index,
        delta: {},
        finish_reason: finish,
      }));
      const { usage, ...top } = json;
      const document = folded(
        { ...top, choices: deltas, usage: null },
        { ...top, choices: finishes, usage: null },
        { ...top, choices: [], usage },
      );
      const finished = choices.map((choice) => ({
        finish_reason: null,
        ...choice,
        message: { content: null, ...choice.message },
      }));
      expect(document).toEqual({ ...json, choices: finished });
    },
  );
});
