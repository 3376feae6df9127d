/** Reads a request's body, counting its bytes as they come. What is too large is refused before it is kept, and read no further than a named limit. */

import type { IncomingMessage } from 'node:http';
import type { Problem } from '../model/request.ts';

/** After a refusal this much more is read and thrown away, so that the client sees the answer instead of a broken pipe. */
export const discardedBytesMax = 256 * 1024 * 1024;

export type Body = { readonly body: Buffer } | { readonly problem: Problem } | { readonly left: true };

export async function readBody(request: IncomingMessage, bytesMax: number): Promise<Body> {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    discard(request);
    const message = `the request body is encoded as ${JSON.stringify(encoding.slice(0, 40))}; send it as it is`;
    return { problem: { kind: 'unsupported-media', message } };
  }
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > bytesMax) return tooLarge(request, bytesMax);
  const pieces: Buffer[] = [];
  let total = 0;
  return new Promise((resolve) => {
    const settle = (body: Body): void => {
      request.removeListener('data', take);
      request.removeListener('end', end);
      request.removeListener('aborted', left);
      request.removeListener('error', left);
      resolve(body);
    };
    const take = (piece: Buffer): void => {
      total += piece.length;
      if (total > bytesMax) settle(tooLarge(request, bytesMax));
      else pieces.push(piece);
    };
    const end = (): void =>
      settle({ body: pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces, total) });
    const left = (): void => settle({ left: true });
    request.on('data', take);
    request.once('end', end);
    // While the body is still coming, the connection's end is the client's leaving.
    request.once('aborted', left);
    request.once('error', left);
  });
}

function tooLarge(request: IncomingMessage, bytesMax: number): Body {
  discard(request);
  const megabytes = Math.floor(bytesMax / (1024 * 1024));
  const limit = megabytes > 0 ? `${megabytes} MB` : `${bytesMax} bytes`;
  return { problem: { kind: 'too-large', message: `the request body is larger than ${limit} (server.max_body)` } };
}

function discard(request: IncomingMessage): void {
  let thrown = 0;
  request.on('data', (piece: Buffer) => {
    thrown += piece.length;
    if (thrown > discardedBytesMax) request.destroy();
  });
  request.on('error', () => undefined);
  request.resume();
}
