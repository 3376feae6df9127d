import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedAnswer } from './answer.ts';
import { planAnswer } from './plan.ts';
import { createChance } from './seed.ts';
import type { Json, LabStep } from './step.ts';
import { CLEAR } from './weather.ts';

const TOOL = {
  name: 'read',
  input_schema: { type: 'object', properties: { path: { type: 'string' }, n: { type: 'integer' } } },
};

describe('an Anthropic stream of the lab', () => {
  it('is legal and says exactly what is expected of it, for every wish and seed', () => {
    const wish = fc.constantFrom(
      '',
      '[[lab:words=40]]',
      '[[lab:events=30]]',
      '[[lab:tool]]',
      '[[lab:tools=3]][[lab:say]]',
      '[[lab:redacted]]',
    );
    const thinking = fc.constantFrom(
      undefined,
      { type: 'adaptive', display: 'summarized' },
      { type: 'adaptive', display: 'omitted' },
    );
    fc.assert(
      fc.property(wish, thinking, fc.string(), fc.integer(), (controls, config, words, seed) => {
        const body = { ...request(`${words}?${controls}`), tools: [TOOL], ...(config ? { thinking: config } : {}) };
        const message = readStream(streamText(plan(body, seed)));
        const expected = expectedAnswer({ path: '/v1/messages', body: encode(body) })!;
        expect(textOf(message)).toBe(Buffer.from(expected.text).toString('utf8'));
        expect(message.content.filter((block) => block.type === 'tool_use').map(nameAndInput)).toEqual(
          expected.toolCalls,
        );
        expect(message.usage.output_tokens).toBe(expected.outputTokens);
        expect(message.content.some((block) => block.type === 'thinking')).toBe(config !== undefined);
      }),
    );
  });

  it('says the same in a stream and in a document', () => {
    const body = { ...request('both ways [[lab:tools=2]][[lab:say]]'), tools: [TOOL], thinking: { type: 'adaptive' } };
    const document = JSON.parse(bodyText(plan({ ...body, stream: false }, 7))) as Message;
    const streamed = readStream(streamText(plan(body, 7)));
    expect(streamed.content.map(withoutId)).toEqual(document.content.map(withoutId));
    expect(streamed.stop_reason).toBe(document.stop_reason);
    expect(streamed.usage).toMatchObject(document.usage);
  });

  it('is the same for the same seed and differs for another', () => {
    const body = request('again');
    expect(streamText(plan(body, 3))).toBe(streamText(plan(body, 3)));
    expect(streamText(plan(body, 3))).not.toBe(streamText(plan(body, 4)));
  });

  it('answers with final text once the tool has answered, and takes as many rounds as asked', () => {
    const first = readStream(streamText(plan({ ...request('go [[lab:steps=2]]'), tools: [TOOL] }, 1)));
    const second = readStream(streamText(plan(toolLoop(first, 'go [[lab:steps=2]]', 1), 2)));
    expect(first.stop_reason).toBe('tool_use');
    expect(second.stop_reason).toBe('tool_use');
    const once = readStream(streamText(plan(toolLoop(first, 'go [[lab:tool]]', 1), 2)));
    expect(once.stop_reason).toBe('end_turn');
    expect(textOf(once)).not.toBe('');
  });

  it('calls a tool without arguments by an empty delta only', () => {
    const text = streamText(plan({ ...request('go [[lab:tool]][[lab:bare]]'), tools: [TOOL] }, 1));
    expect(text.match(/input_json_delta/g)).toHaveLength(1);
    expect(readStream(text).content.at(-1)?.input).toEqual({});
  });

  it('streams in exactly as many pieces of text as asked', () => {
    expect(streamText(plan(request('go [[lab:events=200]]'), 1)).match(/text_delta/g)).toHaveLength(200);
  });

  it('has as many words as asked', () => {
    expect(textOf(readStream(streamText(plan(request('go [[lab:words=300]]'), 1)))).split(' ')).toHaveLength(300);
  });

  it('stops at max_tokens', () => {
    const message = readStream(streamText(plan({ ...request('go [[lab:words=300]]'), max_tokens: 10 }, 1)));
    expect(message.stop_reason).toBe('max_tokens');
    expect(message.usage.output_tokens).toBe(10);
  });

  it('goes on where a shown beginning stops, as prefill or after a request to go on', () => {
    const whole = expectedAnswer({ path: '/v1/messages', body: encode(request('tell me [[lab:words=80]]')) })!.text;
    const said = whole.slice(0, 101).trimEnd();
    const prefill = { ...request('tell me [[lab:words=80]]'), model: 'claude-haiku-4-5' };
    const messages = [...prefill.messages, { role: 'assistant', content: said }];
    const asked = [...messages, { role: 'user', content: 'Please go on exactly where you stopped.' }];
    expect(said + textOf(readStream(streamText(plan({ ...prefill, messages }, 1))))).toBe(whole);
    expect(said + textOf(readStream(streamText(plan({ ...prefill, messages: asked }, 2))))).toBe(whole);
  });

  it('repeats some words or begins again when it is asked to go on badly', () => {
    const said = (wish: string): string => expectedAnswer({ path: '/v1/messages', body: encode(request(wish)) })!.text;
    const resumed = (wish: string, chars: number): string => {
      const messages = [
        ...request(wish).messages,
        { role: 'assistant', content: said(wish).slice(0, chars) },
        { role: 'user', content: 'go on' },
      ];
      return textOf(readStream(streamText(plan({ ...request(wish), messages }, 1))));
    };
    expect(resumed('one [[lab:restart]]', 60)).toBe(said('one [[lab:restart]]'));
    const overlapping = resumed('one [[lab:overlap=3]]', 60);
    expect(said('one [[lab:overlap=3]]').endsWith(overlapping)).toBe(true);
    expect(overlapping.length).toBeGreaterThan(said('one [[lab:overlap=3]]').length - 60);
  });

  it('gives the same answer when a note is appended to the prompt', () => {
    const noted = {
      ...request('x'),
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'what now?' },
            { type: 'text', text: 'A note.' },
          ],
        },
      ],
    };
    expect(expectedAnswer({ path: '/v1/messages', body: encode(noted) })!.text).toBe(
      expectedAnswer({ path: '/v1/messages', body: encode(request('what now?')) })!.text,
    );
  });

  it('counts the same tokens beforehand and afterwards', () => {
    const { model, messages } = request('count me');
    const counted = { model, messages, tools: [TOOL] };
    const count = JSON.parse(bodyText(plan(counted, 1, '/v1/messages/count_tokens'))) as { input_tokens: number };
    const message = readStream(streamText(plan({ ...request('count me'), tools: [TOOL] }, 1)));
    expect(message.usage.input_tokens).toBe(count.input_tokens);
  });

  it('speaks the same grammar on Vertex, with the ids of Vertex', () => {
    const { model: _, ...body } = request('hello');
    const path = '/v1/projects/p/locations/global/publishers/anthropic/models/claude-sonnet-4-6:streamRawPredict';
    const message = readStream(streamText(plan({ ...body, anthropic_version: 'vertex-2023-10-16' }, 1, path)));
    expect(message.id).toMatch(/^msg_vrtx_/);
    expect(message.model).toBe('claude-sonnet-4-6');
  });
});

interface Message extends Json {
  readonly id: string;
  readonly model: string;
  readonly content: Json[];
  readonly stop_reason: string;
  readonly usage: { readonly input_tokens: number; readonly output_tokens: number };
}

function request(content: string): Json & { messages: Json[] } {
  return { model: 'claude-sonnet-4-6', max_tokens: 4096, stream: true, messages: [{ role: 'user', content }] };
}

function toolLoop(message: Message, prompt: string, rounds: number): Json {
  const call = message.content.find((block) => block.type === 'tool_use');
  const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: call?.id, content: 'done' }] };
  const turns = Array.from({ length: rounds }, () => [{ role: 'assistant', content: message.content }, result]).flat();
  return { ...request(prompt), messages: [...request(prompt).messages, ...turns], tools: [TOOL] };
}

function plan(body: Json, seed: number, path = '/v1/messages'): LabStep[] {
  const call = {
    account: 'a',
    path,
    method: 'POST',
    query: new URLSearchParams(),
    headers: {},
    body: encode(body),
    n: 0,
  };
  return planAnswer(call, CLEAR, createChance(seed));
}

function encode(body: Json): Uint8Array {
  return Buffer.from(JSON.stringify(body));
}

function bodyText(steps: readonly LabStep[]): string {
  return Buffer.concat(steps.flatMap((step) => (step.do === 'bytes' ? [step.bytes] : []))).toString('utf8');
}

function streamText(steps: readonly LabStep[]): string {
  expect(steps[0]).toMatchObject({ do: 'head', status: 200 });
  expect(steps.at(-1)).toEqual({ do: 'end' });
  return bodyText(steps);
}

/** An independent reading of the grammar; it fails on every step outside of it. */
function readStream(text: string): Message {
  expect(text.endsWith('\n\n')).toBe(true);
  const events = text
    .slice(0, -2)
    .split('\n\n')
    .map((frame) => {
      const [event, data, ...more] = frame.split('\n');
      expect(more).toEqual([]);
      const json = JSON.parse(data!.slice('data: '.length)) as Json;
      expect(event).toBe(`event: ${String(json.type)}`);
      return json;
    })
    .filter((event) => event.type !== 'ping');
  const message = structuredClone(events[0]!.message) as Message & { content: Json[] };
  expect(events[0]!.type).toBe('message_start');
  expect(message.content).toEqual([]);
  let open: Json | undefined;
  let json = '';
  for (const event of events.slice(1, -2)) {
    if (event.type === 'content_block_start') {
      expect(open).toBeUndefined();
      expect(event.index).toBe(message.content.length);
      open = structuredClone(event.content_block) as Json;
      json = '';
      continue;
    }
    expect(open).toBeDefined();
    expect(event.index).toBe(message.content.length);
    if (event.type === 'content_block_stop') {
      if (open!.type === 'tool_use') open!.input = json === '' ? {} : JSON.parse(json);
      message.content.push(open!);
      open = undefined;
      continue;
    }
    const delta = event.delta as Json;
    if (delta.type === 'text_delta') open!.text = String(open!.text) + String(delta.text);
    else if (delta.type === 'thinking_delta') open!.thinking = String(open!.thinking) + String(delta.thinking);
    else if (delta.type === 'signature_delta') open!.signature = delta.signature;
    else if (delta.type === 'input_json_delta') json += String(delta.partial_json);
    else expect.unreachable(`unknown delta ${String(delta.type)}`);
  }
  expect(open).toBeUndefined();
  const [end, stop] = events.slice(-2) as [Json, Json];
  expect(end.type).toBe('message_delta');
  expect(stop).toEqual({ type: 'message_stop' });
  return { ...message, ...(end.delta as Json), usage: { ...message.usage, ...(end.usage as Json) } } as Message;
}

function textOf(message: Message): string {
  return message.content.map((block) => (block.type === 'text' ? String(block.text) : '')).join('');
}

function nameAndInput(block: Json): Json {
  return { name: block.name, args: block.input };
}

function withoutId(block: Json): Json {
  const { id: _, ...rest } = block;
  return rest;
}
