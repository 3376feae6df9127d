/**
 * A client's answer over a Node response. It tells when the client has left (the response's close, never the request's), and makes the writer
 * wait while the client is slow; a client that takes nothing for too long is let go.
 */

import type { ServerResponse } from 'node:http';
import type { ClientSink, World } from '../model/ports.ts';

/** A client that takes no byte for this long, while we have some for it, has left. */
export const clientStallMs = 300_000;

/** A sink that also tells how it was with its client in the end. */
export interface ConnectionSink extends ClientSink {
  /** `whole`: the connection has taken all of the answer; `left`: the client went before that. What lies in the network between is not known. */
  readonly closed: Promise<'whole' | 'left'>;
}

export function createSink(response: ServerResponse, world: World): ConnectionSink {
  const gone = new AbortController();
  const closed = new Promise<'whole' | 'left'>((resolve) => {
    response.once('close', () => {
      if (!response.writableFinished) gone.abort();
      resolve(response.writableFinished ? 'whole' : 'left');
    });
    response.once('error', () => {
      gone.abort();
      resolve('left');
    });
  });

  // One wait, however many writes come meanwhile: each of its own would add listeners to a socket that nobody reads.
  let draining: Promise<void> | undefined;
  const drained = (): Promise<void> => {
    draining ??= new Promise((resolve) => {
      const stalled = world.alarm(clientStallMs, () => response.destroy());
      const done = (): void => {
        stalled.cancel();
        response.off('drain', done);
        response.off('close', done);
        draining = undefined;
        resolve();
      };
      response.once('drain', done);
      response.once('close', done);
    });
    return draining;
  };

  return {
    gone: gone.signal,
    closed,
    get opened() {
      return response.headersSent;
    },
    open(status, headers) {
      response.writeHead(status, headers);
      response.flushHeaders();
    },
    write(bytes) {
      if (response.destroyed || response.writableEnded) return undefined;
      return response.write(bytes) ? undefined : drained();
    },
    end() {
      if (!response.destroyed) response.end();
    },
    answer({ status, headers, body }) {
      if (response.destroyed || response.headersSent) return;
      response.writeHead(status, { ...headers, 'content-length': body.length });
      response.end(body);
    },
    abandon() {
      gone.abort();
    },
  };
}
