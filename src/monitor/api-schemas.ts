/** What the admin API takes and gives, as schemas: the same words check a query and make the description in /openapi.json. */

import { z } from '@hono/zod-openapi';
import { FLAGS, OUTCOMES, PROTOCOLS } from './rows.ts';

const LIMIT_DEFAULT = 50;
const LIMIT_MAX = 1000;
const LIMIT_FAULT = `must be a whole number from 1 to ${LIMIT_MAX}`;
const TEXT_CHARS_MAX = 200;
const CURSOR_CHARS_MAX = 200;

const count = z.number().int().nullable();
const text = z.string().max(TEXT_CHARS_MAX);

export const errorSchema = z.object({ error: z.object({ message: z.string() }) }).openapi('Error');

export const requestRowSchema = z
  .object({
    id: z.string(),
    time: z.string().openapi({ format: 'date-time' }),
    protocol: z.enum(PROTOCOLS),
    method: z.string(),
    path: z.string(),
    model: z.string(),
    mapped_model: z.string(),
    account_email: z.string(),
    status: z.number().int(),
    outcome: z.enum(OUTCOMES),
    stream: z.boolean(),
    attempts: z.number().int(),
    duration_ms: z.number().int(),
    first_byte_ms: count,
    first_content_ms: count,
    input_tokens: count,
    output_tokens: count,
    cache_read_tokens: count,
    stop_reason: z.string().nullable(),
    flags: z.array(z.enum(FLAGS)).readonly(),
    conversation: z.string().nullable(),
  })
  .openapi('Request');

export const attemptSchema = z
  .object({
    n: z.number().int(),
    account_email: z.string(),
    provider: z.enum(['gemini', 'vertex', 'anthropic', 'openai']),
    mapped_model: z.string(),
    started_ms: z.number().int(),
    first_byte_ms: count,
    first_content_ms: count,
    ended_ms: z.number().int(),
    status: count,
    result: z.enum(['ok', 'failed', 'cancelled']),
    failure: z.string().nullable(),
    action: z.enum(['retry-same', 'retry-another', 'next-model', 'repair', 'give-up', '']),
    delay_ms: count,
    upstream_request_id: z.string().nullable(),
    input_tokens: count,
    output_tokens: count,
    why: z.string().nullable(),
    hedge: z.boolean(),
    resume: z.enum(['prefill', 'ask']).nullable(),
  })
  .openapi('Attempt');

const messageSchema = z.object({ headers: z.record(z.string(), z.string()), body: z.string() });
const lineSchema = z.object({ time: z.string(), level: z.string(), request: z.string(), msg: z.string() });

const stepSchema = z.object({
  what: z.enum(['queued', 'waiting', 'opened-early', 'passed-over', 'resumed', 'repaired']),
  ms: z.number().int(),
  for_ms: count,
  why: z.string().nullable(),
});
const changeSchema = z.object({
  n: z.number().int(),
  what: z.enum(['restored', 'degraded', 'repaired', 'resumed', 'translated']),
  path: z.string(),
  operation: z.enum(['set', 'remove', 'append', 'before', 'body']),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
const markSchema = z.object({ end: z.number().int(), ms: z.number().int() });

export const requestDetailSchema = requestRowSchema
  .omit({ attempts: true })
  .extend({
    attempts: z.array(attemptSchema).readonly(),
    request: messageSchema,
    response: messageSchema,
    log: z.array(lineSchema).readonly(),
    steps: z.array(stepSchema).readonly(),
    changes: z.array(changeSchema).readonly(),
    marks: z.array(markSchema).readonly(),
    raw: z.array(z.object({ n: z.number().int(), body: z.string(), marks: z.array(markSchema).readonly() })).readonly(),
    error: z.string().nullable(),
  })
  .openapi('RequestDetail');

export const requestPageSchema = z
  .object({ requests: z.array(requestRowSchema).readonly(), next_cursor: z.string().nullable() })
  .openapi('RequestPage');

export const idSchema = z.object({ id: z.string().max(TEXT_CHARS_MAX) });

/** What requests are listed, exported and deleted by. */
export const filterSchema = z.object({
  q: text.optional().openapi({ description: 'Text that occurs in the row or its attempts, letter case ignored' }),
  protocol: z.enum(PROTOCOLS).optional(),
  model: text.optional().openapi({ description: 'The model asked for, or the one it was mapped to' }),
  account: text.optional(),
  status: z
    .string()
    .regex(/^([1-5]\d\d|[1-5]xx)$/i, 'must be a status (404) or a class (4xx)')
    .transform(statusRange)
    .optional()
    .openapi({ type: 'string', description: 'A status (404) or a class (4xx)' }),
  outcome: z.enum(OUTCOMES).optional(),
  flag: z.enum(FLAGS).optional(),
  path: text.optional().openapi({ description: 'The whole path' }),
  conversation: text.optional(),
  since: moment('Inclusive: ISO 8601 or milliseconds since the epoch'),
  until: moment('Exclusive: ISO 8601 or milliseconds since the epoch'),
});

export const requestQuerySchema = filterSchema.extend({
  limit: z.coerce
    .number(LIMIT_FAULT)
    .int(LIMIT_FAULT)
    .min(1, LIMIT_FAULT)
    .max(LIMIT_MAX, LIMIT_FAULT)
    .default(LIMIT_DEFAULT),
  cursor: z.string().max(CURSOR_CHARS_MAX).optional().openapi({ description: '`next_cursor` of the page before' }),
});

export const EXPORT_FORMATS = ['har', 'jsonl', 'csv', 'lab'] as const;
export const exportQuerySchema = requestQuerySchema.omit({ limit: true, cursor: true }).extend({
  format: z.enum(EXPORT_FORMATS),
  id: text.optional().openapi({ description: 'Only this request; `lab` needs it' }),
});

/** What was not said, or said as nothing, is no filter. */
export function withoutAbsent<T extends object>(values: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== '')) as never;
}

export function moment(description: string) {
  return z
    .string()
    .max(TEXT_CHARS_MAX)
    .transform((value) => (/^\d+$/.test(value) ? Number(value) : Date.parse(value)))
    .refine((ms) => Number.isSafeInteger(ms), 'must be an ISO 8601 time or milliseconds since the epoch')
    .optional()
    .openapi({ type: 'string', description });
}

function statusRange(value: string): { from: number; to: number } {
  if (/^\d+$/.test(value)) return { from: Number(value), to: Number(value) };
  const from = Number(value[0]) * 100;
  return { from, to: from + 99 };
}
