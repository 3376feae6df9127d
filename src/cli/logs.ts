/** `logs`: the log of the gateway from its own files, whether it runs or not; all of one request, or the last lines, and what comes. It changes nothing. */

import { join } from 'node:path';
import { dataDirectory } from '../config/overrides.ts';
import type { World } from '../model/ports.ts';
import type { TerminalIo } from './io.ts';
import { followLogs, type LogPlace, linesOf, logFiles } from './log-files.ts';
import { readLogLine } from './log-line.ts';
import { paintFor } from './paint.ts';

export interface LogsFlags {
  readonly follow?: boolean;
  readonly dataDir?: string;
}

/** Of the newest lines, when no request is asked for. */
const LINES_SHOWN_MAX = 200;

export async function logs(id: string | undefined, flags: LogsFlags, io: TerminalIo, world: World): Promise<number> {
  const directory = join(dataDirectory(flags, io.env).value, 'logs');
  const paint = paintFor(io.terminal, io.env);
  const show = (line: string): boolean => {
    const { request, text } = readLogLine(line, paint);
    if (id !== undefined && request !== id) return false;
    io.out(text);
    return true;
  };
  const { lines, place } = await written(directory, id, io.signal);
  let shown = 0;
  for (const line of lines) if (show(line)) shown += 1;
  if (flags.follow === true) {
    for await (const line of followLogs(directory, place, world, io.signal)) show(line);
    return 0;
  }
  if (shown > 0 || io.signal.aborted) return 0;
  io.err(id === undefined ? `There is no log in ${directory}.` : `There is no line of request ${id} in ${directory}.`);
  return 1;
}

/** What is there: of one request the lines of all files, else the last ones of the newest. */
async function written(
  directory: string,
  id: string | undefined,
  signal: AbortSignal,
): Promise<{ readonly lines: readonly string[]; readonly place: LogPlace | undefined }> {
  const names = await logFiles(directory);
  let place: LogPlace | undefined;
  let lines: string[] = [];
  for (const name of id === undefined ? names.slice(-1) : names) {
    place = { name, offset: 0 };
    for await (const { line, end } of linesOf(directory, place)) {
      if (signal.aborted) return { lines, place };
      place = { name, offset: end };
      // A request's id is random text: a line without it is not one of its lines.
      if (id !== undefined && !line.includes(id)) continue;
      lines.push(line);
      if (id === undefined && lines.length > 2 * LINES_SHOWN_MAX) lines = lines.slice(-LINES_SHOWN_MAX);
    }
  }
  return { lines: id === undefined ? lines.slice(-LINES_SHOWN_MAX) : lines, place };
}
