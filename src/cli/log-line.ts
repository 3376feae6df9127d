/** One line of the log file for people: time, level, request, message, other fields. Pure. Whatever stands in the file, one line comes out, and nothing a terminal obeys. */

import type { Paint } from './paint.ts';
import { pad, plainText } from './terminal-text.ts';

export interface ReadLine {
  /** Empty for a line of the gateway itself. */
  readonly request: string;
  readonly text: string;
}

const LEVEL_WIDTH = 5;
const STYLES: Readonly<Record<string, Parameters<Paint>[0]>> = {
  error: 'red',
  fatal: 'red',
  warn: 'yellow',
  debug: 'dim',
  trace: 'dim',
};

export function readLogLine(line: string, paint: Paint): ReadLine {
  const fields = fieldsOf(line);
  if (fields === undefined) return { request: '', text: plainText(line) };
  const { time, level, request, msg, ...others } = fields;
  const word = plainText(textOf(level));
  const parts = [
    paint('dim', localTime(textOf(time))),
    paint(STYLES[word] ?? 'plain', pad(word, LEVEL_WIDTH, 'left')),
    ...(request === undefined ? [] : [paint('cyan', plainText(textOf(request)))]),
    plainText(textOf(msg)),
    ...Object.entries(others).map(([name, value]) => paint('dim', plainText(`${name}=${textOf(value)}`))),
  ];
  return { request: textOf(request), text: parts.join(' ') };
}

/** In the time zone of the person who reads; what is no time stays as it is. */
export function localTime(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return plainText(iso);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

function fieldsOf(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const json: unknown = JSON.parse(line);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json } : undefined;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
