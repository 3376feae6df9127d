/** The settings over HTTP: what the configuration says, and changes to it. The work is done by the desk that is handed in; nothing here reads or writes a file. */

import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { adminSecurity, errorSchema } from './api-schemas.ts';
import type { ConfigChange, ConfigRefusal, ConfigView } from './setting-views.ts';

export interface ConfigDesk {
  view(): Promise<ConfigView>;
  /** Writes all of the changes or nothing. */
  change(change: ConfigChange): Promise<ConfigOutcome>;
}

export type ConfigOutcome =
  | { readonly view: ConfigView }
  | { readonly refusal: ConfigRefusal }
  /** The file is not the one that the change was made for. */
  | { readonly conflict: string }
  /** The change is good, but the file cannot be written; the message says why. */
  | { readonly fault: string };

export const CHANGES_MAX = 100;
const VALUE_CHARS_MAX = 64 * 1024;
const NAME_CHARS_MAX = 200;

export function addConfigRoutes(app: OpenAPIHono, desk: ConfigDesk): void {
  app.openapi(viewRoute, async (c) => c.json(await desk.view(), 200));
  app.openapi(changeRoute, async (c) => {
    const outcome = await desk.change(c.req.valid('json'));
    if ('refusal' in outcome) return c.json(outcome.refusal, 400);
    if ('conflict' in outcome) return c.json({ error: { message: outcome.conflict } }, 409);
    if ('fault' in outcome) return c.json({ error: { message: outcome.fault } }, 503);
    return c.json(outcome.view, 200);
  });
}

// ---------------------------------------------------------------- routes

const valueSchema = z.object({
  key: z.string(),
  kind: z.enum(['duration', 'size', 'number', 'flag', 'choice', 'text', 'list', 'secret', 'map']),
  choices: z.array(z.string()).readonly().nullable(),
  value: z.string(),
  default: z.string(),
  source: z.enum(['flag', 'environment', 'file', 'default']),
  overruled: z.boolean(),
  needs_restart: z.boolean(),
  editable: z.boolean(),
  about: z.string(),
});
const viewSchema = z
  .object({
    file: z.string().nullable(),
    version: z.string(),
    values: z.array(valueSchema).readonly(),
    text: z.string(),
    warnings: z.array(z.string()).readonly(),
  })
  .openapi('Config');
const changeSchema = z
  .strictObject({
    version: z.string().max(NAME_CHARS_MAX),
    changes: z
      .record(z.string().max(NAME_CHARS_MAX), z.string().max(VALUE_CHARS_MAX).nullable())
      .refine((changes) => Object.keys(changes).length <= CHANGES_MAX, `at most ${CHANGES_MAX} keys at once`),
  })
  .openapi('ConfigChange');
const issueSchema = z.object({ key: z.string(), line: z.number().int(), message: z.string() });
const refusalSchema = z
  .object({ error: z.object({ message: z.string(), issues: z.array(issueSchema).readonly().optional() }) })
  .openapi('ConfigRefusal');

const json = <T>(schema: T, description: string) => ({ description, content: { 'application/json': { schema } } });
const refusals = {
  401: json(errorSchema, 'The admin key or the session is missing or wrong'),
  503: json(errorSchema, 'The file cannot be written now'),
};

const viewRoute = createRoute({
  method: 'get',
  path: '/api/config',
  summary: 'The configuration: every value with its source, and the file without its secrets',
  security: adminSecurity,
  responses: { 200: json(viewSchema, 'The configuration'), ...refusals },
});
const changeRoute = createRoute({
  method: 'put',
  path: '/api/config',
  summary: 'Changes keys of the configuration file, all or none; null takes a key out',
  security: adminSecurity,
  request: { body: { required: true, content: { 'application/json': { schema: changeSchema } } } },
  responses: {
    200: json(viewSchema, 'The configuration as it is now'),
    400: json(refusalSchema, 'Nothing was written; every fault with its line'),
    409: json(errorSchema, 'The file has changed since the version'),
    ...refusals,
  },
});
