/**
 * An answer that somebody recorded, as a script states it: status, headers, bytes, and how the connection ended. It is given back as it was; a body
 * that is not whole must never end as if it were.
 */

import { z } from 'zod';
import { replayPlan } from './replay.ts';
import type { LabStep } from './step.ts';

const ENDINGS = ['end', 'close', 'reset', 'hang'] as const;

export const replySchema = z.strictObject({
  status: z.number().int().min(100).max(599).default(200),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().default(''),
  /** `base64` for bytes that are no text. */
  encoding: z.enum(['text', 'base64']).default('text'),
  /** Where the body was cut into chunks (offsets in bytes), and when each was written, in milliseconds from the request. */
  chunks: z.array(z.strictObject({ end: z.number().int().min(0), ms: z.number().min(0) })).default([]),
  ending: z.enum(ENDINGS).default('end'),
});
export type LabReply = z.output<typeof replySchema>;

const TYPE_FALLBACK = 'application/octet-stream';
/** A stream without recorded chunks is cut where its events end. */
const EVENT_END = /\r?\n\r?\n/g;

/** `paced`: with the pauses of the recording. */
export function planReply(reply: LabReply, paced: boolean): LabStep[] {
  const bytes = Buffer.from(reply.body, reply.encoding === 'base64' ? 'base64' : 'utf8');
  const { 'content-type': type = TYPE_FALLBACK, ...others } = lowerCase(reply.headers);
  const at = reply.chunks.length > 0 ? reply.chunks.map(({ end }) => end) : eventEnds(reply.body, type);
  const plan = replayPlan(bytes, type, { by: 'places', at }, reply.status);
  const steps = plan.flatMap((step): LabStep[] => {
    if (step.do === 'head') return [{ ...step, headers: { ...step.headers, ...others } }];
    return step.do === 'end' ? [endOf(reply)] : [step];
  });
  return paced ? withPauses(steps, reply) : steps;
}

function endOf({ ending }: LabReply): LabStep {
  return { do: ending };
}

/** Each chunk waits for its own moment; the head goes out with the first. */
function withPauses(steps: readonly LabStep[], { chunks }: LabReply): LabStep[] {
  const times = [...chunks].sort((left, right) => left.end - right.end);
  let end = 0;
  let passedMs = 0;
  const paced: LabStep[] = [];
  const pauseUntil = (ms: number): void => {
    if (ms > passedMs) paced.push({ do: 'wait', ms: ms - passedMs });
    passedMs = Math.max(passedMs, ms);
  };
  pauseUntil(times[0]?.ms ?? 0);
  for (const step of steps) {
    if (step.do === 'bytes') {
      end += step.bytes.length;
      pauseUntil(times.find((time) => time.end >= end)?.ms ?? passedMs);
    }
    paced.push(step);
  }
  return paced;
}

function eventEnds(body: string, type: string): number[] {
  if (!type.startsWith('text/event-stream')) return [];
  const ends: number[] = [];
  let bytes = 0;
  let from = 0;
  for (const match of body.matchAll(EVENT_END)) {
    const to = match.index + match[0].length;
    bytes += Buffer.byteLength(body.slice(from, to));
    from = to;
    ends.push(bytes);
  }
  return ends;
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
