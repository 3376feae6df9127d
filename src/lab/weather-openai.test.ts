import { describe, expect, it } from 'vitest';
import { readChatEvents } from '../protocols/openai-chat/read-events.ts';
import { eventsOf, framesOf } from '../protocols/openai-chat/streams.testing.ts';
import { checkResponsesStream } from '../protocols/openai-responses/grammar.testing.ts';
import { readResponsesEvents } from '../protocols/openai-responses/read-events.ts';
import { classifyOpenai, classifyOpenaiInBand } from '../upstreams/openai/classify.ts';
import { dataOf, headOf, jsonOf, NOW, planOf, textOf } from './plans.testing.ts';
import type { Json, LabStep } from './step.ts';

const ASKS = {
  chat: {
    path: '/v1/chat/completions',
    body: {
      model: 'gpt-4.1',
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: 'user', content: 'hi [[lab:words=40]]' }],
    },
  },
  responses: { path: '/v1/responses', body: { model: 'gpt-5.5', stream: true, input: 'hi [[lab:words=40]]' } },
} as const;
type Api = keyof typeof ASKS;

describe('a refusal of OpenAI’s APIs', () => {
  it.each([
    ['401', 401, 'credential-refused'],
    ['402', 402, 'account-exhausted'],
    ['403', 403, 'permission-refused'],
    ['429', 429, 'rate-limited'],
    ['429:time=spend-limit', 429, 'account-exhausted'],
    ['429:time=limit-0', 429, 'rate-limited'],
    ['500', 500, 'server-error'],
    ['503', 503, 'overloaded'],
    ['504', 504, 'server-error'],
    ['529', 529, 'overloaded'],
    ['context-too-long', 400, 'context-too-long'],
  ])('%s has status %i and is read as %s in both of them', (weather, status, kind) => {
    for (const api of ['chat', 'responses'] as const) {
      expect(headOf(plan(weather, api)).status).toBe(status);
      expect(jsonOf(plan(weather, api)).error).toHaveProperty('message');
      expect(failureOf(plan(weather, api))).toMatchObject({ kind });
    }
  });

  it('does not know a model with 404 in the one API and with 400 in the other', () => {
    expect([headOf(plan('404', 'chat')).status, headOf(plan('404', 'responses')).status]).toEqual([404, 400]);
    for (const api of ['chat', 'responses'] as const) {
      expect(failureOf(plan('404', api))).toMatchObject({ kind: 'model-unknown' });
    }
  });

  it.each([
    ['none', undefined],
    ['retry-after-seconds', 9_000],
    ['retry-after-date', 9_000],
    ['retry-after-ms', 9_000],
    ['reset', 9_000],
    ['retry-info', 9_000],
    ['per-minute', 9_000],
    ['per-day', 9_000],
  ])('429 with time=%s says its end so that it is read as %s ms', (time, retryAfterMs) => {
    expect(failureOf(plan(`429:time=${time},seconds=9`, 'chat')).retryAfterMs).toBe(retryAfterMs);
  });

  it('refuses sealed reasoning only where there is some', () => {
    expect(headOf(plan('signature-refusal', 'chat')).status).toBe(200);
    expect(headOf(plan('signature-refusal', 'responses')).status).toBe(200);
    const body = { ...ASKS.responses.body, include: ['reasoning.encrypted_content'], stream: false };
    const { output } = jsonOf(planOf(ASKS.responses.path, body)) as { output: Json[] };
    const again = { ...ASKS.responses.body, input: [...output, { role: 'user', content: 'and?' }] };
    const refused = planOf(ASKS.responses.path, again, { weather: 'signature-refusal' });
    expect(failureOf(refused)).toMatchObject({ kind: 'signature-refused' });
  });
});

describe('the weather inside a 200 of OpenAI’s APIs', () => {
  it.each([
    ['in-band-error:kind=overloaded', 'stream-error'],
    ['in-band-error:kind=api', 'stream-error'],
    ['in-band-error:kind=rate', 'rate-limited'],
    ['in-band-error:kind=invalid', 'request-refused'],
    ['error-mid:kind=overloaded', 'stream-error'],
    ['json-200:kind=rate', 'rate-limited'],
    ['error-mid:shape=bare', 'stream-error'],
  ])('%s is a failure that is read as %s', (weather, kind) => {
    for (const api of ['chat', 'responses'] as const) {
      const last = eventsIn(plan(weather, api), api).at(-1);
      expect(last?.type === 'failure' && classifyOpenaiInBand(last.body, NOW)).toMatchObject({ kind });
    }
  });

  it('fails a response with the numbers and the id that it began with', () => {
    for (const weather of ['in-band-error', 'error-mid:after=9']) {
      const events = dataOf(plan(weather, 'responses'));
      expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, at) => at));
      expect(events.slice(-2).map((event) => event.type)).toEqual(['error', 'response.failed']);
      const ids = [events[0]!, events.at(-1)!].map((event) => (event.response as Json).id);
      expect(ids[0]).toBe(ids[1]);
      expect(checkResponsesStream(textOf(plan(weather, 'responses')))).toEqual([]);
    }
  });

  it.each(['stop', 'start', 'usage', 'part', 'signature'])('no-content:kind=%s has no word of an answer', (kind) => {
    for (const api of ['chat', 'responses'] as const) {
      for (const stream of [true, false]) {
        const steps = plan(`no-content:kind=${kind}`, api, { stream });
        if (!stream) expect(jsonOf(steps)).toHaveProperty('usage');
        const events = stream ? eventsIn(steps, api) : [];
        // A sealed reasoning item is all that such a response can have of a signature.
        const says = events.filter(
          (event) =>
            (event.type === 'block-start' && event.says && event.kind !== 'thinking') || event.type === 'block-delta',
        );
        expect(says).toEqual([]);
        const ends = kind === 'start' || kind === 'usage' ? 'cut' : 'message-complete';
        if (stream) expect(events.at(-1)?.type).toBe(ends);
      }
    }
  });

  it('thinks and then ends, or does not', () => {
    for (const api of ['chat', 'responses'] as const) {
      const ends = ['end', 'cut', 'hang'].map((finish) => {
        const events = eventsIn(plan(`thinking-then-nothing:finish=${finish}`, api), api);
        expect(events.some((event) => event.type === 'block-delta' && event.kind === 'thinking')).toBe(true);
        return events.at(-1)?.type;
      });
      expect(ends).toEqual(['message-complete', 'cut', 'cut']);
    }
  });

  it('calls a tool in a way that nobody can read, and declines for reasons of policy', () => {
    for (const api of ['chat', 'responses'] as const) {
      const broken = eventsIn(plan('malformed-function-call', api), api);
      const said = broken.flatMap((event) =>
        event.type === 'block-delta' && event.kind === 'tool-arguments' ? event.text : [],
      );
      expect(said.join('')).toBe('{"path": "no');
      const declined = eventsIn(plan('refusal', api), api);
      expect(declined).toContainEqual({ type: 'message-end', stop: 'refusal', reason: 'content_filter' });
    }
  });

  it('leaves out [DONE] and nothing else', () => {
    const clear = textOf(plan('clear', 'chat'));
    expect(`${textOf(plan('no-done', 'chat'))}data: [DONE]\n\n`).toBe(clear);
    expect(eventsIn(plan('no-done', 'chat'), 'chat').at(-1)?.type).toBe('message-complete');
    expect(textOf(plan('no-done', 'responses'))).toBe(textOf(plan('clear', 'responses')));
  });

  it('puts garbage where a frame should be', () => {
    for (const api of ['chat', 'responses'] as const) {
      expect(eventsIn(plan('garbage-frame:at=5', api), api).at(-1)?.type).toBe('garbage');
    }
  });

  it.each(['cut-at:byte=99999', 'cut-after:frames=99', 'cut-in-frame:frame=99', 'cut-at:byte=99999,end=clean'])(
    '%s never ends a chat that was not finished',
    (weather) => {
      expect(textOf(plan(weather, 'chat'))).not.toContain('[DONE]');
      expect(textOf(plan('clear', 'chat')).startsWith(textOf(plan(weather, 'chat')))).toBe(true);
    },
  );
});

function plan(weather: string, api: Api, more: Json = {}): LabStep[] {
  return planOf(ASKS[api].path, { ...ASKS[api].body, ...more }, { weather });
}

function failureOf(steps: readonly LabStep[]) {
  const { status, headers } = headOf(steps);
  return classifyOpenai({ status, headers, body: textOf(steps), now: NOW });
}

function eventsIn(steps: readonly LabStep[], api: Api) {
  const reader = api === 'chat' ? readChatEvents() : readResponsesEvents();
  return eventsOf(framesOf([Buffer.from(textOf(steps))]), reader);
}
