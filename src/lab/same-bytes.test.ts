import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld } from '../world.ts';
import { expectedAnswer } from './answer.ts';
import { labScript } from './script.ts';
import { type Lab, startLab } from './server.ts';
import { createVirtualTransport } from './virtual-transport.ts';
import { createVirtualWorld } from './virtual-world.ts';

const CLAUDE = {
  model: 'claude-sonnet-4-6',
  max_tokens: 900,
  stream: true,
  messages: [{ role: 'user', content: 'Who is there?' }],
};
const GEMINI = { contents: [{ role: 'user', parts: [{ text: 'Who is there?' }] }] };
const SCRIPTS = [
  'clear',
  'slow-drip:ms=1',
  'one-byte',
  'error-mid',
  'no-content',
  '503',
  'html',
  'comments-only:ms=4,every=2',
];
let lab: Lab;

beforeAll(async () => {
  lab = await startLab({ world: { ...createWorld(), now: createVirtualWorld(1).now } });
});
afterAll(() => lab.close());

describe('the virtual transport and the real server', () => {
  it.each([
    ['/v1/messages', CLAUDE],
    ['/v1beta/models/gemini-3-flash-preview:streamGenerateContent?alt=sse', GEMINI],
    ['/v1beta/models/gemini-2.5-flash:streamGenerateContent', GEMINI],
    ['/v1/chat/completions', { ...CLAUDE, model: 'gpt-4.1' }],
    ['/v1/responses', { model: 'gpt-5.5', stream: true, input: 'Who is there?' }],
  ])('give the same status and bytes for %s, whatever the weather', async (path, body) => {
    for (const [at, weather] of SCRIPTS.entries()) {
      const script = labScript({ seed: 9, default: weather });
      lab.setScript(script);
      const text = JSON.stringify(body);
      const key = `key ${path} ${at}`;
      const real = await fetch(`${lab.url}${path}`, { method: 'POST', headers: { 'x-api-key': key }, body: text });
      const bytes = Buffer.from(await real.arrayBuffer());
      const virtual = await ask(script, path, key, text);
      expect(virtual.status).toBe(real.status);
      expect(virtual.bytes.toString('utf8')).toBe(bytes.toString('utf8'));
    }
  });

  it('go on with a shown beginning as the script says, for all calls or for some', async () => {
    const request = { path: '/v1/messages', body: Buffer.from(JSON.stringify({ ...CLAUDE, stream: false })) };
    const whole = expectedAnswer(request)!.text;
    const said = { role: 'assistant', content: whole.slice(0, 50) };
    const messages = [...CLAUDE.messages, said, { role: 'user', content: 'Please continue.' }];
    const body = JSON.stringify({ ...CLAUDE, stream: false, messages });
    const script = labScript({ resume: 'restart', requests: [{ match: { account: 'b' }, resume: 'overlap:4' }] });
    lab.setScript(script);
    for (const [key, text] of [
      ['a', whole],
      ['b', whole.slice(46)],
    ] as const) {
      const real = await fetch(`${lab.url}${request.path}`, { method: 'POST', headers: { 'x-api-key': key }, body });
      const { content } = (await real.json()) as { content: { text: string }[] };
      expect(content[0]?.text).toBe(text);
      const virtual = await ask(script, request.path, key, body);
      expect(JSON.parse(virtual.bytes.toString('utf8'))).toMatchObject({ content: [{ text }] });
    }
  });

  it('give the answer that was expected', async () => {
    const body = JSON.stringify(CLAUDE);
    const { bytes } = await ask(labScript({}), '/v1/messages', 'key', body);
    const deltas = [...bytes.toString('utf8').matchAll(/"text_delta","text":("(?:[^"\\]|\\.)*")/g)];
    const text = deltas.map((delta) => JSON.parse(delta[1]!) as string).join('');
    expect(text).toBe(expectedAnswer({ path: '/v1/messages', body: Buffer.from(body) })?.text);
  });
});

async function ask(
  script: ReturnType<typeof labScript>,
  path: string,
  key: string,
  body: string,
): Promise<{ status: number; bytes: Buffer }> {
  const world = createVirtualWorld(1);
  const transport = createVirtualTransport(world, script);
  const request = {
    method: 'POST',
    url: `https://lab${path}`,
    headers: { 'x-api-key': key },
    body: Buffer.from(body),
    allowPrivate: false,
  } as const;
  const reading = (async () => {
    const response = await transport.request(request, new AbortController().signal);
    const chunks: Uint8Array[] = [];
    for await (const chunk of response.body) chunks.push(chunk);
    return { status: response.status, bytes: Buffer.concat(chunks) };
  })();
  await world.run();
  return reading;
}
