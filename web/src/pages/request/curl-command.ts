/**
 * Writes a captured request as a command for a POSIX shell that sends it again. Pure. Everything captured is hostile: it stands in single quotes, and
 * nothing of it is ever read by the shell. Credentials are not in the journal; the command asks the environment for them.
 */

import type { RecordedMessage } from '../../../../src/monitor/rows.ts';

export interface CurlSource {
  /** Of this gateway: `http://127.0.0.1:8045`. */
  readonly origin: string;
  readonly method: string;
  readonly path: string;
  readonly request: RecordedMessage;
  readonly response: RecordedMessage;
}

/** The variable of the environment that holds the client's key. */
export const KEY_VARIABLE = 'ANTIGRAVITY_TOOLS_KEY';
/** Linux takes no single argument above 128 KB; a longer body goes through a pipe. */
const ARGUMENT_BYTES_MAX = 100_000;

/** What belongs to one connection (RFC 9110, 7.6.1) or is curl's own to say. An answer in a coding that was asked for could not be read. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'content-length',
  'expect',
  'accept-encoding',
]);
const CREDENTIALS: Readonly<Record<string, string>> = {
  authorization: 'Bearer ',
  'x-api-key': '',
  'x-goog-api-key': '',
};
const REDACTED = '[redacted]';

export function curlCommand(source: CurlSource): string {
  const { body } = source.request;
  const piped = body.includes('\0') || body.length * 3 > ARGUMENT_BYTES_MAX;
  const words = ['curl --globoff --no-buffer --include', ...methodOf(source.method), quoted(addressOf(source))];
  for (const [name, value] of Object.entries(source.request.headers)) words.push(...headerOf(name, value));
  if (body !== '') words.push(piped ? '--data-binary @-' : `--data-raw ${quoted(body)}`);
  const command = words.join(' \\\n  ');
  return body !== '' && piped ? `${printed(body)} | ${command}` : command;
}

/** Single quotes keep everything as it is, line breaks and `!` too; a quote itself stands outside of them. */
export function quoted(text: string): string {
  return `'${text.replaceAll('\0', '').replaceAll("'", "'\\''")}'`;
}

/** `printf` is part of the shell, so that no limit of arguments applies; with `%b` it can write the NUL that no argument can hold. */
function printed(body: string): string {
  if (!body.includes('\0')) return `printf '%s' ${quoted(body)}`;
  return `printf '%b' ${quoted(body.replaceAll('\\', '\\\\').replaceAll('\0', '\\0000'))}`;
}

function methodOf(method: string): string[] {
  return method === 'HEAD' ? ['--head'] : [`--request ${quoted(method)}`];
}

/** The journal keeps no query. Gemini's stream of events is the one answer that needs its own. */
function addressOf({ origin, path, response }: CurlSource): string {
  const clean = path.replace(/[^\x21-\x7e]/g, (character) => encodeURIComponent(character.toWellFormed()));
  const type = header(response.headers, 'content-type');
  const events = path.endsWith(':streamGenerateContent') && type.includes('text/event-stream');
  return `${origin}${clean}${events ? '?alt=sse' : ''}`;
}

function headerOf(given: string, value: string): string[] {
  const name = given.toLowerCase();
  // What is no token (RFC 9110, 5.6.2) could be read by curl as a file or as several lines.
  if (LEFT_OUT.has(name) || !/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) return [];
  const scheme = CREDENTIALS[name];
  if (scheme !== undefined) return [`--header ${quoted(`${name}: ${scheme}`)}"$${KEY_VARIABLE}"`];
  if (value.includes(REDACTED)) return [];
  const clean = value.replace(/[\x00-\x1f\x7f]/g, ' ').trim();
  return [`--header ${quoted(clean === '' ? `${name};` : `${name}: ${clean}`)}`];
}

function header(headers: Readonly<Record<string, string>>, wanted: string): string {
  return Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1] ?? '';
}
