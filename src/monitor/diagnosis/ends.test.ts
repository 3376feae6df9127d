/** Ends that the lab cannot make with one request: each is told by its own cause. */

import { describe, expect, it } from 'vitest';
import { diagnose } from './diagnose.ts';
import { recordFrom, startTime, type Told, type Tried } from './record.testing.ts';

const failed = (tried: readonly Tried[], more: Partial<Told> = {}): Told => ({ tried, outcome: 'failed', ...more });
const refused = (status: number, error: string): Told => ({ outcome: 'failed', status, error });
const giveUp = (why: string): Tried['decision'] => ({ action: 'give-up', why });
const unreachable = (detail: string): Told => failed([{ kind: 'unreachable', detail: `host: ${detail}` }]);
const silent: Tried = { kind: 'silent', reach: 'unanswered', detail: 'the deadline passed' };

const ends: readonly (readonly [cause: string, verdict: string, told: Told])[] = [
  ['internal', 'act', refused(500, 'the gateway failed; this is a fault of its own')],
  ['shutting-down', 'wait', refused(503, 'the gateway is shutting down; ask again')],
  ['client-key', 'act', refused(401, 'a valid key of this gateway is needed')],
  ['host-refused', 'act', refused(421, 'this gateway does not answer for the host evil.example')],
  ['wrong-path', 'act', refused(404, 'there is nothing at POST /v2')],
  ['key-reused', 'act', refused(422, 'this Idempotency-Key was used for a different request')],
  ['body-not-json', 'act', refused(400, 'the body is nested deeper than 200 levels')],
  ['all-resting', 'wait', refused(429, 'every account that can serve m is resting (rate-limited: slow down)')],
  ['resting-refused', 'act', refused(429, 'every account that can serve m is resting (credential-refused: no)')],
  ['all-resting', 'wait', refused(429, 'every account that can serve m is resting for 90 s (rate-limited: no)')],
  [
    'resting-refused',
    'act',
    refused(429, 'every account that can serve m is resting for 9 s (credential-refused: no)'),
  ],
  ['private-address', 'act', unreachable('a loopback or private address; set allow_private: true for this account')],
  ['proxy-refused', 'act', unreachable('the proxy refused the connection (UND_ERR_PRX)')],
  ['name-unknown', 'act', unreachable('the name could not be resolved (ENOTFOUND)')],
  ['unreachable', 'wait', unreachable('the connection broke before an answer (ECONNRESET)')],
  ['signature-after-repair', 'act', failed([{ kind: 'signature-refused', status: 400 }], { flags: ['repaired'] })],
  ['signature-refused', 'act', failed([{ kind: 'signature-refused', status: 400 }])],
  ['deadline', 'wait', failed([silent])],
  ['deadline', 'wait', failed([{ kind: 'server-error', status: 500, decision: giveUp('the deadline has passed') }])],
  [
    'rate-limited',
    'wait',
    failed([{ kind: 'rate-limited', status: 429, decision: giveUp('the deadline would pass during the wait') }]),
  ],
  [
    'budget',
    'wait',
    failed([
      {
        kind: 'server-error',
        status: 500,
        decision: giveUp('too many requests for this model fail at once: retries would only add to the outage'),
      },
    ]),
  ],
  ['interrupted', 'wait', failed([{ kind: 'stalled', reach: 'committed' }], { flags: ['interrupted'], status: 200 })],
  ['max-tokens-empty', 'act', { stopReason: 'MAX_TOKENS' }],
  ['max-tokens', 'fine', { tried: [{}], stopReason: 'max_tokens' }],
  ['refusal', 'act', { stopReason: 'PROHIBITED_CONTENT' }],
  ['no-content', 'act', { stopReason: 'pause_turn' }],
  ['queued', 'fine', { tried: [{}], facts: [{ fact: 'queued', id: 'r', ms: 1, forMs: 900, why: 'rests' }] }],
  ['cancelled-answering', 'fine', { tried: [{}], outcome: 'cancelled', ms: 30_100 }],
  ['ended-without-failure', 'act', { ...failed([{}]), error: 'nobody knows' }],
];

describe('an end', () => {
  it.each(ends)('is told as %s: %s', (cause, verdict, told) => {
    const found = diagnose(recordFrom(told), 'en', startTime + 5_000);
    expect({ cause: found.cause, verdict: found.verdict }).toEqual({ cause, verdict });
    expect(found.advice.length).toBeGreaterThan(0);
    expect([found.summary, ...found.advice].join(' ')).not.toMatch(/[{}]|undefined|null/);
  });

  it('of a slow attempt beside a quicker one is no failure', () => {
    const record = recordFrom({
      tried: [{ kind: 'cut', reach: 'streaming', detail: 'another attempt was quicker' }, {}],
    });
    const attempts = record.attempts.map((attempt, at) => ({ ...attempt, hedge: at === 1 }));
    const { cause, verdict, evidence } = diagnose({ ...record, attempts }, 'en', startTime);
    expect({ cause, verdict }).toEqual({ cause: 'hedged', verdict: 'fine' });
    expect(evidence[1]).toBe('attempt 1: ada@example.com was left after 900 ms');
  });

  it('that no retry preceded says so, and one inside an open stream says how it was told', () => {
    const tried: Tried[] = [{ kind: 'server-error', status: 500 }];
    const summaryOf = (status: number) => diagnose(recordFrom(failed(tried, { status })), 'en', startTime).summary;
    expect(summaryOf(500)).toContain('did not ask again');
    expect(summaryOf(200)).toContain('error event');
  });
});
