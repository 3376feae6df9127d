import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { curlCommand } from './curl-command.ts';

const nothing = { headers: {}, body: '' };
const source = (values: Partial<Parameters<typeof curlCommand>[0]>) => ({
  origin: 'http://127.0.0.1:8045',
  method: 'POST',
  path: '/v1/messages',
  request: nothing,
  response: nothing,
  ...values,
});

/** Runs the command in a real shell with a `curl` that tells its arguments, and what it reads where it is told to read. */
function run(command: string): { words: string[]; input: string } {
  const curl = `curl() { for word; do printf '%s\\0' "$word"; done; printf '\\0\\0'; case "$*" in *--data-binary*) cat;; esac; }`;
  const env = { PATH: process.env.PATH, ANTIGRAVITY_TOOLS_KEY: 'the key' };
  const said = execFileSync('sh', ['-s'], { input: `${curl}\n${command}\n`, env, maxBuffer: 1e8 }).toString();
  const end = said.indexOf('\0\0\0');
  return { words: said.slice(0, end).split('\0'), input: said.slice(end + 3) };
}
const after = (words: readonly string[], option: string) => words.filter((_, index) => words[index - 1] === option);

const HOSTILE = ["it's", '$(touch x)', '`id`', 'a\nb', '!!', '\\', '"', "'; rm -rf / #", '@/etc/passwd', '%s', 'é', ''];

describe('the command that sends a request again', () => {
  it('asks this gateway with method, headers and body', () => {
    const request = { headers: { 'Content-Type': 'application/json', 'x-empty': '' }, body: '{"a":1}' };
    const { words } = run(curlCommand(source({ request })));
    expect(words).toContain('http://127.0.0.1:8045/v1/messages');
    expect(after(words, '--request')).toEqual(['POST']);
    expect(after(words, '--header')).toEqual(['content-type: application/json', 'x-empty;']);
    expect(after(words, '--data-raw')).toEqual(['{"a":1}']);
  });
  it.each(HOSTILE)('hands on %j as it is, and the shell reads nothing of it', (text) => {
    const request = { headers: { 'x-note': `a${text.replaceAll('\n', ' ')}b` }, body: `x${text}` };
    const { words } = run(curlCommand(source({ request })));
    expect(after(words, '--header')).toEqual([`x-note: a${text.replaceAll('\n', ' ')}b`]);
    expect(after(words, '--data-raw')).toEqual([`x${text}`]);
  });
  it('hands on any body at all', () => {
    const body = fc.string({ unit: 'binary', minLength: 1 }).map((text) => text.toWellFormed());
    fc.assert(
      fc.property(body, (text) => {
        const { words, input } = run(curlCommand(source({ request: { headers: {}, body: text } })));
        expect(text.includes('\0') ? input : after(words, '--data-raw')[0]).toBe(text);
      }),
      { numRuns: 60 },
    );
  });
  it('sends NUL, also before digits and backslashes, through a pipe', () => {
    const body = `{"a":"\0${'01'}\\0\\n%d'"}`;
    const { words, input } = run(curlCommand(source({ request: { headers: {}, body } })));
    expect(after(words, '--data-binary')).toEqual(['@-']);
    expect(input).toBe(body);
  });
  it('sends a body that is too long for an argument through a pipe', () => {
    const body = `'${'x'.repeat(300_000)}'`;
    expect(run(curlCommand(source({ request: { headers: {}, body } }))).input).toBe(body);
  });
  it('takes credentials from the environment, and leaves out what was redacted', () => {
    const headers = {
      authorization: '[redacted]',
      'x-api-key': 'sk-real',
      'X-Goog-Api-Key': '[redacted]',
      cookie: 'a=[redacted]',
    };
    const command = curlCommand(source({ request: { headers, body: '' } }));
    expect(command).not.toMatch(/sk-real|redacted/);
    const credentials = ['authorization: Bearer the key', 'x-api-key: the key', 'x-goog-api-key: the key'];
    expect(after(run(command).words, '--header')).toEqual(credentials);
  });
  it('leaves out what belongs to the connection, and names that are no names', () => {
    const headers = {
      Connection: 'close',
      host: 'elsewhere',
      'content-length': '5',
      'transfer-encoding': 'chunked',
      'accept-encoding': 'br',
      '@/etc/passwd': 'x',
      'a b': 'x',
    };
    expect(after(run(curlCommand(source({ request: { headers, body: '' } }))).words, '--header')).toEqual([]);
  });
  it('keeps a header on one line', () => {
    const headers = { 'x-a': 'a\r\nx-injected: 1\0b' };
    const { words } = run(curlCommand(source({ request: { headers, body: '' } })));
    expect(after(words, '--header')).toEqual(['x-a: a  x-injected: 1 b']);
  });
  it('asks Gemini for events where events were the answer', () => {
    const path = '/v1beta/models/gemini-x:streamGenerateContent';
    const response = { headers: { 'Content-Type': 'text/event-stream' }, body: '' };
    expect(run(curlCommand(source({ path, response }))).words).toContain(`http://127.0.0.1:8045${path}?alt=sse`);
    expect(run(curlCommand(source({ path }))).words).toContain(`http://127.0.0.1:8045${path}`);
  });
  it('encodes what an address cannot hold', () => {
    const { words } = run(curlCommand(source({ path: "/a b\n'é\0" })));
    expect(words).toContain("http://127.0.0.1:8045/a%20b%0A'%C3%A9%00");
  });
});
