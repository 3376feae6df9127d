import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { lab } from './lab.ts';

const directories: string[] = [];

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

describe('the command lab', () => {
  it('prints its address and every weather, answers, and ends with its signal', async () => {
    const { io, out, ending } = ears();
    const done = lab({ port: 0, script: fileOf('default: 529\n') }, io);
    while (!out.some((line) => line.includes('slow-drip'))) await new Promise(setImmediate);
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(out[0]!)![0];
    const body = JSON.stringify({
      model: 'claude-sonnet-4-6',
      max_tokens: 9,
      messages: [{ role: 'user', content: 'x' }],
    });
    expect((await fetch(`${url}/v1/messages`, { method: 'POST', body })).status).toBe(529);
    ending.abort();
    expect(await done).toBe(0);
  });

  it('answers from a recording, given as either flag', async () => {
    for (const flag of ['script', 'replay'] as const) {
      const { io, out, ending } = ears();
      const entry = {
        startedDateTime: '2026-01-01T00:00:00Z',
        request: { url: 'http://x/v1/messages', postData: { text: '{"model":"m","stream":true}' } },
        response: { status: 200, content: { mimeType: 'text/event-stream', text: 'data: recorded\n\n' } },
      };
      const done = lab({ port: 0, [flag]: fileOf(JSON.stringify({ log: { entries: [entry] } })), paced: true }, io);
      while (out.length === 0) await new Promise(setImmediate);
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(out[0]!)![0];
      const answer = await fetch(`${url}/v1/messages`, { method: 'POST', body: '{"model":"m","stream":true}' });
      expect([answer.headers.get('content-type'), await answer.text()]).toEqual([
        ...['text/event-stream', 'data: recorded\n\n'],
      ]);
      ending.abort();
      expect(await done).toBe(0);
    }
  });

  it('takes a script or a recording, not both', async () => {
    const { io, err } = ears();
    expect(await lab({ script: 'a', replay: 'b' }, io)).toBe(2);
    expect(err).toHaveLength(1);
  });

  it('says in one line what is wrong with a script, and ends with 2', async () => {
    const { io, err } = ears();
    expect(await lab({ script: fileOf('default: sunshine\n') }, io)).toBe(2);
    expect(err).toHaveLength(1);
    expect(err[0]).toContain('there is no weather "sunshine"');
    expect(await lab({ script: '/nowhere/at/all.yaml' }, io)).toBe(2);
  });
});

function fileOf(text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'lab-'));
  directories.push(directory);
  const file = join(directory, 'script.yaml');
  writeFileSync(file, text);
  return file;
}

function ears() {
  const [out, err, ending]: [string[], string[], AbortController] = [[], [], new AbortController()];
  const io = {
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
    signal: ending.signal,
  };
  return { io, out, err, ending };
}
