/** The route of the diagnosis. It reads the journal and explains one request; it changes nothing. */

import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { idSchema } from './api-schemas.ts';
import { diagnose } from './diagnosis/diagnose.ts';
import { acceptedLanguage } from './diagnosis/language.ts';
import { byKeyOrSession, JOURNAL_UNREADABLE, json, NO_KEY, NO_REQUEST, problem, refusal } from './route-parts.ts';
import type { RequestReader } from './rows.ts';
import { LANGUAGES, STAGES, VERDICTS } from './views.ts';

export interface DiagnosisDependencies {
  readonly query: Pick<RequestReader, 'find'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function addDiagnosisRoutes(app: OpenAPIHono, { query, now }: DiagnosisDependencies): void {
  app.openapi(route, async (c) => {
    const { id } = c.req.valid('param');
    const language = c.req.valid('query').language ?? acceptedLanguage(c.req.header('accept-language'));
    const record = await query.find(id);
    if (record === undefined) return c.json(problem('there is no request with this id'), 404);
    c.header('Content-Language', language);
    c.header('Vary', 'Accept-Language');
    return c.json(diagnose(record, language, now()), 200);
  });
}

const diagnosisSchema = z
  .object({
    verdict: z.enum(VERDICTS).openapi({
      description: 'fine; healed; wait: it recovers by itself; act: a person must do something, the advice says what',
    }),
    stage: z.enum(STAGES),
    cause: z.string().openapi({ description: 'A stable name for scripts, not for people' }),
    summary: z.string(),
    evidence: z.array(z.string()).readonly(),
    advice: z.array(z.string()).readonly(),
  })
  .openapi('Diagnosis');

const route = createRoute({
  method: 'get',
  path: '/api/requests/{id}/diagnosis',
  summary: 'Why one request went as it did, and what a person does now',
  security: byKeyOrSession,
  request: { params: idSchema, query: z.object({ language: z.enum(LANGUAGES).optional() }) },
  responses: {
    200: json(diagnosisSchema, 'The diagnosis; by Accept-Language where no language is named, else in English'),
    400: refusal('The language is none of the six'),
    401: NO_KEY,
    404: NO_REQUEST,
    503: JOURNAL_UNREADABLE,
  },
});
