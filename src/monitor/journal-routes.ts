/**
 * The admin API over the journal as a whole: what there is to filter by, the overview, the size, and the two ways to make it smaller. Behind the same key
 * as every path of the API. Nothing here reads a body of a request.
 */

import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { filterSchema, moment } from './api-schemas.ts';
import { BAD_PARAMETER, byKeyOrSession, json, NO_KEY, problem, refusal } from './route-parts.ts';
import type { FLAGS, JournalStore, RequestFilter } from './rows.ts';
import type { StorageView } from './views.ts';

export interface JournalRouteDependencies {
  /** Absent where the journal is kept without a store: these paths then answer 503. */
  readonly store?: JournalStore;
  /** What was lost since the start, and how large the journal may become. */
  readonly storage?: () => Pick<StorageView, 'bytes_max' | 'dropped'>;
}

export function addJournalRoutes(app: OpenAPIHono, { store, storage }: JournalRouteDependencies): void {
  const view = async (): Promise<StorageView> => {
    if (store === undefined || storage === undefined) throw new StoreMissing();
    return { ...(await store.sizes()), ...storage() };
  };
  app.openapi(facetsRoute, async (c) => c.json(await present(store).facets(), 200));
  app.openapi(statsRoute, async (c) => {
    const { by, since, until, time_zone } = c.req.valid('query');
    if (since !== undefined && until !== undefined && since > until) {
      return c.json(problem('since: must not be after until'), 400);
    }
    const query = { by, ...given('since', since), ...given('until', until), ...given('timeZone', time_zone) };
    return c.json(await present(store).stats(query), 200);
  });
  app.openapi(storageRoute, async (c) => c.json(await view(), 200));
  app.openapi(vacuumRoute, async (c) => {
    await present(store).vacuum();
    return c.json(await view(), 200);
  });
  app.openapi(deleteRoute, async (c) => {
    const filter = withoutAbsent(c.req.valid('query'));
    return c.json({ deleted: await present(store).remove(filter) }, 200);
  });
}

/** Told as the store's own trouble is: 503. */
class StoreMissing extends Error {
  constructor() {
    super('this journal is not kept in a file');
    this.name = 'StorageError';
  }
}
function present(store: JournalStore | undefined): JournalStore {
  if (store === undefined) throw new StoreMissing();
  return store;
}

// ---------------------------------------------------------------- schemas

const count = z.number().int();
const bucketSchema = z
  .object({
    key: z.string().openapi({ description: 'ISO 8601 start of the hour or day in the time zone, or the name' }),
    requests: count,
    ok: count,
    healed: count,
    failed: count,
    cancelled: count,
    flags: z.object({
      zero_token: count,
      retried: count,
      rotated: count,
      repaired: count,
      resumed: count,
      fallback: count,
      interrupted: count,
    } satisfies Record<(typeof FLAGS)[number], typeof count>),
    input_tokens: count,
    output_tokens: count,
    cache_read_tokens: count,
    first_content_p50_ms: count.nullable().openapi({ description: 'True to about 5 %' }),
    first_content_p99_ms: count.nullable().openapi({ description: 'True to about 5 %' }),
  })
  .openapi('StatsBucket');
const statsSchema = z
  .object({
    by: z.enum(['hour', 'day', 'model', 'account']),
    since: z.string().openapi({ format: 'date-time' }),
    until: z.string().openapi({ format: 'date-time' }),
    total: bucketSchema,
    buckets: z.array(bucketSchema).readonly().openapi({ description: 'Only those in which something was asked' }),
    failures: z.array(z.object({ kind: z.string(), attempts: count, requests_failed: count })).readonly(),
  })
  .openapi('Stats');
const facetsSchema = z
  .object({ models: z.array(z.string()).readonly(), accounts: z.array(z.string()).readonly() })
  .openapi('Facets');
const storageSchema = z
  .object({
    bytes: count,
    bytes_max: count,
    requests: count,
    oldest: z.string().nullable().openapi({ format: 'date-time' }),
    dropped: z.object({ bodies: count, records: count, state: count }),
  })
  .openapi('Storage');

/** Longer than any name of the IANA. */
const ZONE_CHARS_MAX = 64;
const statsQuerySchema = z.object({
  by: z.enum(['hour', 'day', 'model', 'account']).default('hour'),
  since: moment('Inclusive; whole hours are counted. By default a day for hours, else 30 days'),
  until: moment('Exclusive; by default now'),
  time_zone: z
    .string()
    .max(ZONE_CHARS_MAX)
    .refine(isTimeZone, 'must be the name of a time zone, such as Europe/Berlin')
    .optional()
    .openapi({ description: 'Whose hours and days; by default UTC' }),
});

/** A list does not mind a filter that is misspelt or empty; a deletion would take it for "all". */
const deletionSchema = filterSchema
  .strict()
  .refine((query) => Object.values(query).every((value) => value !== ''), 'a filter must not be empty');

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

// ---------------------------------------------------------------- routes

const refusals = {
  401: NO_KEY,
  503: refusal('The journal cannot be read or written now'),
};
const badQuery = { 400: BAD_PARAMETER };

const facetsRoute = createRoute({
  method: 'get',
  path: '/api/requests/facets',
  summary: 'The models and accounts that there are to filter by',
  security: byKeyOrSession,
  responses: { 200: json(facetsSchema, 'The names'), ...refusals },
});
const statsRoute = createRoute({
  method: 'get',
  path: '/api/stats',
  summary: 'Requests, tokens, failures and waiting times by hour, day, model or account',
  security: byKeyOrSession,
  request: { query: statsQuerySchema },
  responses: { 200: json(statsSchema, 'The counts'), ...badQuery, ...refusals },
});
const storageRoute = createRoute({
  method: 'get',
  path: '/api/storage',
  summary: 'How large the journal is',
  security: byKeyOrSession,
  responses: { 200: json(storageSchema, 'The sizes'), ...refusals },
});
const vacuumRoute = createRoute({
  method: 'post',
  path: '/api/storage/vacuum',
  summary: 'Gives the room of deleted requests back to the disk',
  security: byKeyOrSession,
  responses: { 200: json(storageSchema, 'The sizes afterwards'), ...refusals },
});
const deleteRoute = createRoute({
  method: 'delete',
  path: '/api/requests',
  summary: 'Deletes the requests that meet the filters; without any filter all of them',
  security: byKeyOrSession,
  request: { query: deletionSchema },
  responses: {
    200: json(z.object({ deleted: count }), 'How many'),
    ...badQuery,
    ...refusals,
  },
});

function given<Name extends string, T>(name: Name, value: T | undefined): { [Key in Name]?: T } {
  return (value === undefined ? {} : { [name]: value }) as { [Key in Name]?: T };
}
function withoutAbsent(query: z.infer<typeof deletionSchema>): Omit<RequestFilter, 'limit'> {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}
