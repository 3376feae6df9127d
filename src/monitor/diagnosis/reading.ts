/**
 * Reads a request's record into what a cause is recognised by: which attempt tells why it went as it did, what was decided, and when whoever rests
 * comes back. Pure; it looks at the record alone and changes no word of it.
 */

import type { FailureKind } from '../../model/failure.ts';
import { overcomeKinds, tellingOrder } from '../../model/telling.ts';
import type { AttemptRow, RequestRecord } from '../rows.ts';

export interface FailedRow {
  readonly attempt: AttemptRow;
  readonly kind: FailureKind;
  /** The upstream's words, or the gateway's own. */
  readonly detail: string;
}

export interface Reading {
  readonly record: RequestRecord;
  readonly failed: readonly FailedRow[];
  /** The failure that the request's end, or its healing, is told by. */
  readonly telling: FailedRow | undefined;
  /** The gateway's own sentence for the caller; empty when it was told of no error. */
  readonly error: string;
  /** What the caller really read: often the upstream's own words, passed on as they are. */
  readonly told: string;
  /** Why the last attempt was not followed by another; empty when it was no failure. */
  readonly gaveUp: string;
  /** When the first account that was told to rest may be asked again, in milliseconds since the epoch. */
  readonly backAt: number | undefined;
  readonly endedAt: number;
}

export function readRecord(record: RequestRecord): Reading {
  const { row, attempts } = record;
  const failed = attempts.flatMap((attempt) => failedRow(attempt));
  const endedAt = Date.parse(row.time) + row.duration_ms;
  return {
    record,
    failed,
    telling: row.outcome === 'healed' ? failed.at(-1) : mostTelling(failed, row.flags.includes('interrupted')),
    error: errorOf(record),
    told: messageIn(record) ?? errorOf(record),
    gaveUp: gaveUpWhy(record),
    backAt: firstBack(record) ?? toldByError(record, endedAt) ?? toldByHeader(record, endedAt),
    endedAt,
  };
}

/** Of two attempts beside each other one is given up without a fault. */
const LOST_RACE = 'another attempt was quicker';

function failedRow(attempt: AttemptRow): FailedRow[] {
  const said = attempt.failure ?? '';
  const colon = said.indexOf(':');
  if (colon === -1 || said.endsWith(LOST_RACE)) return [];
  return [{ attempt, kind: said.slice(0, colon) as FailureKind, detail: said.slice(colon + 1).trim() }];
}

/** `interrupted`: content had been shown, so what broke it off is the cause, whatever was tried after it. */
export function mostTelling(failed: readonly FailedRow[], interrupted: boolean): FailedRow | undefined {
  const last = failed.at(-1);
  if (last === undefined) return undefined;
  const broken = failed.findLast(({ attempt }) => attempt.first_content_ms !== null);
  if (interrupted && broken !== undefined) return broken;
  const rank = ({ kind }: FailedRow): number => tellingOrder.indexOf(kind);
  return failed.reduce((best, next) => {
    const isOvercome = best !== last && overcomeKinds.has(best.kind);
    return isOvercome || rank(next) <= rank(best) ? next : best;
  });
}

function errorOf(record: RequestRecord): string {
  const { error, row, log } = record;
  if (error !== null && error !== '') return error;
  if (row.outcome !== 'failed') return '';
  return /, error (.+)$/.exec(log.at(-1)?.msg ?? '')?.[1] ?? messageIn(record) ?? '';
}

/** The last message of an error document or event, without the command that the gateway put behind it. */
function messageIn({ response, row }: RequestRecord): string | undefined {
  if (row.outcome !== 'failed') return undefined;
  const last = [...response.body.matchAll(/"message"\s*:\s*("(?:[^"\\]|\\.)*")/g)].at(-1)?.[1];
  return last === undefined ? undefined : unquoted(last).replace(/ - explain it: .*$/, '');
}

function unquoted(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}

function gaveUpWhy({ attempts, log, row }: RequestRecord): string {
  if (row.outcome !== 'failed') return '';
  const last = attempts.at(-1);
  if (last?.why !== null && last?.why !== undefined) return last.why;
  return /^Giving up: (.+)$/.exec(log.findLast(({ msg }) => msg.startsWith('Giving up: '))?.msg ?? '')?.[1] ?? '';
}

/** As the log tells it: an account, how long, for which models. */
const REST = /^Account (\S+) rests ([\d.]+)(ms|s) for (?:this|every) model/;

/** A guess of the gateway counts as well: until then it prefers other accounts. */
function firstBack({ log }: RequestRecord): number | undefined {
  const backs = new Map<string, number>();
  for (const { time, msg } of log) {
    const rest = REST.exec(msg);
    if (rest === null) continue;
    const forMs = Number(rest[2]) * (rest[3] === 's' ? 1000 : 1);
    backs.set(rest[1] ?? '', Date.parse(time) + forMs);
  }
  return backs.size === 0 ? undefined : Math.min(...backs.values());
}

/** Of accounts that were resting already: the sentence has the whole time, the header at most what a client may be told. */
function toldByError(record: RequestRecord, endedAt: number): number | undefined {
  const seconds = /\bis resting for (\d{1,9}) s \(/.exec(errorOf(record))?.[1];
  return seconds === undefined ? undefined : endedAt + Number(seconds) * 1000;
}

function toldByHeader({ response }: RequestRecord, endedAt: number): number | undefined {
  const header = Object.entries(response.headers).find(([name]) => name.toLowerCase() === 'retry-after')?.[1];
  return header !== undefined && /^\d{1,9}$/.test(header) ? endedAt + Number(header) * 1000 : undefined;
}
