/** Bytes that two HTTP parsers could read differently, straight onto the socket: refused or closed, and nothing of them reaches an upstream. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { askJson, askRaw } from './client.ts';
import { loopbackAccount, startTestGateway, type TestGateway } from './gateway.ts';
import { answerSmall, askedOf } from './small-answers.ts';
import { startUpstream, type Upstream } from './upstream.ts';

let upstream: Upstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startUpstream(answerSmall);
  gateway = await startTestGateway({ accounts: [loopbackAccount('anthropic', 'ada', upstream.url)] });
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const quietMs = 3_000;
const body = JSON.stringify(askedOf.anthropic.body);
const size = body.length;
const chunk = `${size.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
const hidden = `POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${size}\r\n\r\n${body}`;
const first = 'POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n';

const malformed: readonly (readonly [what: string, bytes: string])[] = [
  ['a length and chunks', `${first}Content-Length: ${size}\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`],
  ['chunks and a length', `${first}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n${chunk}${hidden}`],
  ['a length of zero and chunks', `${first}Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`],
  ['two lengths', `${first}Content-Length: ${size}\r\nContent-Length: 0\r\n\r\n${body}`],
  ['the same length twice', `${first}Content-Length: ${size}\r\nContent-Length: ${size}\r\n\r\n${body}`],
  ['two lengths in one line', `${first}Content-Length: ${size}, 0\r\n\r\n${body}`],
  ['a length with a sign', `${first}Content-Length: +${size}\r\n\r\n${body}`],
  ['a negative length', `${first}Content-Length: -1\r\n\r\n${body}`],
  ['a length in hexadecimal', `${first}Content-Length: 0x${size.toString(16)}\r\n\r\n${body}`],
  ['a length beyond all numbers', `${first}Content-Length: 99999999999999999999999\r\n\r\n${body}`],
  ['an unknown coding', `${first}Transfer-Encoding: xchunked\r\n\r\n${chunk}`],
  ['chunked that is not the last coding', `${first}Transfer-Encoding: chunked, identity\r\n\r\n${chunk}`],
  ['chunked twice', `${first}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n${chunk}`],
  ['a coding behind a control character', `${first}Transfer-Encoding: \x0bchunked\r\n\r\n${chunk}`],
  ['a chunk size with a prefix', `${first}Transfer-Encoding: chunked\r\n\r\n0x${chunk}`],
  [
    'a chunk size beyond all numbers',
    `${first}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n${body}\r\n0\r\n\r\n`,
  ],
  ['a chunk longer than it says', `${first}Transfer-Encoding: chunked\r\n\r\n4\r\n${body}\r\n0\r\n\r\n`],
  ['line feeds alone', `${first}Content-Length: ${size}\r\n\r\n${body}`.replaceAll('\r\n', '\n')],
  ['one line feed alone', `${first}X-A: b\nContent-Length: ${size}\r\n\r\n${body}`],
  ['a carriage return alone', `${first}X-A: b\rContent-Length: ${size}\r\n\r\n${body}`],
  ['a folded line', `${first}X-A: b\r\n c\r\nContent-Length: ${size}\r\n\r\n${body}`],
  ['a folded length', `${first}Content-Length:\r\n ${size}\r\n\r\n${body}`],
  ['a space before the colon', `${first}Content-Length : ${size}\r\n\r\n${body}`],
  ['a name with a space', `${first}X A: b\r\nContent-Length: ${size}\r\n\r\n${body}`],
  ['a line without a colon', `${first}nonsense\r\nContent-Length: ${size}\r\n\r\n${body}`],
  ['a NUL in a header', `${first}X-A: b\0c\r\nContent-Length: ${size}\r\n\r\n${body}`],
  ['an absolute address of another host', hidden.replace(' /v1', ' http://evil.example/v1')],
  ['a space in the path', hidden.replace('/v1/messages', '/v1/mess ages')],
  ['no host', hidden.replace('Host: 127.0.0.1\r\n', '')],
  ['two hosts', hidden.replace('Host:', 'Host: evil.example\r\nHost:')],
  ['a version that does not exist', hidden.replace('HTTP/1.1', 'HTTP/9.9')],
  ['no version', 'POST /v1/messages\r\n\r\n'],
  ['the preface of HTTP/2', `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${hidden}`],
  ['a method that does not exist', hidden.replace('POST', 'GIVE')],
  ['a tunnel', `CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n${hidden}`],
  ['an upgrade', hidden.replace('Content-Length', 'Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length')],
  ['the greeting of TLS', `\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03${'\0'.repeat(64)}`],
];

it.concurrent.each(malformed)('%s: refused or closed, and no upstream hears of it', async (_what, bytes) => {
  const { text, closed } = await askRaw(gateway.port, Buffer.from(bytes, 'latin1'), quietMs);
  // Every answer on the connection counts, not only the first.
  const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => Number(match[1]));
  expect(statuses.filter((status) => status < 400 || status > 499)).toEqual([]);
  expect(closed || statuses.length > 0, 'neither refused nor closed').toBe(true);
});

it('after all this no upstream was asked, and a good request is served', async () => {
  expect(upstream.calls.map(({ path }) => path)).toEqual([]);
  expect(upstream.connections).toBe(0);
  const { path, body: json } = askedOf.anthropic;
  expect((await askJson(`${gateway.url}${path}`, json)).status).toBe(200);
});

it('a request in the body of another stays a body', async () => {
  const before = upstream.calls.length;
  const json = JSON.stringify({ ...askedOf.anthropic.body, messages: [{ role: 'user', content: hidden }] });
  const question = `${first}Connection: close\r\nContent-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`;
  const { text } = await askRaw(gateway.port, question, quietMs);
  expect(text.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  expect(upstream.calls.length).toBe(before + 1);
});

it('two requests on one connection are answered in turn', async () => {
  const before = upstream.calls.length;
  const { text } = await askRaw(gateway.port, hidden + hidden.replace('Host:', 'Connection: close\r\nHost:'), quietMs);
  expect([...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => match[1])).toEqual(['200', '200']);
  expect(upstream.calls.length).toBe(before + 2);
});
