/**
 * Reads the log's daily files, line by line, and follows them: a file that has grown is read on, and when there is a newer one that follows. It only ever
 * reads; a line is given once and whole, or cut at its limit.
 */

import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { World } from '../model/ports.ts';

/** Longer lines are cut: no line of the gateway is that long. */
const LINE_BYTES_MAX = 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
const LOOK_EVERY_MS = 250;
const NAME = /^app\.log\.\d{4}-\d{2}-\d{2}$/;

/** Where a reading stands. */
export interface LogPlace {
  readonly name: string;
  readonly offset: number;
}

/** The files there are, oldest first. */
export async function logFiles(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).filter((name) => NAME.test(name)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The whole lines of a file from an offset on; each with the offset behind it. The last, unfinished line is left for later. */
export async function* linesOf(
  directory: string,
  { name, offset }: LogPlace,
): AsyncGenerator<{ readonly line: string; readonly end: number }> {
  const file = await open(join(directory, name), 'r');
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    let kept: Buffer[] = [];
    let keptBytes = 0;
    let at = (await file.stat()).size < offset ? 0 : offset;
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, at);
      if (bytesRead === 0) return;
      let from = 0;
      for (let end = chunk.indexOf(10, 0); end !== -1 && end < bytesRead; end = chunk.indexOf(10, from)) {
        const line = Buffer.concat([...kept, chunk.subarray(from, end)]).toString('utf8');
        kept = [];
        keptBytes = 0;
        from = end + 1;
        if (line !== '') yield { line, end: at + from };
      }
      const room = LINE_BYTES_MAX - keptBytes;
      const rest = chunk.subarray(from, Math.min(bytesRead, from + Math.max(0, room)));
      kept.push(Buffer.from(rest));
      keptBytes += rest.length;
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
}

/** New lines from a place on, until `signal` aborts. Without a place: from the beginning of the first file that appears. */
export async function* followLogs(
  directory: string,
  from: LogPlace | undefined,
  world: World,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let place = from;
  while (!signal.aborted) {
    // Which files there are is asked first: what is written to the old one before the new one exists is then read below.
    const names = await logFiles(directory);
    place ??= names[0] === undefined ? undefined : { name: names[0], offset: 0 };
    if (place !== undefined) {
      const { name } = place;
      if (names.includes(name)) {
        for await (const { line, end } of linesOf(directory, place)) {
          place = { name, offset: end };
          yield line;
          if (signal.aborted) return;
        }
      }
      const next = names.find((other) => other > name);
      if (next !== undefined) {
        place = { name: next, offset: 0 };
        continue;
      }
    }
    await world.sleep(LOOK_EVERY_MS, signal);
  }
}
