/** The bare peer: `node:http` in front, `undici.request` behind, one pipe between them. It looks at nothing, keeps nothing and heals nothing. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { request as ask } from 'undici';
import { type BareOrder, bareDispatcher, serveBare } from '../bare-server.ts';
import { order } from '../child.ts';

const asked = order<BareOrder>();
const dispatcher = bareDispatcher(asked);
const hopHeaders: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding', 'host', 'expect']);

serveBare(pass);

async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const answer = await ask(`http://127.0.0.1:${asked.upstreamPort}${request.url}`, {
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
