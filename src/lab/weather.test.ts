import { describe, expect, it } from 'vitest';
import { planAnswer } from './plan.ts';
import { createChance } from './seed.ts';
import type { Json, LabDialect, LabStep } from './step.ts';
import { parseWeather, WEATHER, WEATHER_NAMES, type Weather } from './weather.ts';

const NOW = Date.UTC(2026, 10, 20, 12, 0, 0);
const VERTEX = '/v1/projects/p/locations/global/publishers';
const CLAUDE_BODY = {
  model: 'claude-sonnet-4-6',
  max_tokens: 900,
  stream: true,
  messages: [{ role: 'user', content: 'hi [[lab:words=40]]' }],
};
const GEMINI_BODY = { contents: [{ role: 'user', parts: [{ text: 'hi [[lab:words=40]]' }] }] };
const ASKS: Readonly<Record<LabDialect, { path: string; query: string; body: Json }>> = {
  anthropic: { path: '/v1/messages', query: '', body: CLAUDE_BODY },
  'vertex-anthropic': {
    path: `${VERTEX}/anthropic/models/claude-sonnet-4-6:streamRawPredict`,
    query: '',
    body: CLAUDE_BODY,
  },
  gemini: { path: '/v1beta/models/gemini-3-flash-preview:streamGenerateContent', query: 'alt=sse', body: GEMINI_BODY },
  'vertex-gemini': {
    path: `${VERTEX}/google/models/gemini-3-flash-preview:streamGenerateContent`,
    query: 'alt=sse',
    body: GEMINI_BODY,
  },
  'openai-chat': {
    path: '/v1/chat/completions',
    query: '',
    body: { ...CLAUDE_BODY, model: 'gpt-4.1', stream_options: { include_usage: true } },
  },
  'openai-responses': {
    path: '/v1/responses',
    query: '',
    body: { model: 'gpt-5.5', stream: true, input: 'hi [[lab:words=40]]' },
  },
};
/** What only a finished answer has in it. */
const FINISHED: Readonly<Record<LabDialect, string>> = {
  anthropic: 'message_stop',
  'vertex-anthropic': 'message_stop',
  gemini: 'finishReason',
  'vertex-gemini': 'finishReason',
  'openai-chat': '"finish_reason":"',
  'openai-responses': 'response.completed',
};
const DIALECTS = Object.keys(ASKS) as LabDialect[];

describe('the weather of the connection', () => {
  it.each([
    ['refuse', ['refuse']],
    ['reset', ['reset']],
    ['silence', ['hang']],
    ['headers-then-silence', ['head', 'hang']],
    ['empty-body', ['head', 'end']],
    ['comments-only', ['head', 'bytes', 'repeat']],
    ['cut-after:frames=2', ['head', 'bytes', 'bytes', 'close']],
    ['cut-after:frames=2,end=clean', ['head', 'bytes', 'bytes', 'end']],
    ['reset-after:frames=1', ['head', 'bytes', 'reset']],
    ['stall:after=3', ['head', 'bytes', 'bytes', 'bytes', 'hang']],
    ['cut-in-frame:frame=2', ['head', 'bytes', 'bytes', 'close']],
  ])('%s does exactly %j', (name, does) => {
    for (const dialect of DIALECTS) expect(plan(name, dialect).map((step) => step.do)).toEqual(does);
  });

  it('never lets a cut answer look complete, however many frames are asked for', () => {
    for (const dialect of DIALECTS) {
      const clear = text(plan('clear', dialect));
      for (const name of ['cut-after', 'reset-after', 'stall', 'error-mid']) {
        const key = name === 'cut-after' || name === 'reset-after' ? 'frames' : 'after';
        const cut = text(plan(`${name}:${key}=99999`, dialect));
        expect(cut).not.toContain(FINISHED[dialect]);
        expect(clear).toContain(FINISHED[dialect]);
        expect(clear.startsWith(cut.slice(0, 80))).toBe(true);
      }
      expect(text(plan('cut-at:byte=9999999', dialect)).length).toBeLessThan(clear.length);
    }
  });

  it('keeps the bytes of the answer when it only slows or splits them', () => {
    for (const dialect of DIALECTS) {
      const clear = text(plan('clear', dialect));
      for (const name of ['clear:ms=3', 'slow-first-byte', 'slow-drip', 'one-byte', 'split-utf8']) {
        expect(text(plan(name, dialect))).toBe(clear);
      }
      expect(text(plan('comments-only:ms=3000', dialect)).endsWith(clear)).toBe(true);
    }
  });

  it('parts every character that has several bytes', () => {
    const chunks = bytesOf(plan('split-utf8', 'anthropic'));
    for (const chunk of chunks)
      for (const [at, byte] of chunk.entries()) expect((byte & 0xc0) !== 0x80 || at === 0).toBe(true);
  });
});

describe('the weather inside a 200', () => {
  it.each([
    ['no-content', 'anthropic', ['message_start', 'ping', 'message_delta', 'message_stop']],
    ['no-content:kind=start', 'anthropic', ['message_start']],
    [
      'no-content:kind=part',
      'anthropic',
      ['message_start', 'content_block_start', 'ping', 'content_block_stop', 'message_delta', 'message_stop'],
    ],
    ['in-band-error', 'anthropic', ['error']],
    ['in-band-error:kind=rate', 'vertex-anthropic', ['error']],
    ['refusal', 'anthropic', ['message_start', 'ping', 'message_delta', 'message_stop']],
  ] as const)('%s (%s) is %j', (name, dialect, types) => {
    const events = [...text(plan(name, dialect)).matchAll(/^event: (\w+)$/gm)].map((match) => match[1]);
    expect(events).toEqual(types);
  });

  it.each([
    ['no-content', ['finishReason']],
    ['no-content:kind=usage', ['usageMetadata']],
    ['malformed-function-call', ['MALFORMED_FUNCTION_CALL']],
    ['malformed-function-call:kind=unexpected', ['UNEXPECTED_TOOL_CALL']],
    ['thinking-then-nothing', ['"thought": true', 'STOP']],
    ['in-band-error', ['"code":503', 'UNAVAILABLE']],
  ])('%s is said by Gemini without any text of an answer', (name, words) => {
    const said = text(plan(name, 'gemini'));
    for (const word of words) expect(said).toContain(word);
    expect(said.replace(/"text": "[^"]*","thought"/g, '')).not.toContain('"text": "');
  });

  it('errs after some frames, in the envelope of each provider', () => {
    expect(text(plan('error-mid:kind=api', 'anthropic'))).toMatch(
      /event: error\ndata: {"type":"error","error":{"details":null,"type":"api_error".*\n\n$/,
    );
    expect(text(plan('error-mid:after=2,shape=bare', 'gemini'))).toMatch(
      /\r\n\r\n{\n {2}"error": {\n {4}"code": 503,[\s\S]*}\n$/,
    );
  });

  it('is no stream at all when it is a web page or JSON', () => {
    expect(head(plan('html', 'gemini'))).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8' },
    });
    expect(head(plan('json-200', 'anthropic'))).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json' },
    });
    expect(JSON.parse(text(plan('json-200', 'anthropic')))).toMatchObject({ type: 'error' });
  });
});

describe('refusals', () => {
  it.each([
    ['401', 'anthropic', 401, 'authentication_error', 'invalid x-api-key'],
    ['401', 'vertex-gemini', 401, 'UNAUTHENTICATED', 'ACCESS_TOKEN_EXPIRED'],
    ['402', 'gemini', 402, 'RESOURCE_EXHAUSTED', 'prepayment credits'],
    ['403', 'anthropic', 403, 'permission_error', 'permission'],
    ['404', 'anthropic', 404, 'not_found_error', 'model: claude-sonnet-4-6'],
    ['404', 'gemini', 404, 'NOT_FOUND', 'is not found for API version v1beta'],
    ['404', 'vertex-anthropic', 404, 'NOT_FOUND', 'Publisher Model'],
    ['400-key', 'gemini', 400, 'INVALID_ARGUMENT', 'API_KEY_INVALID'],
    ['500', 'gemini', 500, 'INTERNAL', 'internal error'],
    ['503', 'gemini', 503, 'UNAVAILABLE', 'high demand'],
    ['504', 'anthropic', 504, 'timeout_error', ''],
    ['529', 'anthropic', 529, 'overloaded_error', 'Overloaded'],
    ['529', 'vertex-anthropic', 529, 'overloaded_error', 'req_vrtx_'],
    ['529', 'gemini', 503, 'UNAVAILABLE', 'overloaded'],
    ['context-too-long', 'anthropic', 400, 'invalid_request_error', 'prompt is too long: '],
    ['context-too-long', 'gemini', 400, 'INVALID_ARGUMENT', 'exceeds the maximum number of tokens allowed (1048576).'],
  ] as const)('%s (%s) is %i %s: %s', (name, dialect, status, code, words) => {
    const steps = plan(name, dialect);
    expect(head(steps).status).toBe(status);
    expect(text(steps)).toContain(code);
    expect(text(steps)).toContain(words);
  });

  it('says the end of a limit in the way that is asked for', () => {
    const headers = (time: string, dialect: LabDialect): Record<string, string> =>
      head(plan(`429:time=${time},seconds=9`, dialect)).headers;
    expect(headers('none', 'anthropic')['retry-after']).toBeUndefined();
    expect(headers('retry-after-seconds', 'anthropic')['retry-after']).toBe('9');
    expect(headers('retry-after-date', 'gemini')['retry-after']).toBe('Fri, 20 Nov 2026 12:00:09 GMT');
    expect(headers('retry-after-ms', 'anthropic')['retry-after-ms']).toBe('9000');
    expect(headers('reset', 'anthropic')).toMatchObject({
      'anthropic-ratelimit-requests-reset': '2026-11-20T12:00:09Z',
    });
    expect(headers('spend-limit', 'anthropic')['retry-after']).toBeUndefined();
  });

  it.each([
    ['retry-info', 'gemini', '"retryDelay": "9s"'],
    ['per-minute', 'gemini', 'GenerateRequestsPerMinutePerProjectPerModel-FreeTier'],
    ['per-day', 'gemini', 'GenerateRequestsPerDayPerProjectPerModel-FreeTier'],
    ['limit-0', 'gemini', 'limit: 0'],
    ['vertex', 'gemini', 'error-code-429'],
    ['none', 'gemini', 'Resource has been exhausted (e.g. check quota).'],
    ['none', 'vertex-gemini', 'error-code-429'],
    ['none', 'vertex-anthropic', 'online_prediction_requests_per_base_model'],
    ['spend-limit', 'anthropic', 'enforced_spend_limit_reached'],
  ] as const)('429 with time=%s (%s) says %s', (time, dialect, words) => {
    expect(text(plan(`429:time=${time},seconds=9`, dialect))).toContain(words);
  });

  it('wraps an error into an array where the answer would have been one', () => {
    expect(JSON.parse(text(plan('503', 'vertex-anthropic')))).toMatchObject([{ error: { code: 503 } }]);
  });

  it('calls an error body an event stream when it is told to', () => {
    expect(head(plan('error-as-event-stream:status=500', 'vertex-gemini'))).toMatchObject({
      status: 500,
      headers: { 'content-type': 'text/event-stream' },
    });
  });

  it('refuses signatures only where there are some, and never placeholders', () => {
    const signed = (signature: string): Json => ({
      contents: [
        ...GEMINI_BODY.contents,
        { role: 'model', parts: [{ text: 'x', thoughtSignature: signature }] },
        ...GEMINI_BODY.contents,
      ],
    });
    expect(head(plan('signature-refusal', 'gemini')).status).toBe(200);
    expect(head(plan('signature-refusal', 'gemini', signed('skip_thought_signature_validator'))).status).toBe(200);
    expect(text(plan('signature-refusal', 'gemini', signed('EjQK')))).toContain('Corrupted thought signature.');
    const thought = {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: '', signature: 'x' },
        { type: 'text', text: 'y' },
      ],
    };
    const messages = [...CLAUDE_BODY.messages, thought, ...CLAUDE_BODY.messages];
    expect(text(plan('signature-refusal', 'anthropic', { ...CLAUDE_BODY, messages }))).toContain(
      'messages.1.content.0: Invalid `signature`',
    );
  });

  it('finds only longer prompts too long when a limit is given', () => {
    expect(head(plan('context-too-long:limit=9000', 'anthropic')).status).toBe(200);
    expect(head(plan('context-too-long:limit=2', 'anthropic')).status).toBe(400);
  });
});

describe('the table', () => {
  it('explains every row', () => {
    for (const name of WEATHER_NAMES) expect(WEATHER[name].does.length).toBeGreaterThan(10);
  });

  it('plans something for every row, dialect and framing, with a legal order of steps', () => {
    for (const name of WEATHER_NAMES) {
      for (const dialect of DIALECTS) {
        for (const ask of [ASKS[dialect], plain(ASKS[dialect])]) {
          const does = planAsk(ask, weather(name)).map((step) => step.do);
          expect(does.join(' ')).toMatch(
            /^(wait )*((refuse|reset|hang)|head( bytes| wait)*( repeat| end| close| reset| hang))$/,
          );
        }
      }
    }
  });
});

function plain(ask: { path: string; query: string; body: Json }): typeof ask {
  const path = ask.path.replace('streamGenerateContent', 'generateContent').replace('streamRawPredict', 'rawPredict');
  return { path, query: '', body: { ...ask.body, ...(ask.body.stream === undefined ? {} : { stream: false }) } };
}

function plan(name: string, dialect: LabDialect, body?: Json): LabStep[] {
  return planAsk({ ...ASKS[dialect], ...(body ? { body } : {}) }, weather(name));
}

function planAsk(ask: { path: string; query: string; body: Json }, under: Weather): LabStep[] {
  const body = Buffer.from(JSON.stringify(ask.body));
  const query = new URLSearchParams(ask.query);
  return planAnswer(
    { account: 'a', path: ask.path, method: 'POST', query, headers: {}, body, n: 0, now: NOW },
    under,
    createChance(1),
  );
}

function weather(name: string): Weather {
  const read = parseWeather(name);
  if ('problem' in read) throw new Error(read.problem);
  return read.weather;
}

function head(steps: readonly LabStep[]): Extract<LabStep, { do: 'head' }> {
  return steps.find((step) => step.do === 'head')!;
}

function bytesOf(steps: readonly LabStep[]): Uint8Array[] {
  return steps.flatMap((step) => (step.do === 'bytes' ? [step.bytes] : []));
}

function text(steps: readonly LabStep[]): string {
  return Buffer.concat(bytesOf(steps)).toString('utf8');
}
