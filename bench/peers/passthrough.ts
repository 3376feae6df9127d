/** The bare peer: `node:http` in front, `undici.request` behind, one pipe between them. It looks at nothing, keeps nothing and heals nothing. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request as ask } from 'undici';
import { order, serveParent } from '../child.ts';

const { upstreamPort, reuse } = order<{
  readonly upstreamPort: number;
  /** False: a connection to the upstream for each request, as the gateway does towards hosts it does not know. */
  readonly reuse: boolean;
}>();

/** Longer than any pause between two measurements: a client must not ask on a connection that is just being closed. */
const keepAliveMs = 75_000;

const dispatcher = new Agent({ pipelining: reuse ? 1 : 0, headersTimeout: 0, bodyTimeout: 0 });
const hopHeaders: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding', 'host', 'expect']);

const server = createServer((request, response) => {
  pass(request, response).catch(() => response.destroy());
});
server.keepAliveTimeout = keepAliveMs;
server.listen(0, '127.0.0.1', 4_096, () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  serveParent({ port: address.port, pid: process.pid }, {});
});

async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const answer = await ask(`http://127.0.0.1:${upstreamPort}${request.url}`, {
    method: 'POST',
    headers: withoutHop(request.headers),
    body: request,
    dispatcher,
  });
  response.writeHead(answer.statusCode, withoutHop(answer.headers));
  response.flushHeaders();
  answer.body.on('error', () => response.destroy());
  response.on('close', () => answer.body.destroy());
  answer.body.pipe(response);
}

function withoutHop(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !hopHeaders.has(name)) kept[name] = value;
  }
  return kept;
}
