/** `GET /api/events`: the live feed as server-sent events. The stream ends when the gateway closes or the reader is too slow; a page then comes back by itself. */

import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { LIVE_READERS_MAX, type LiveFeed, type LiveReader } from './live.ts';
import { byKeyOrSession, NO_KEY, problem, refusal } from './route-parts.ts';

export function addEventRoutes(app: OpenAPIHono, live: LiveFeed): void {
  app.openapi(eventsRoute, (c) => {
    const reader = live.join();
    if (reader === undefined) {
      return c.json(problem(`the feed has ${LIVE_READERS_MAX} readers, or the gateway is closing`), 503);
    }
    return c.body(streamOf(reader), 200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
    });
  });
}

const eventsRoute = createRoute({
  method: 'get',
  path: '/api/events',
  summary: 'Requests as they happen',
  security: byKeyOrSession,
  responses: {
    200: {
      description: 'Events `hello` and `request`, without end',
      content: { 'text/event-stream': { schema: z.string() } },
    },
    401: NO_KEY,
    503: refusal('Too many readers'),
  },
});

/** Nothing is taken from the reader's queue before the connection wants it: what waits, waits where it has a limit. */
function streamOf(reader: LiveReader): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream(
    {
      async pull(controller) {
        const text = await reader.next();
        if (text === undefined) controller.close();
        else controller.enqueue(encoder.encode(text));
      },
      cancel: () => reader.leave(),
    },
    { highWaterMark: 0 },
  );
}
