/** Every recorded answer, served again from the middle of its text in each of the four ways, and read by a reader and a judge that are not the lab's. */

import { describe, expect, it } from 'vitest';
import { checkAnthropicStream } from '../protocols/anthropic/grammar.testing.ts';
import { checkGeminiStream } from '../protocols/gemini/grammar.testing.ts';
import { checkChatStream } from '../protocols/openai-chat/grammar.testing.ts';
import { checkResponsesStream } from '../protocols/openai-responses/grammar.testing.ts';
import { type Recording, recordings } from '../protocols/openai-responses/recordings.testing.ts';
import { callOf, dataOf, headOf, textOf, weatherOf } from './plans.testing.ts';
import { planResumedRecording, type RecordedAnswer, recordedAnswer } from './resumed-recording.ts';
import { createChance } from './seed.ts';
import type { Json, LabDialect, LabResume, LabStep } from './step.ts';

const NOTE = 'Your answer was cut off. Continue exactly where it stopped.';
const VERTEX = '/v1/projects/p/locations/global/publishers';
const ASKED = { role: 'user', content: 'Go on, then.' };
const ASKED_GEMINI = { role: 'user', parts: [{ text: 'Go on, then.' }] };

interface Api {
  readonly protocol: string;
  readonly dialect: LabDialect;
  readonly path: string;
  readonly check: (text: string) => string[];
  /** The words in the data of the events, read with nothing of ours. */
  readonly words: (events: readonly Json[]) => string;
  readonly body: (said?: string, note?: string) => Json;
}

const APIS: readonly Api[] = [
  ...(['anthropic', 'vertex-claude'] as const).map((protocol): Api => {
    const vertex = protocol === 'vertex-claude';
    return {
      protocol,
      dialect: vertex ? 'vertex-anthropic' : 'anthropic',
      path: vertex ? `${VERTEX}/anthropic/models/claude-haiku-4-5:streamRawPredict` : '/v1/messages',
      check: checkAnthropicStream,
      words: (events) => events.map(({ delta }) => String((delta as Json | undefined)?.text ?? '')).join(''),
      body: (said, note) => ({ model: 'claude-haiku-4-5', max_tokens: 9, stream: true, messages: roles(said, note) }),
    };
  }),
  ...(['gemini', 'vertex-gemini'] as const).map((protocol): Api => {
    const method = 'models/gemini-2.5-flash:streamGenerateContent?alt=sse';
    return {
      protocol,
      dialect: protocol,
      path: protocol === 'gemini' ? `/v1beta/${method}` : `${VERTEX}/google/${method}`,
      check: checkGeminiStream,
      words: (events) => events.flatMap(geminiTexts).join(''),
      body: (said, note) => ({
        contents: [
          ASKED_GEMINI,
          ...(said === undefined ? [] : [{ role: 'model', parts: [{ text: said }] }]),
          ...(note === undefined ? [] : [{ role: 'user', parts: [{ text: note }] }]),
        ],
      }),
    };
  }),
  {
    protocol: 'openai-chat',
    dialect: 'openai-chat',
    path: '/v1/chat/completions',
    check: checkChatStream,
    words: (events) => events.map(chatText).join(''),
    body: (said, note) => ({ model: 'gpt-4.1', stream: true, messages: roles(said, note) }),
  },
  {
    protocol: 'openai-responses',
    dialect: 'openai-responses',
    path: '/v1/responses',
    check: checkResponsesStream,
    words: (events) =>
      events.map(({ type, delta }) => (/output_text|refusal/.test(String(type)) ? String(delta ?? '') : '')).join(''),
    body: (said, note) => ({ model: 'gpt-4.1', stream: true, input: roles(said, note) }),
  },
];

describe.each(APIS)('a recording of $protocol', (api) => {
  const all = recordings(api.protocol, 'response.sse').filter(({ status }) => status === 'COMPLETE');
  const whole = new Map(all.map(({ name, bytes }) => [name, recordedAnswer(bytes, api.dialect)]));
  const spoken = all.filter(({ name }) => whole.get(name)!.text.trim().length > 1);

  it.skipIf(all.length === 0)('is served byte for byte, frame by frame, when nothing of it is shown', () => {
    for (const { bytes } of all) {
      for (const body of [api.body(), api.body('Something else.', NOTE), api.body('Fine.', 'What is next?')]) {
        const steps = serve(api, bytes, body);
        expect(Buffer.from(textOf(steps)).equals(Buffer.from(bytes))).toBe(true);
        expect(steps.length).toBeGreaterThan(2);
      }
    }
  });

  it.skipIf(all.length === 0)('goes on in each of the four ways, wherever it was cut', () => {
    expect(spoken.length).toBeGreaterThan(0);
    for (const recording of spoken) {
      const recorded = whole.get(recording.name)!;
      for (const at of placesIn(recorded.text)) checkWays(api, recording, recorded, at);
    }
  });

  it.skipIf(all.length === 0)('is cut by the weather as any answer is', () => {
    const { bytes, name } = spoken[0]!;
    const cut = textOf(serve(api, bytes, api.body(), { way: 'continue' }, 'cut-after:frames=2'));
    expect(Buffer.from(bytes).toString('utf8').startsWith(cut)).toBe(true);
    const said = whole.get(name)!.text.slice(0, 2).trimEnd();
    const steps = serve(api, bytes, api.body(said, NOTE), { way: 'continue' }, '503');
    expect(headOf(steps).status).toBe(503);
  });
});

describe('a recording of a model that refuses a prefill', () => {
  it('is not served to a request that begins the answer, and goes on after a note', () => {
    const messages = [ASKED, { role: 'assistant', content: 'He' }];
    const frames =
      'data: {"type":"message_start","message":{"id":"m","model":"c","usage":{}}}\n\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}\n\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello you"}}\n\n';
    const api = APIS[0]!;
    const body = { model: 'claude-opus-4-8', max_tokens: 9, stream: true, messages };
    expect(headOf(serve(api, Buffer.from(frames), body)).status).toBe(400);
    const noted = { ...body, messages: [...messages, { role: 'user', content: NOTE }] };
    expect(api.words(dataOf(serve(api, Buffer.from(frames), noted)))).toBe('llo you');
  });
});

function checkWays(api: Api, { bytes, name }: Recording, recorded: RecordedAnswer, at: number): void {
  const { text } = recorded;
  const said = text.slice(0, at).trimEnd();
  for (const note of [undefined, NOTE]) {
    const told = (resume: LabResume): LabStep[] => serve(api, bytes, api.body(said, note), resume);
    const where = `${name} at ${at}`;
    for (const [resume, expected] of [
      [{ way: 'continue' }, text.slice(said.length)],
      [{ way: 'overlap', chars: 7 }, text.slice(wholeCharacter(text, Math.max(0, said.length - 7)))],
    ] as const) {
      const steps = told(resume);
      const isOwed = recorded.calls.some(({ after }) => after >= said.length);
      const left = isOwed && text.slice(said.length).trim() === '' ? '' : expected;
      expect(api.words(dataOf(steps)), where).toBe(left);
      checkRest(api, steps, recorded, said.length, where);
    }
    expect(textOf(told({ way: 'restart' })) === Buffer.from(bytes).toString('utf8'), where).toBe(true);
    if (said.length < 2 || recorded.calls.length > 0) continue;
    const other = told({ way: 'contradict' });
    const words = api.words(dataOf(other));
    expect(words.startsWith(said), where).toBe(false);
    expect(words.slice(0, Math.floor(said.length / 2) - 1), where).toBe(text.slice(0, Math.floor(said.length / 2) - 1));
    expect(legal(api, other), where).toEqual([]);
  }
}

/** The thinking again, the calls that came after what was shown to the letter, the same end, a legal stream. */
function checkRest(api: Api, steps: readonly LabStep[], recorded: RecordedAnswer, shown: number, where: string): void {
  const again = recordedAnswer(Buffer.from(textOf(steps)), api.dialect);
  expect(again.thinking ?? '', where).toBe(recorded.thinking ?? '');
  const owed = recorded.calls.filter(({ after }) => after >= shown);
  expect(again.calls.map(nameAndArguments), where).toEqual(owed.map(nameAndArguments));
  if (recorded.stop !== 'tool' || owed.length > 0) expect(again.stopReason, where).toBe(recorded.stopReason);
  // A call that the limit of tokens cut was no JSON in the recording either.
  if (recorded.stop !== 'length') expect(legal(api, steps), where).toEqual([]);
}

/** The judges were written for streams that the gateway words itself, which have fewer counts and no redacted thinking. */
const KNOWN_OF_REAL_STREAMS = /is no count$|^an empty redacted_thinking block$/;

function legal(api: Api, steps: readonly LabStep[]): string[] {
  return api.check(textOf(steps)).filter((fault) => !KNOWN_OF_REAL_STREAMS.test(fault));
}

function nameAndArguments({ name, json }: RecordedAnswer['calls'][number]): unknown {
  try {
    return [name, JSON.parse(json === '' ? '{}' : json)];
  } catch {
    return [name, json];
  }
}

function serve(
  api: Api,
  bytes: Uint8Array,
  body: Json,
  resume: LabResume = { way: 'continue' },
  weather = 'clear',
): LabStep[] {
  return planResumedRecording(bytes, resume)(callOf(api.path, body), weatherOf(weather), createChance(1));
}

function placesIn(text: string): number[] {
  const last = text.length;
  const places = [1, 12, 13, Math.floor(last / 3), Math.floor(last / 2), last - 1, last];
  return [...new Set(places)].filter((at) => at > 0 && at <= last && text.slice(0, at).trim() !== '');
}

function wholeCharacter(text: string, at: number): number {
  return /^[\uDC00-\uDFFF]/.test(text.slice(at)) ? at - 1 : at;
}

function roles(said?: string, note?: string): Json[] {
  return [
    ASKED,
    ...(said === undefined ? [] : [{ role: 'assistant', content: said }]),
    ...(note === undefined ? [] : [{ role: 'user', content: note }]),
  ];
}

function geminiTexts(event: Json): string[] {
  const [candidate] = (event.candidates ?? []) as { content?: { parts?: Json[] } }[];
  return (candidate?.content?.parts ?? []).flatMap((part) => (part.thought === true ? [] : String(part.text ?? '')));
}

function chatText(event: Json): string {
  const [choice] = (event.choices ?? []) as { delta?: Json }[];
  return String(choice?.delta?.content ?? choice?.delta?.refusal ?? '');
}
