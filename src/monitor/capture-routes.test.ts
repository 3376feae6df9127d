import { OpenAPIHono } from '@hono/zod-openapi';
import { describe, expect, it } from 'vitest';
import { createVirtualWorld } from '../lab/virtual-world.ts';
import { addCaptureRoutes, CAPTURE_BYTES_MAX, CAPTURE_REQUESTS_MAX, createCaptureDesk } from './capture-routes.ts';
import { addEventRoutes } from './event-routes.ts';
import { createLiveFeed, LIVE_READERS_MAX } from './live.ts';

function setup(keepsBodies = true) {
  const desk = createCaptureDesk(() => keepsBodies);
  const app = new OpenAPIHono();
  addCaptureRoutes(app, desk);
  const ask = (requests: unknown) =>
    app.request('/api/capture', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ requests }),
    });
  return { desk, app, ask };
}

describe('the capture of raw bytes', () => {
  it('is off until somebody asks, then counts down to nothing', async () => {
    const { desk, app, ask } = setup();
    expect(desk.take()).toBeUndefined();
    expect(await (await ask(2)).json()).toEqual({ requests: 2 });
    expect([desk.take(), desk.take(), desk.take()]).toEqual([CAPTURE_BYTES_MAX, CAPTURE_BYTES_MAX, undefined]);
    expect(await (await app.request('/api/capture')).json()).toEqual({ requests: 0 });
  });

  it('ends when nought is asked for', async () => {
    const { desk, ask } = setup();
    await ask(5);
    expect((await ask(0)).status).toBe(200);
    expect(desk.take()).toBeUndefined();
  });

  it.each([[-1], [1.5], [CAPTURE_REQUESTS_MAX + 1], ['3'], [null]])('refuses %j', async (requests) => {
    const { desk, ask } = setup();
    expect((await ask(requests)).status).toBe(400);
    expect(desk.take()).toBeUndefined();
  });

  it('is refused where no bodies are kept', async () => {
    const { desk, ask } = setup(false);
    expect((await ask(1)).status).toBe(409);
    expect(desk.take()).toBeUndefined();
    expect((await ask(0)).status).toBe(200);
  });
});

describe('GET /api/events', () => {
  const feedApp = () => {
    const live = createLiveFeed({ world: createVirtualWorld(1), redact: String, boot: 'b' });
    const app = new OpenAPIHono();
    addEventRoutes(app, live);
    return { app, live };
  };

  it('is a stream of server-sent events that begins at once and ends with the feed', async () => {
    const { app, live } = feedApp();
    const answer = await app.request('/api/events');
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const reader = answer.body?.getReader();
    const first = await reader?.read();
    expect(new TextDecoder().decode(first?.value as Uint8Array)).toContain(
      'event: hello\nid: 0\ndata: {"boot":"b","last":0}',
    );
    live.close();
    expect((await reader?.read())?.done).toBe(true);
  });

  it('answers 503 to one reader too many, and lets the next in when one has gone', async () => {
    const { app } = feedApp();
    const answers = [];
    for (let n = 0; n < LIVE_READERS_MAX; n += 1) answers.push(await app.request('/api/events'));
    const refused = await app.request('/api/events');
    expect(refused.status).toBe(503);
    expect(await refused.json()).toEqual({ error: { message: expect.stringContaining('readers') } });
    await answers[0]?.body?.cancel();
    expect((await app.request('/api/events')).status).toBe(200);
  });
});
