/**
 * The admin API over the journal. Every path under /api needs the admin key; no answer ever carries a CORS header, so no web page of
 * another origin can read one. What it cannot answer is an error in JSON, never a guess.
 */

import { createHash, timingSafeEqual } from 'node:crypto';
import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { errorSchema, idSchema, requestDetailSchema, requestPageSchema, requestQuerySchema } from './api-schemas.ts';
import { addJournalRoutes, type JournalRouteDependencies } from './journal-routes.ts';
import type { LogLine, Position, RequestFilter, RequestReader, RequestRecord, RequestRow } from './rows.ts';

export interface AdminApiDependencies extends JournalRouteDependencies {
  readonly query: RequestReader;
  /** The admin key of this moment. Empty refuses everybody. */
  readonly key: () => string;
  readonly version: string;
  /** Takes secrets out of an error text. */
  readonly redact: (text: string) => string;
  /** Log lines of a request, where they are kept elsewhere than in its record. */
  readonly logLines?: (id: string) => Promise<readonly LogLine[]>;
}

export function createAdminApi(dependencies: AdminApiDependencies): OpenAPIHono {
  const app = new OpenAPIHono({
    defaultHook: (result, c) => (result.success ? undefined : c.json(problem(badQuery(result.error.issues)), 400)),
  });
  app.use('/api/*', async (c, next) => {
    // Set first, so that refusals carry it too.
    c.header('Cache-Control', 'no-store');
    c.header('X-Content-Type-Options', 'nosniff');
    if (isAdmin(c.req.header('authorization'), dependencies.key())) return next();
    c.header('WWW-Authenticate', 'Bearer');
    return c.json(problem('the admin key is missing or wrong'), 401);
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'adminKey', { type: 'http', scheme: 'bearer' });
  // Before the detail, whose id would swallow their names.
  addJournalRoutes(app, dependencies);
  addRoutes(app, dependencies);
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'antigravity-tools admin API', version: dependencies.version },
  });
  app.notFound((c) => c.json(problem('there is nothing at this path'), 404));
  app.onError((error, c) => c.json(problem(dependencies.redact(error.message)), isStorageError(error) ? 503 : 500));
  return app;
}

function addRoutes(app: OpenAPIHono, { query, logLines }: AdminApiDependencies): void {
  app.openapi(listRoute, async (c) => {
    const { cursor, limit, ...rest } = c.req.valid('query');
    const before = cursor === undefined ? undefined : readCursor(cursor);
    if (before === null) return c.json(problem('cursor: is not one that this API gave out'), 400);
    // One more than asked for tells whether there is another page.
    const rows = await query.list(withoutAbsent({ ...rest, before, limit: limit + 1 }));
    const requests = rows.slice(0, limit);
    const last = requests.at(-1);
    const next_cursor = rows.length > limit && last !== undefined ? writeCursor(last) : null;
    return c.json({ requests, next_cursor }, 200);
  });
  app.openapi(detailRoute, async (c) => {
    const { id } = c.req.valid('param');
    const record = await query.find(id);
    if (record === undefined) return c.json(problem('there is no request with this id'), 404);
    const log = logLines === undefined ? record.log : await logLines(id);
    return c.json(detail(record, log), 200);
  });
}

// ---------------------------------------------------------------- routes

const json = <T>(schema: T, description: string) => ({ description, content: { 'application/json': { schema } } });
const refusals = {
  401: json(errorSchema, 'The admin key is missing or wrong'),
  503: json(errorSchema, 'The journal cannot be read now'),
};
const security = [{ adminKey: [] }];

const listRoute = createRoute({
  method: 'get',
  path: '/api/requests',
  summary: 'Requests, newest first',
  security,
  request: { query: requestQuerySchema },
  responses: {
    200: json(requestPageSchema, 'One page'),
    400: json(errorSchema, 'A parameter cannot be read; the message names it'),
    ...refusals,
  },
});
const detailRoute = createRoute({
  method: 'get',
  path: '/api/requests/{id}',
  summary: 'One request with its attempts, bodies and log lines',
  security,
  request: { params: idSchema },
  responses: {
    200: json(requestDetailSchema, 'The request'),
    404: json(errorSchema, 'No request has this id'),
    ...refusals,
  },
});

// ---------------------------------------------------------------- parts

/** Compared by digest: neither length nor content of the key can be learned from the time it takes. */
function isAdmin(header: string | undefined, key: string): boolean {
  const given = /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1] ?? '';
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const equal = timingSafeEqual(digest(given), digest(key));
  return equal && key !== '';
}

/** The attempts of the detail are rows; their number stands in the list only. */
function detail(record: RequestRecord, log: readonly LogLine[]) {
  const { row, ...parts } = record;
  return { ...row, ...parts, log };
}

function withoutAbsent(filter: { [Key in keyof RequestFilter]: RequestFilter[Key] | undefined }): RequestFilter {
  return Object.fromEntries(
    Object.entries(filter).filter(([, value]) => value !== undefined && value !== ''),
  ) as unknown as RequestFilter;
}

function writeCursor(row: RequestRow): string {
  return Buffer.from(`${Date.parse(row.time)} ${row.id}`).toString('base64url');
}
/** null for anything that `writeCursor` did not make. */
function readCursor(cursor: string): Position | null {
  const match = /^(\d{1,15}) (\S+)$/.exec(Buffer.from(cursor, 'base64url').toString('utf8'));
  return match === null ? null : { time: Number(match[1]), id: match[2] ?? '' };
}

function badQuery(issues: readonly { path: PropertyKey[]; message: string }[]): string {
  return issues.map((issue) => `${issue.path.map(String).join('.')}: ${issue.message}`).join('; ');
}
function problem(message: string) {
  return { error: { message } };
}
function isStorageError(error: Error): boolean {
  return error.name === 'StorageError';
}
