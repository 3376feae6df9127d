/**
 * The same translation with nothing around it: `node:http` in front, `undici` behind, between them framer, reader and writer. It does not read the
 * request, keeps nothing, heals nothing, and trusts its upstream.
 */

import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { request as ask } from 'undici';
import type { StreamEvent } from '../../src/model/events.ts';
import type { Frame } from '../../src/model/wire.ts';
import { writeAnthropicForeignEvents } from '../../src/protocols/anthropic/write-foreign-events.ts';
import { readGeminiEvents } from '../../src/protocols/gemini/read-events.ts';
import { createFramer } from '../../src/protocols/sse/framer.ts';
import { type BareOrder, bareDispatcher, serveBare } from '../bare-server.ts';
import { order } from '../child.ts';
import { foreignOptions } from './options.ts';

const asked = order<BareOrder>();
const dispatcher = bareDispatcher(asked);
serveBare(translate);

async function translate(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = Buffer.concat(await request.toArray());
  const model = /"model":"claude-(bench-[a-z-]+)"/.exec(body.toString('latin1'))?.[1];
  const answer = await ask(
    `http://127.0.0.1:${asked.upstreamPort}/v1beta/models/gemini-${model}:streamGenerateContent?alt=sse`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      dispatcher,
    },
  );
  const framer = createFramer();
  const reader = readGeminiEvents();
  const writer = writeAnthropicForeignEvents('sse', foreignOptions);
  const frames: Frame[] = [];
  const events: StreamEvent[] = [];
  const out: Uint8Array[] = [];
  const flush = async (): Promise<void> => {
    for (const frame of frames.splice(0)) reader.push(frame, events);
    writer.events(events.splice(0), out);
    const bytes = Buffer.concat(out.splice(0));
    if (bytes.length > 0 && !response.write(bytes)) await once(response, 'drain');
  };
  response.writeHead(answer.statusCode, writer.headers);
  for await (const piece of answer.body) {
    framer.push(piece, frames);
    await flush();
  }
  framer.end(frames);
  await flush();
  reader.end(events);
  writer.events(events, out);
  writer.end(out);
  response.end(Buffer.concat(out));
}
