/**
 * The admin API and the page over it. Every path under /api needs the admin key or a session (`session-routes.ts`); no answer ever carries a CORS
 * header, so no web page of another origin can read one. What it cannot answer is an error in JSON, never a guess.
 */

import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { HTTPException } from 'hono/http-exception';
import { type AccountsDesk, addAccountRoutes } from './account-routes.ts';
import { idSchema, requestDetailSchema, requestPageSchema, requestQuerySchema, withoutAbsent } from './api-schemas.ts';
import { addCaptureRoutes, type CaptureDesk } from './capture-routes.ts';
import { addConfigRoutes, type ConfigDesk } from './config-routes.ts';
import { addDiagnosisRoutes } from './diagnosis-routes.ts';
import { addEventRoutes } from './event-routes.ts';
import type { ReadRecords } from './export/read-records.ts';
import { addExportRoutes } from './export-routes.ts';
import { addJournalRoutes, type JournalRouteDependencies } from './journal-routes.ts';
import type { LiveFeed } from './live.ts';
import { addPageRoutes, type Page } from './page.ts';
import { viewOf } from './record-view.ts';
import {
  BAD_PARAMETER,
  byKeyOrSession,
  JOURNAL_UNREADABLE,
  json,
  NO_KEY_OR_SESSION,
  NO_REQUEST,
  problem,
} from './route-parts.ts';
import type { LogLine, Position, RequestReader, RequestRow } from './rows.ts';
import { addSessionRoutes, type Door, guard, SESSION_COOKIE } from './session-routes.ts';

export interface AdminApiDependencies extends Door, JournalRouteDependencies {
  readonly query: RequestReader;
  /** Of a store that can hand out whole records, for exports. */
  readonly records?: ReadRecords;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly version: string;
  /** Takes secrets out of an error text. */
  readonly redact: (text: string) => string;
  /** Hears of what went wrong when an answer had begun, for the log. */
  readonly fault?: (error: unknown) => void;
  readonly accounts?: AccountsDesk;
  /** Log lines of a request, where they are kept elsewhere than in its record. */
  readonly logLines?: (id: string) => Promise<readonly LogLine[]>;
  readonly live?: LiveFeed;
  readonly capture?: CaptureDesk;
  /** Reads and changes the configuration file. */
  readonly config?: ConfigDesk;
  readonly page?: Page;
}

export function createAdminApi(dependencies: AdminApiDependencies): OpenAPIHono {
  const app = new OpenAPIHono({
    defaultHook: (result, c) => (result.success ? undefined : c.json(problem(badQuery(result.error.issues)), 400)),
  });
  guard(app, dependencies);
  const { sessions, version, config, page } = dependencies;
  app.openAPIRegistry.registerComponent('securitySchemes', 'adminKey', { type: 'http', scheme: 'bearer' });
  const session = { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE } as const;
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', session);
  // Before the routes of one request, whose id it would be taken for.
  addExportRoutes(app, dependencies);
  // Before the detail, whose id would swallow their names.
  addJournalRoutes(app, dependencies);
  addRoutes(app, dependencies);
  if (dependencies.live) addEventRoutes(app, dependencies.live);
  if (dependencies.capture) addCaptureRoutes(app, dependencies.capture);
  if (sessions !== undefined) addSessionRoutes(app, { ...dependencies, sessions });
  if (config !== undefined) addConfigRoutes(app, config);
  if (page !== undefined) addPageRoutes(app, page);
  addDiagnosisRoutes(app, dependencies);
  if (dependencies.accounts !== undefined) addAccountRoutes(app, dependencies.accounts);
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'antigravity-tools admin API', version },
  });
  app.notFound((c) => {
    const methods = methodsAt(app, c.req.path);
    if (methods.length === 0) return c.json(problem('there is nothing at this path'), 404);
    const allowed = methods.join(', ');
    c.header('Allow', allowed);
    return c.json(problem(`this path does not take ${c.req.method}; it takes ${allowed}`), 405);
  });
  app.onError((error, c) => {
    // Such as a body that is no JSON.
    const status = error instanceof HTTPException ? error.status : isStorageError(error) ? 503 : 500;
    return c.json(problem(dependencies.redact(error.message)), status);
  });
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
    return c.json(viewOf(record, log), 200);
  });
}

// ---------------------------------------------------------------- routes

const refusals = {
  401: NO_KEY_OR_SESSION,
  503: JOURNAL_UNREADABLE,
};

const listRoute = createRoute({
  method: 'get',
  path: '/api/requests',
  summary: 'Requests, newest first',
  security: byKeyOrSession,
  request: { query: requestQuerySchema },
  responses: {
    200: json(requestPageSchema, 'One page'),
    400: BAD_PARAMETER,
    ...refusals,
  },
});
const detailRoute = createRoute({
  method: 'get',
  path: '/api/requests/{id}',
  summary: 'One request with its attempts, bodies and log lines',
  security: byKeyOrSession,
  request: { params: idSchema },
  responses: {
    200: json(requestDetailSchema, 'The request'),
    404: NO_REQUEST,
    ...refusals,
  },
});

// ---------------------------------------------------------------- parts

/** The methods that are described for a path; a path that is written out is not also one with a name in it. */
function methodsAt(app: OpenAPIHono, path: string): string[] {
  const routes = app.openAPIRegistry.definitions.flatMap((each) => (each.type === 'route' ? [each.route] : []));
  const exact = routes.filter((route) => route.path === path);
  const found = exact.length > 0 ? exact : routes.filter((route) => fitsPath(route.path, path));
  return [...new Set(found.map(({ method }) => method.toUpperCase()))].sort();
}
function fitsPath(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((part, at) => (part.startsWith('{') ? given[at] !== '' : part === given[at]))
  );
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
  const told = ({ path, message }: { path: PropertyKey[]; message: string }): string =>
    path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`;
  return issues.map(told).join('; ');
}
function isStorageError(error: Error): boolean {
  return error.name === 'StorageError';
}
