/** What the bare contenders have in common: `node:http` in front, `undici` behind. It looks at nothing and heals nothing; what stands between them is the contender's own. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent } from 'undici';
import { serveParent } from './child.ts';

export interface BareOrder {
  readonly upstreamPort: number;
  /** False: a connection to the upstream for each request, as the gateway does towards hosts it does not know. */
  readonly reuse: boolean;
}

/** Longer than any pause between two measurements: a client must not ask on a connection that is just being closed. */
const keepAliveMs = 75_000;

export function bareDispatcher({ reuse }: BareOrder): Agent {
  return new Agent({ pipelining: reuse ? 1 : 0, headersTimeout: 0, bodyTimeout: 0 });
}

/** An answer that fails breaks off. */
export function serveBare(answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>): void {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = keepAliveMs;
  server.listen(0, '127.0.0.1', 4_096, () => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    serveParent({ port: address.port, pid: process.pid }, {});
  });
}
