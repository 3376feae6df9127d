/**
 * The part of the admin API that is about accounts. What an account may be is decided behind `AccountsDesk`; here bodies are read within a limit and
 * answers get their status. No answer has a credential, and no refusal repeats what came in.
 */

import { createRoute, type OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { byKeyOrSession, json, NO_KEY, problem, refusal } from './route-parts.ts';
import type { AccountTestView, AccountView } from './views.ts';

export type DeskRefusal = {
  readonly refused: 'invalid' | 'unknown' | 'conflict' | 'unavailable';
  /** For a person, without any value that came in. */
  readonly message: string;
};

export interface AccountsDesk {
  list(): readonly AccountView[];
  add(input: unknown): Promise<AccountView | DeskRefusal>;
  change(email: string, input: unknown): Promise<AccountView | DeskRefusal>;
  remove(email: string): Promise<{ readonly removed: string } | DeskRefusal>;
  test(email: string): Promise<AccountTestView | DeskRefusal>;
  reset(email: string): AccountView | DeskRefusal;
}

/** A Google key file has about 2 KB. */
export const ACCOUNT_BODY_BYTES_MAX = 64 * 1024;

const STATUSES = { invalid: 400, unknown: 404, conflict: 409, unavailable: 503 } as const satisfies Record<
  DeskRefusal['refused'],
  number
>;

export function addAccountRoutes(app: OpenAPIHono, desk: AccountsDesk): void {
  const told = <T extends object>(c: Context, done: T | DeskRefusal, status: 200 | 201) =>
    'refused' in done ? refuse(c, done) : c.json(done, status);
  for (const route of ROUTES) app.openAPIRegistry.registerPath(route);
  app.get('/api/accounts', (c) => c.json({ accounts: desk.list() }));
  app.post('/api/accounts', async (c) => {
    const body = await readBody(c);
    return 'refused' in body ? refuse(c, body) : told(c, await desk.add(body.input), 201);
  });
  app.patch('/api/accounts/:email', async (c) => {
    const body = await readBody(c);
    return 'refused' in body ? refuse(c, body) : told(c, await desk.change(c.req.param('email'), body.input), 200);
  });
  app.delete('/api/accounts/:email', async (c) => {
    const done = await desk.remove(c.req.param('email'));
    return 'refused' in done ? refuse(c, done) : c.body(null, 204);
  });
  app.post('/api/accounts/:email/test', async (c) => told(c, await desk.test(c.req.param('email')), 200));
  app.post('/api/accounts/:email/reset', (c) => told(c, desk.reset(c.req.param('email')), 200));
}

function refuse(c: Context, { refused, message }: DeskRefusal) {
  return c.json(problem(message), STATUSES[refused]);
}

/** The parser's own words are not passed on: they quote the text. */
async function readBody(c: Context): Promise<{ readonly input: unknown } | DeskRefusal> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of (c.req.raw.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += piece.byteLength;
    if (bytes > ACCOUNT_BODY_BYTES_MAX)
      return { refused: 'invalid', message: `the body is larger than ${ACCOUNT_BODY_BYTES_MAX} bytes` };
    pieces.push(piece);
  }
  try {
    return { input: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces))) as unknown };
  } catch {
    return { refused: 'invalid', message: 'the body is not JSON' };
  }
}

// ---------------------------------------------------------------- description

const text = z.string().nullable();
const count = z.number().int().nullable();

const accountSchema = z
  .object({
    email: z.string(),
    provider: z.enum(['gemini', 'vertex', 'anthropic', 'openai']),
    source: z.enum(['file', 'vault']),
    enabled: z.boolean(),
    weight: z.number(),
    models: z.array(z.string()),
    credential: z.string().openapi({ description: 'env:NAME, file:PATH, keychain:NAME, literal or vault' }),
    base_url: text,
    allow_private: z.boolean(),
    project: text,
    location: text,
    state: z.enum(['ready', 'resting', 'failing', 'disabled']),
    rests: z.array(
      z.object({ model: text, until: z.string(), in_ms: z.number(), reason: z.string(), told: z.boolean() }),
    ),
    circuits: z.array(z.object({ what: z.string(), state: z.string(), until: text })),
    in_flight: z.number().int(),
    last_used: text,
    conversations: z.number().int(),
    limits: z.array(
      z.object({ what: z.string(), limit: count, remaining: count, resets_at: text, seen_at: z.string() }),
    ),
    last_hour: z.object({
      attempts: z.number().int(),
      ok: z.number().int(),
      failed: z.number().int(),
      first_content_p50_ms: count,
      first_content_p99_ms: count,
    }),
  })
  .openapi('Account');

const settings = {
  provider: z.enum(['gemini', 'vertex', 'anthropic', 'openai']),
  credential: z.string().openapi({
    description: 'env:NAME, file:PATH, keychain:NAME, or the secret itself, which is sealed and never given out again',
    format: 'password',
    writeOnly: true,
  }),
  base_url: z.string().optional(),
  allow_private: z.boolean().optional(),
  project: z.string().optional(),
  location: z.string().optional(),
  models: z.array(z.string()).optional(),
  weight: z.number().optional(),
  enabled: z.boolean().optional(),
};
const inputSchema = z.object({ email: z.string(), ...settings }).openapi('AccountInput');
const changeSchema = z.object(settings).partial().openapi('AccountChange');
const testSchema = z
  .object({ ok: z.boolean(), status: count, model: text, took_ms: z.number().int(), message: z.string() })
  .openapi('AccountTest');

const given = <T>(schema: T) => ({ body: { content: { 'application/json': { schema } }, required: true } });
const params = z.object({ email: z.string() });
const no = {
  401: NO_KEY,
  404: refusal('No account has this label'),
};
const kept = {
  400: refusal('What is wrong with it, in the words of the configuration file'),
  409: refusal('The label is taken, or the account is written in the configuration file'),
  503: refusal('The vault cannot be used'),
};

const ROUTES: readonly RouteConfig[] = [
  createRoute({
    method: 'get',
    path: '/api/accounts',
    summary: 'All accounts: those of the configuration file and those of the vault',
    security: byKeyOrSession,
    responses: { 200: json(z.object({ accounts: z.array(accountSchema) }), 'The accounts'), 401: no[401] },
  }),
  createRoute({
    method: 'post',
    path: '/api/accounts',
    summary: 'Adds an account to the vault',
    security: byKeyOrSession,
    request: given(inputSchema),
    responses: { 201: json(accountSchema, 'The account, in force from now on'), 401: no[401], ...kept },
  }),
  createRoute({
    method: 'patch',
    path: '/api/accounts/{email}',
    summary: 'Changes an account of the vault; of an account of the file only whether it is enabled',
    security: byKeyOrSession,
    request: { params, ...given(changeSchema) },
    responses: { 200: json(accountSchema, 'The account'), ...no, ...kept },
  }),
  createRoute({
    method: 'delete',
    path: '/api/accounts/{email}',
    summary: 'Removes an account of the vault',
    security: byKeyOrSession,
    request: { params },
    responses: { 204: { description: 'It is gone' }, ...no, 409: kept[409], 503: kept[503] },
  }),
  createRoute({
    method: 'post',
    path: '/api/accounts/{email}/test',
    summary: 'One small real request with this account',
    security: byKeyOrSession,
    request: { params },
    responses: { 200: json(testSchema, 'How it went, also when it went wrong'), ...no },
  }),
  createRoute({
    method: 'post',
    path: '/api/accounts/{email}/reset',
    summary: 'Ends every rest of the account and closes its own circuits',
    security: byKeyOrSession,
    request: { params },
    responses: { 200: json(accountSchema, 'The account'), ...no },
  }),
];
