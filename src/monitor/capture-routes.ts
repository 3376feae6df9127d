/** `GET/POST /api/capture`: of how many requests to come the raw bytes of the upstreams are kept. A person asks for it; it ends by itself. */

import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { byKeyOrSession, json, NO_KEY, problem, refusal } from './route-parts.ts';
import type { CaptureView } from './views.ts';

/** Requests that can be asked for at one time. */
export const CAPTURE_REQUESTS_MAX = 100;
/** Raw bytes kept of one request, all its attempts together. */
export const CAPTURE_BYTES_MAX = 4 * 1024 * 1024;

export interface CaptureDesk {
  view(): CaptureView;
  /** False where the configuration keeps no bodies. */
  ask(requests: number): boolean;
  /** One request begins: so many of its raw bytes are kept, undefined for none. */
  take(): number | undefined;
}

export function createCaptureDesk(keepsBodies: () => boolean): CaptureDesk {
  let requests = 0;
  return {
    view: () => ({ requests }),
    ask(wished) {
      if (wished > 0 && !keepsBodies()) return false;
      requests = wished;
      return true;
    },
    take() {
      if (requests === 0 || !keepsBodies()) return undefined;
      requests -= 1;
      return CAPTURE_BYTES_MAX;
    },
  };
}

export function addCaptureRoutes(app: OpenAPIHono, desk: CaptureDesk): void {
  app.openapi(lookRoute, (c) => c.json(desk.view(), 200));
  app.openapi(askRoute, (c) => {
    const { requests } = c.req.valid('json');
    if (desk.ask(requests)) return c.json(desk.view(), 200);
    return c.json(problem('monitor.bodies is not full: no bodies are kept, raw ones neither'), 409);
  });
}

const requests = z.number().int().min(0).max(CAPTURE_REQUESTS_MAX);
const captureSchema = z.object({ requests }).openapi('Capture');

const lookRoute = createRoute({
  method: 'get',
  path: '/api/capture',
  summary: 'Of how many requests to come raw bytes are kept',
  security: byKeyOrSession,
  responses: { 200: json(captureSchema, 'The number that is left'), 401: NO_KEY },
});
const askRoute = createRoute({
  method: 'post',
  path: '/api/capture',
  summary: 'Keep the raw bytes of the upstreams of so many requests to come; 0 ends it',
  security: byKeyOrSession,
  request: { body: { required: true, content: { 'application/json': { schema: captureSchema } } } },
  responses: {
    200: json(captureSchema, 'The number that is left'),
    400: refusal('The number cannot be read'),
    401: NO_KEY,
    409: refusal('The configuration keeps no bodies'),
  },
});
