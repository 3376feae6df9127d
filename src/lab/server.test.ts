import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createWorld } from '../world.ts';
import { type LabPlanner, planAnswer, planUnder } from './plan.ts';
import { replayPlan } from './replay.ts';
import { labScript } from './script.ts';
import { createChance } from './seed.ts';
import { type Lab, type LabOptions, startLab } from './server.ts';
import type { Json, LabStep } from './step.ts';
import { parseWeather, WEATHER_NAMES, type Weather } from './weather.ts';

const NOW = Date.UTC(2026, 10, 20, 12, 0, 0);
/** Some answers say when they were made. */
const world = { ...createWorld(), now: () => NOW };
const labs: Lab[] = [];
const TOOL = { name: 'read', input_schema: { type: 'object', properties: { path: { type: 'string' } } } };
const PROMPT = 'What does the log say? [[lab:words=60]]';
const CLAUDE = {
  path: '/v1/messages',
  body: {
    model: 'claude-sonnet-4-6',
    max_tokens: 900,
    stream: true,
    messages: [{ role: 'user', content: PROMPT }],
    tools: [TOOL],
  },
};
const GEMINI = {
  path: '/v1beta/models/gemini-3-flash-preview:streamGenerateContent?alt=sse',
  body: { contents: [{ role: 'user', parts: [{ text: PROMPT }] }] },
};
const CHAT = {
  path: '/v1/chat/completions',
  body: { model: 'gpt-4.1', stream: true, messages: [{ role: 'user', content: PROMPT }] },
};
const RESPONSES = { path: '/v1/responses', body: { model: 'gpt-5.5', stream: true, input: PROMPT } };
/** Weathers that leave the connection open for ever. */
const ENDLESS = new Set(['silence', 'headers-then-silence', 'stall', 'comments-only']);
const QUICK: Readonly<Record<string, string>> = {
  'slow-first-byte': 'slow-first-byte:ms=5',
  'slow-drip': 'slow-drip:ms=1',
  'comments-only': 'comments-only:every=2',
};

afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.close();
});

describe.each([
  ['Anthropic', CLAUDE],
  ['Gemini', GEMINI],
  ['Chat Completions', CHAT],
  ['Responses', RESPONSES],
])('each weather over real sockets (%s)', (_dialect, ask) => {
  it.each(WEATHER_NAMES.filter((name) => !ENDLESS.has(name)))(
    '%s: what arrives is what the plan says',
    async (name) => {
      const text = QUICK[name] ?? name;
      const lab = await start({ script: labScript({ default: text }) });
      const heard = await say(lab, ask);
      const plan = planOf(ask, weatherOf(text));
      const head = plan.find((step) => step.do === 'head');
      expect(heard.status).toBe(head?.status);
      expect(heard.body.equals(bytesOf(plan))).toBe(true);
      const last = plan.at(-1)?.do;
      expect(heard.end).toBe(last === 'reset' || last === 'refuse' ? 'ECONNRESET' : 'closed');
      expect(heard.whole).toBe(last === 'end');
      expect(lab.calls[0]).toMatchObject({
        account: 'key-1',
        weather: name,
        ending: 'whole',
        bytesSent: bytesOf(plan).length,
      });
    },
  );

  it.each([...ENDLESS])('%s: stays open until the caller leaves, and the lab notices', async (name) => {
    const lab = await start({ script: labScript({ default: QUICK[name] ?? name }) });
    const plan = planOf(ask, weatherOf(QUICK[name] ?? name));
    const socket = await speak(lab, ask);
    const heard = listen(socket);
    await until(
      () =>
        lab.calls[0]?.bytesSent === bytesOf(plan).length ||
        (name === 'comments-only' && (lab.calls[0]?.bytesSent ?? 0) > 200),
    );
    expect(lab.calls[0]?.ending).toBe('open');
    socket.destroy();
    await until(() => lab.calls[0]?.ending === 'left');
    expect(lab.calls[0]?.leftMs).toBeGreaterThanOrEqual(lab.calls[0]!.arrivedMs);
    expect((await heard).whole).toBe(false);
    await until(() => lab.openSockets === 0);
  });
});

describe('the lab', () => {
  it('cuts inside a chunk whose size it had announced', async () => {
    const lab = await start({ script: labScript({ default: 'cut-at:byte=100' }) });
    const heard = await say(lab, CLAUDE);
    expect(heard.body.length).toBe(100);
    expect(heard.insideChunk).toBe(true);
  });

  it('sends one-byte chunks and parts characters', async () => {
    const lab = await start({ script: labScript({ accounts: { 'key-1': ['one-byte', 'split-utf8'] } }) });
    expect(Math.max(...(await say(lab, CLAUDE)).chunks)).toBe(1);
    const split = await say(lab, CLAUDE);
    expect(split.chunks.length).toBeGreaterThan(20);
    expect(split.body.toString('utf8')).not.toContain('\uFFFD');
  });

  it('gives each account its own weather in order, and the last for ever', async () => {
    const lab = await start({ script: labScript({ accounts: { 'key-1': ['503', '429', 'clear'] } }) });
    const statuses = [];
    for (let at = 0; at < 4; at += 1) statuses.push((await say(lab, CLAUDE)).status);
    expect(statuses).toEqual([503, 429, 200, 200]);
    expect((await say(lab, CLAUDE, 'key-2')).status).toBe(200);
    expect(lab.calls.map((call) => call.n)).toEqual([0, 1, 2, 3, 0]);
  });

  it('remembers what it was asked, without the credential', async () => {
    const lab = await start({});
    await say(lab, CLAUDE);
    expect(JSON.parse(Buffer.from(lab.calls[0]!.body).toString())).toEqual(CLAUDE.body);
    expect(lab.calls[0]).toMatchObject({ path: '/v1/messages', method: 'POST', status: 200 });
    expect(JSON.stringify(lab.calls[0]!.headers)).not.toContain('key-1');
  });

  it('logs a line for each call, without the credential', async () => {
    const lines: string[] = [];
    const lab = await start({ log: (line) => lines.push(line), script: labScript({ default: '529' }) });
    await say(lab, CLAUDE, 'sk-very-secret');
    await until(() => lines.length === 1);
    expect(lines[0]).toContain('529');
    expect(lines[0]).not.toContain('secret');
  });

  it('serves a next request on the same connection', async () => {
    const lab = await start({});
    const socket = await open(lab);
    for (let at = 0; at < 2; at += 1) {
      socket.write(requestText({ ...GEMINI, path: '/v1beta/models' }, 'key-1', 'GET'));
      await until(() => lab.calls.length === at + 1 && lab.calls[at]!.ending === 'whole');
    }
    expect(lab.openSockets).toBe(1);
    socket.destroy();
  });

  it('can stop listening and come back on its port', async () => {
    const lab = await start({});
    await lab.setListening(false);
    await expect(open(lab)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await lab.setListening(true);
    expect((await say(lab, CLAUDE)).status).toBe(200);
  });

  it('leaves nothing behind when it is closed amid a silence', async () => {
    const lab = await start({ script: labScript({ default: 'silence' }) });
    const heard = listen(await speak(lab, CLAUDE));
    await until(() => lab.calls.length === 1);
    await lab.close();
    await heard;
    expect(lab.openSockets).toBe(0);
    await until(() => lab.calls[0]?.ending === 'left');
  });

  it('serves recordings in the chunks that were asked for', async () => {
    const recording = Buffer.from('data: {"a":1}\r\n\r\ndata: {"b":"é"}\r\n\r\n');
    const planner = (): LabStep[] => replayPlan(recording, 'text/event-stream', { by: 'size', bytes: 5 });
    const heard = await say(await start({ planner }), GEMINI);
    expect(heard.body.equals(recording)).toBe(true);
    expect(heard.chunks.slice(0, -1).every((bytes) => bytes === 5)).toBe(true);
  });

  it('lets the weather over recordings, too', async () => {
    const frames = replayPlan(Buffer.from('one two'), 'text/event-stream', { by: 'places', at: [4] });
    const planner: LabPlanner = (call, weather, chance) => planUnder(frames, call, weather, chance);
    const heard = await say(await start({ planner, script: labScript({ default: 'reset-after:frames=1' }) }), GEMINI);
    expect([heard.body.toString(), heard.end]).toEqual(['one ', 'ECONNRESET']);
  });
});

interface Ask {
  readonly path: string;
  readonly body: Json;
}
interface Heard {
  readonly status: number | undefined;
  readonly body: Buffer;
  readonly chunks: readonly number[];
  /** The body ended as HTTP says it should. */
  readonly whole: boolean;
  readonly insideChunk: boolean;
  readonly end: string;
}

async function start(options: Partial<LabOptions>): Promise<Lab> {
  const lab = await startLab({ world, ...options });
  labs.push(lab);
  return lab;
}

function weatherOf(text: string): Weather {
  const read = parseWeather(text);
  if ('problem' in read) throw new Error(read.problem);
  return read.weather;
}

function planOf(ask: Ask, weather: Weather): LabStep[] {
  const [path = '', query = ''] = ask.path.split('?');
  const call = {
    account: 'key-1',
    path,
    method: 'POST',
    query: new URLSearchParams(query),
    headers: {},
    body: encode(ask.body),
    n: 0,
    now: NOW,
  };
  return planAnswer(call, weather, createChance('1 key-1 0'));
}

function bytesOf(plan: readonly LabStep[]): Buffer {
  return Buffer.concat(plan.flatMap((step) => (step.do === 'bytes' ? [step.bytes] : [])));
}

function encode(body: Json): Uint8Array {
  return Buffer.from(JSON.stringify(body));
}

async function say(lab: Lab, ask: Ask, key = 'key-1'): Promise<Heard> {
  return listen(await speak(lab, ask, key));
}

async function speak(lab: Lab, ask: Ask, key = 'key-1'): Promise<Socket> {
  const socket = await open(lab);
  socket.write(requestText(ask, key, 'POST', 'connection: close\r\n'));
  return socket;
}

function requestText(ask: Ask, key: string, method: string, more = ''): string {
  const body = method === 'GET' ? '' : JSON.stringify(ask.body);
  return `${method} ${ask.path} HTTP/1.1\r\nhost: lab\r\nx-api-key: ${key}\r\n${more}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function open(lab: Lab): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(lab.port, '127.0.0.1', () => resolve(socket));
    socket.once('error', reject);
  });
}

function listen(socket: Socket): Promise<Heard> {
  const chunks: Buffer[] = [];
  let end = 'closed';
  return new Promise((resolve) => {
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      end = error.code ?? error.message;
    });
    socket.on('close', () => resolve({ ...readResponse(Buffer.concat(chunks)), end }));
  });
}

/** An independent reading of one HTTP/1.1 response, whole or not. */
function readResponse(bytes: Buffer): Omit<Heard, 'end'> {
  const split = bytes.indexOf('\r\n\r\n');
  if (split === -1) return { status: undefined, body: Buffer.alloc(0), chunks: [], whole: false, insideChunk: false };
  const head = bytes.subarray(0, split).toString('latin1');
  const status = Number(head.split(' ')[1]);
  const length = /content-length: (\d+)/i.exec(head)?.[1];
  let rest = bytes.subarray(split + 4);
  if (length !== undefined) {
    return { status, body: rest, chunks: [rest.length], whole: rest.length === Number(length), insideChunk: false };
  }
  const parts: Buffer[] = [];
  for (;;) {
    const line = rest.indexOf('\r\n');
    const size = line === -1 ? Number.NaN : Number.parseInt(rest.subarray(0, line).toString('latin1'), 16);
    const insideChunk = rest.length < line + 2 + size;
    if (Number.isNaN(size) || size === 0 || insideChunk) {
      if (insideChunk) parts.push(rest.subarray(line + 2));
      return {
        status,
        body: Buffer.concat(parts),
        chunks: parts.map((part) => part.length),
        whole: size === 0,
        insideChunk,
      };
    }
    parts.push(rest.subarray(line + 2, line + 2 + size));
    rest = rest.subarray(line + 2 + size + 2);
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await world.sleep(2, new AbortController().signal);
}
