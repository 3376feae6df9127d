import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorld } from '../world.ts';
import { logs } from './logs.ts';
import { testTerminal, until } from './terminal-io.testing.ts';

let home: string;
const fileOf = (day: string): string => join(home, 'logs', `app.log.2026-01-${day}`);
const line = (msg: string, request?: string, level = 'info'): string =>
  `${JSON.stringify({ level, time: '2026-01-02T03:04:05.678Z', ...(request === undefined ? {} : { request }), msg })}\n`;
const world = createWorld();

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'agt-logs-'));
  mkdirSync(join(home, 'logs'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('the command logs', () => {
  it('shows the newest file, each line with time, level, id and message', async () => {
    writeFileSync(fileOf('01'), line('old'));
    writeFileSync(fileOf('02'), line('hello', 'R1', 'warn') + line('there'));
    const { io, shown } = testTerminal();
    expect(await logs(undefined, { dataDir: home }, io, world)).toBe(0);
    expect(shown.out).toEqual([
      expect.stringMatching(/^2026-01-0\d \d\d:\d\d:05\.678 warn {2}R1 hello$/),
      expect.stringMatching(/ info {2}there$/),
    ]);
  });

  it('shows all lines of one request from all days, and none that only mention it', async () => {
    writeFileSync(fileOf('01'), line('begun', 'R1') + line('other', 'R2'));
    writeFileSync(fileOf('02'), line('ended', 'R1') + line('about R1', 'R2'));
    const { io, shown } = testTerminal();
    expect(await logs('R1', { dataDir: home }, io, world)).toBe(0);
    expect(shown.out.map((text) => text.split(' ').at(-1))).toEqual(['begun', 'ended']);
  });

  it('ends with 1 and a sentence where there is nothing', async () => {
    const { io, shown } = testTerminal();
    expect(await logs('R9', { dataDir: home }, io, world)).toBe(1);
    expect(await logs(undefined, { dataDir: join(home, 'nowhere') }, io, world)).toBe(1);
    expect(shown.err).toEqual([expect.stringContaining('R9'), expect.stringContaining('nowhere')]);
  });

  it('colours on a terminal only, and never where NO_COLOR is set', async () => {
    writeFileSync(fileOf('01'), line('x', 'R1', 'error'));
    const shownWith = async (more: Parameters<typeof testTerminal>[0]) => {
      const { io, shown } = testTerminal(more);
      await logs(undefined, { dataDir: home }, io, world);
      return shown.out[0] ?? '';
    };
    expect(await shownWith({ isTty: true })).toContain('\u001b[31m');
    expect(await shownWith({ isTty: true, env: { NO_COLOR: '1' } })).not.toContain('\u001b');
    expect(await shownWith({ isTty: false })).not.toContain('\u001b');
  });

  it('lets nothing through that a terminal obeys, from fields or from lines that are no JSON', async () => {
    const evil = '\u001b]0;owned\u0007\u001b[2J\u009b31m';
    writeFileSync(fileOf('01'), `${line(evil, evil, evil)}${evil}broken\n[1]\n`);
    const { io, shown } = testTerminal();
    await logs(undefined, { dataDir: home }, io, world);
    expect(shown.out).toHaveLength(3);
    expect(shown.out.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  });

  it('follows a file as it grows, line by whole line, and goes on with the next day', async () => {
    writeFileSync(fileOf('01'), line('one'));
    const { io, shown, ending } = testTerminal();
    const done = logs(undefined, { dataDir: home, follow: true }, io, world);
    await until(() => shown.out.length === 1);
    const whole = Buffer.from(line('zwei – é'));
    appendFileSync(fileOf('01'), whole.subarray(0, whole.length - 5));
    appendFileSync(fileOf('01'), whole.subarray(whole.length - 5));
    await until(() => shown.out.length === 2);
    appendFileSync(fileOf('01'), line('last of the day'));
    writeFileSync(fileOf('02'), line('first of the next'));
    await until(() => shown.out.length === 4);
    appendFileSync(fileOf('02'), line('five'));
    await until(() => shown.out.length === 5);
    ending.abort();
    expect(await done).toBe(0);
    expect(shown.out.map((text) => text.slice(text.indexOf('info  ') + 6))).toEqual([
      ...['one', 'zwei – é', 'last of the day', 'first of the next', 'five'],
    ]);
  });

  it('follows one request, from a log that does not exist yet', async () => {
    const { io, shown, ending } = testTerminal();
    const done = logs('R1', { dataDir: home, follow: true }, io, world);
    writeFileSync(fileOf('01'), line('other', 'R2') + line('mine', 'R1'));
    await until(() => shown.out.length === 1);
    ending.abort();
    expect(await done).toBe(0);
    expect(shown.out[0]).toMatch(/R1 mine$/);
    expect(shown.err).toEqual([]);
  });

  it('reads lines that are longer than what is read at once, and cuts what is longer than any line', async () => {
    const long = 'x'.repeat(200_000);
    writeFileSync(fileOf('01'), `${line(long)}${'y'.repeat(3 * 1024 * 1024)}\n${line('after')}`);
    const { io, shown } = testTerminal();
    await logs(undefined, { dataDir: home }, io, world);
    expect(shown.out[0]).toContain(long);
    expect(shown.out[1]!.length).toBeLessThan(1.2 * 1024 * 1024);
    expect(shown.out[2]).toMatch(/after$/);
  });
});
