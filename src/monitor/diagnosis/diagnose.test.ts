import { describe, expect, it } from 'vitest';
import { problemOf } from '../../healing/answer.ts';
import { noteFailure, startCourse } from '../../healing/course.ts';
import { RULES } from '../../healing/rules.ts';
import type { FailureKind } from '../../model/failure.ts';
import type { ClientRequest } from '../../model/request.ts';
import { LANGUAGES } from '../views.ts';
import { CAUSES } from './causes.ts';
import { diagnose } from './diagnose.ts';
import { recordFrom, startTime, type Told } from './record.testing.ts';

const kinds = Object.keys(RULES) as FailureKind[];
const later = startTime + 5_000;
const explain = (told: Told, now = later) => diagnose(recordFrom(told), 'en', now);
const whole = { account: 'bob@example.com' };
const giveUp = { action: 'give-up', why: 'all 3 attempts are used' } as const;

describe('the table of causes', () => {
  it.each(kinds)(
    'tells of %s when it was healed, when all attempts failed, and when it was not asked again',
    (kind) => {
      const failed = { kind, status: 500, decision: giveUp };
      const endings: Told[] = [
        { tried: [failed, whole], outcome: 'healed', flags: ['retried'] },
        { tried: [failed, failed], outcome: 'failed' },
        { tried: [failed], outcome: 'failed' },
      ];
      const told = endings.map((each) => explain(each));
      expect(told[0]?.verdict).toBe('healed');
      expect(['wait', 'act']).toContain(told[1]?.verdict);
      expect(new Set(told.map(({ summary }) => summary)).size).toBe(3);
      expect(new Set(told.map(({ cause }) => cause)).size).toBe(1);
      const row = CAUSES.find(({ cause }) => cause === told[1]?.cause);
      expect(row?.kind).toBe(kind);
      for (const { advice, summary } of told) {
        expect(advice.length).toBeGreaterThan(0);
        expect(summary).not.toMatch(/[{}]|undefined|null/);
      }
    },
  );

  it('names each cause once and gives each a reason', () => {
    const names = CAUSES.map(({ cause }) => cause);
    expect(names).toEqual([...new Set(names)]);
    for (const { why } of CAUSES) expect(why.length).toBeGreaterThan(10);
  });

  it('promises no waiting without a time', () => {
    for (const cause of CAUSES) {
      if (cause.verdict !== 'wait') continue;
      expect(cause.usualMs, cause.cause).toBeGreaterThan(0);
      const timed = cause.advice.flat().filter((name) => /^(wait-usual|after-restart)$/.test(name));
      expect(timed, cause.cause).not.toEqual([]);
    }
  });

  it('chooses the failure that the caller is told of', () => {
    const request = { model: 'm', protocol: 'anthropic' } as ClientRequest;
    const messageOf = (...failures: FailureKind[]): string => {
      const course = startCourse(request, ['m'], undefined);
      for (const kind of failures) {
        const failure = { kind, reach: 'refused', status: 500, detail: kind } as const;
        noteFailure(course, failure, { email: 'ada@example.com', provider: 'anthropic' });
      }
      return problemOf(course).message;
    };
    for (const first of kinds) {
      for (const second of kinds) {
        if (first === 'empty' && second === 'empty') continue;
        const tried = [first, second].map((kind) => ({ kind, status: 500, detail: kind }));
        const { cause } = explain({ tried, outcome: 'failed' });
        const chosen = CAUSES.find((row) => row.cause === cause)?.kind;
        expect(chosen && messageOf(chosen), `${first}, ${second}`).toBe(messageOf(first, second));
      }
    }
  });
});

describe('a diagnosis', () => {
  it('says how long to wait, from the record’s own time, and that it is over once it is', () => {
    const cooldown = { scope: 'model', ms: 90_000, told: true, reason: 'rate-limited' } as const;
    const tried = [{ kind: 'rate-limited' as const, status: 429, decision: { ...giveUp, cooldown } }];
    const told: Told = { tried, outcome: 'failed', status: 429 };
    const until = explain(told, startTime + 900 + 30_000);
    expect(until.verdict).toBe('wait');
    expect(until.advice[0]).toMatch(/^Wait 1 minute, until 03:05:35 UTC/);
    expect(explain(told, startTime + 900 + 150_000).advice[0]).toMatch(/over 1 minute ago: ask again now/);
  });

  it('waits for the first account that returns', () => {
    const decision = (ms: number) => ({
      ...giveUp,
      cooldown: { scope: 'model', ms, told: true, reason: 'limited' } as const,
    });
    const tried = [
      { kind: 'rate-limited' as const, status: 429, decision: decision(600_000) },
      { kind: 'rate-limited' as const, status: 429, account: 'bob@example.com', decision: decision(60_000) },
    ];
    expect(explain({ tried, outcome: 'failed' }, startTime + 1_900).advice[0]).toMatch(/^Wait 1 minute,/);
  });

  it.each([
    ['anthropic', 'console.anthropic.com/settings/keys', 'API key'],
    ['gemini', 'aistudio.google.com/apikey', 'API key'],
    ['vertex', 'console.cloud.google.com/iam-admin/serviceaccounts', 'service account key or login'],
    ['openai', 'platform.openai.com/api-keys', 'API key'],
  ] as const)('names the account of %s whose key is to be renewed, and where', (provider, place, credential) => {
    const tried = [{ kind: 'credential-refused' as const, status: 401, provider, detail: 'invalid x-api-key' }];
    const { verdict, stage, advice } = explain({ tried, outcome: 'failed' });
    expect({ verdict, stage }).toEqual({ verdict: 'act', stage: 'account' });
    expect(advice[0]).toContain('ada@example.com');
    expect(advice[0]).toContain(place);
    expect(advice[0]).toContain(credential);
    expect(advice.some((sentence) => sentence.includes('speaks like OpenAI'))).toBe(provider === 'openai');
  });

  it('tells of a key to be renewed even when another account gave the answer', () => {
    const { verdict, advice } = explain({
      tried: [{ kind: 'credential-refused', status: 401 }, whole],
      outcome: 'healed',
      flags: ['retried', 'rotated'],
    });
    expect(verdict).toBe('healed');
    expect(advice[0]).toContain('console.anthropic.com');
  });

  it('names every account whose key is to be renewed, in the summary and in the advice, each with its own console', () => {
    const { summary, advice } = explain({
      tried: [
        { kind: 'credential-refused', status: 401 },
        { kind: 'credential-refused', status: 401, account: 'carl@example.com', provider: 'gemini' },
        { kind: 'credential-refused', status: 401, account: 'bob@example.com' },
      ],
      outcome: 'failed',
    });
    expect(summary).toContain('Anthropic refused the credential of ada@example.com and bob@example.com.');
    const about = (account: string): string[] => advice.filter((sentence) => sentence.includes(account));
    expect(about('ada@example.com')[0]).toContain('console.anthropic.com/settings/keys');
    expect(about('bob@example.com')[0]).toContain('console.anthropic.com/settings/keys');
    expect(about('carl@example.com')[0]).toContain('aistudio.google.com/apikey');
    for (const account of ['ada', 'bob', 'carl']) expect(about(`${account}@example.com`).at(-1)).toMatch(/Reset/);
    expect(advice.filter((sentence) => sentence.includes('Reset'))).toHaveLength(2);
    expect(advice.find((sentence) => sentence.includes('Reset'))).toContain('ada@example.com and bob@example.com');
  });

  it('says what is to be done about each account, where one was refused for its key and another for its credit', () => {
    const { advice } = explain({
      tried: [
        { kind: 'credential-refused', status: 401 },
        { kind: 'account-exhausted', status: 402, account: 'bob@example.com' },
      ],
      outcome: 'failed',
    });
    expect(advice.join('\n')).toMatch(/credit .*bob@example\.com/);
    expect(advice.join('\n')).toMatch(/new API key for ada@example\.com/);
  });

  it('does not say that nothing is to be done when one account failed by chance and another has a wrong key', () => {
    for (const flags of [['retried'], ['retried', 'fallback'], ['resumed']] as const) {
      const { verdict, advice } = explain({
        tried: [
          { kind: 'credential-refused', status: 401 },
          { kind: 'overloaded', status: 529, account: 'carl@x' },
          whole,
        ],
        outcome: 'healed',
        flags: [...flags],
      });
      expect(verdict).toBe('healed');
      expect(advice).toHaveLength(1);
      expect(advice[0]).toMatch(/new API key for ada@example\.com/);
    }
  });

  it('tells of a few accounts when many were refused', () => {
    const tried = Array.from({ length: 30 }, (_, at) => ({
      kind: 'credential-refused' as const,
      status: 401,
      account: `account-${at}@example.com`,
    }));
    const { summary, advice } = explain({ tried, outcome: 'failed' });
    expect(advice.length).toBeLessThan(7);
    expect(summary.length).toBeLessThan(400);
  });

  it('tells the true time when every account rests for longer than a caller is told to wait', () => {
    const error = 'every account that can serve m is resting for 24451 s (quota-exhausted: the daily quota is used up)';
    const told: Told = { outcome: 'failed', status: 429, error, ms: 0 };
    const { cause, verdict, advice } = explain(told, startTime);
    expect({ cause, verdict }).toEqual({ cause: 'all-resting', verdict: 'wait' });
    expect(advice[0]).toMatch(/^Wait 6 hours, 47 minutes, until 09:51:36 UTC/);
  });

  it('names the API to enable and the project that Google named', () => {
    const detail =
      'Vertex AI API has not been used in project lab-1234 before or it is disabled. Enable it by visiting the console.';
    const tried = [{ kind: 'permission-refused' as const, status: 403, provider: 'vertex' as const, detail }];
    const { cause, advice } = explain({ tried, outcome: 'failed' });
    expect(cause).toBe('service-disabled');
    expect(advice[0]).toContain('“Vertex AI API” in the Google Cloud project of ada@example.com (lab-1234)');
    expect(advice[0]).toContain('apis/library/aiplatform.googleapis.com?project=lab-1234');
  });

  it('shows what a reader of the lesson would look up: path, account, mapped model, the attempts with their lines of the log', () => {
    const { evidence } = explain({
      tried: [
        {
          kind: 'ended',
          reach: 'streaming',
          decision: { action: 'retry', why: 'it said nothing', afterMs: 0, backoff: 'none', account: 'another' },
        },
        whole,
      ],
      outcome: 'healed',
      flags: ['zero_token', 'retried', 'rotated'],
    });
    expect(evidence).toEqual(
      [
        'path /v1/messages (anthropic): account bob@example.com, model claude-sonnet-4-5 → claude-sonnet-4-5, status 200, 3 seconds',
        'attempt 1: ada@example.com answered 200 and ended without content after 900 ms (log: Stream ended during peek (Empty Response), retrying...)',
        'after attempt 1: another account, because “it said nothing”',
        'attempt 2: bob@example.com answered , first content after 200 ms, whole after 900 ms',
      ].map((line) => line.replace('answered ,', 'answered 200,')),
    );
  });

  it('cuts what an upstream said, and keeps it on one line', () => {
    const tried = [{ kind: 'request-refused' as const, status: 400, detail: `bad\n${'x'.repeat(5_000)}` }];
    const { evidence, advice } = explain({ tried, outcome: 'failed' });
    for (const sentence of [...evidence, ...advice]) {
      expect(sentence.length).toBeLessThan(500);
      expect(sentence).not.toContain('\n');
    }
  });

  it('takes a leaving after a round number of seconds for the client’s own timeout', () => {
    const causeAfter = (ms: number) => explain({ outcome: 'cancelled', status: 499, ms }).cause;
    expect(causeAfter(60_050)).toBe('cancelled-at-timeout');
    expect(causeAfter(71_000)).toBe('cancelled-waiting');
    expect(causeAfter(59_000)).toBe('cancelled-waiting');
  });

  it('blames no timeout for a client that a person stopped, and names the time for one that stopped by itself', () => {
    const { advice } = explain({ outcome: 'cancelled', status: 499, ms: 221 });
    expect(advice).toEqual([
      'If nobody stopped it by hand, the timeout of the client did: raise it above 221 ms (API_TIMEOUT_MS in Claude Code, `timeout` in the SDKs).',
    ]);
  });

  it('promises no other account where there is none', () => {
    const tried = [{ kind: 'ended' as const, reach: 'streaming' as const, decision: giveUp }];
    expect(explain({ tried, outcome: 'failed' }).advice[0]).toBe(
      'Ask again now; where there is another account, the new request begins with it.',
    );
  });

  it('sends nobody to look for an answer that is not kept', () => {
    const { advice } = explain({ tried: [{ kind: 'garbage', reach: 'streaming' }], outcome: 'failed' });
    expect(advice[0]).toMatch(/proxy or a login page .* raw bytes/);
  });

  it('tells in every language of every kind of failure, in different words', () => {
    for (const kind of kinds) {
      const record = recordFrom({ tried: [{ kind, status: 500 }], outcome: 'failed' });
      const summaries = LANGUAGES.map((language) => diagnose(record, language, later).summary);
      expect(new Set(summaries).size).toBe(LANGUAGES.length);
    }
  });
});
