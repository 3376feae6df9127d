import { describe, expect, it } from 'vitest';
import { readScript } from '../../lab/script.ts';
import type { FailureKind } from '../../model/failure.ts';
import { labScript } from './lab-script.ts';
import { testAttempt, testRecord } from './record.testing.ts';

const scriptOf = (text: string) => {
  const read = readScript(text);
  if ('problems' in read) throw new Error(read.problems.join('; '));
  return read.script;
};
const KINDS: readonly FailureKind[] = [
  ...([
    'signature-refused',
    'context-too-long',
    'request-refused',
    'credential-refused',
    'permission-refused',
  ] as const),
  ...(['account-exhausted', 'model-unknown', 'model-unavailable', 'rate-limited', 'quota-exhausted'] as const),
  ...(['capacity-limited', 'server-error', 'overloaded', 'silent', 'unreachable', 'ended', 'empty'] as const),
  ...(['stream-error', 'garbage', 'malformed-answer', 'cut', 'stalled', 'contradiction', 'limit'] as const),
];

describe('a lab script of one request', () => {
  it.each(KINDS)('is one that the lab reads when an attempt failed as %s, and says what is rebuilt', (kind) => {
    for (const provider of ['anthropic', 'gemini', 'vertex', 'openai'] as const) {
      const failed = testAttempt({ provider, result: 'failed', failure: `${kind}: its detail`, status: null });
      const text = labScript(testRecord({}, { attempts: [failed] }));
      expect(scriptOf(text).requests).toHaveLength(1);
      expect(text).toMatch(/^# .*its detail.* Rebuilt as ".+"\. Not known: .+\.$/m);
    }
  });

  it('gives the attempts for a model in their order, whoever was asked, and lets the last repeat', () => {
    const fails = (n: number, more = {}) =>
      testAttempt({ n, result: 'failed', failure: 'overloaded: busy', status: 529, first_byte_ms: null, ...more });
    const attempts = [
      fails(1),
      fails(2, { account_email: 'bob' }),
      testAttempt({ n: 3 }),
      fails(4, { mapped_model: 'b' }),
    ];
    const { requests } = scriptOf(labScript(testRecord({}, { attempts })));
    expect(requests.map(({ match, weather }) => [match.model, match.order, weather?.name])).toEqual([
      ['claude-haiku-4-5', 0, '529'],
      ['claude-haiku-4-5', 1, '529'],
      ['claude-haiku-4-5', undefined, 'clear'],
      ['b', undefined, '529'],
    ]);
  });

  it('replays captured bytes as they were, with their times from the start of the attempt', () => {
    const body = 'event: a\r\ndata: "=- #: é\ttail "\n\n';
    const raw = [{ n: 1, body, marks: [{ end: 5, ms: 11 }] }];
    const attempts = [testAttempt({ result: 'failed', failure: 'cut: it broke off' })];
    const text = labScript(testRecord({}, { attempts, raw }));
    const [rule] = scriptOf(text).requests;
    expect(rule?.reply).toEqual({
      status: 200,
      headers: { 'content-type': 'text/event-stream' },
      body,
      encoding: 'text',
      chunks: [{ end: 5, ms: 10 }],
      ending: 'close',
    });
    expect(text).toContain('Exact: status and body.');
  });

  it('gives a stream with an error inside its 200, whatever status the error names, and a refusal its own', () => {
    const error = { result: 'failed', failure: 'overloaded: busy', status: 529 } as const;
    const replyTo = (attempt: ReturnType<typeof testAttempt>, body: string) => {
      const raw = [{ n: 1, body, marks: [] }];
      return scriptOf(labScript(testRecord({}, { attempts: [attempt], raw }))).requests[0]?.reply;
    };
    const inBand = replyTo(testAttempt(error), 'event: error\ndata: {}\n\n');
    expect(inBand).toMatchObject({ status: 200, headers: { 'content-type': 'text/event-stream' } });
    const refused = replyTo(testAttempt({ ...error, first_byte_ms: null }), '{"type":"error"}');
    expect(refused).toMatchObject({ status: 529, headers: { 'content-type': 'application/json' } });
    const rebuilt = (first_byte_ms: number | null) =>
      scriptOf(labScript(testRecord({}, { attempts: [testAttempt({ ...error, first_byte_ms })] }))).requests[0]
        ?.weather;
    expect([rebuilt(5)?.name, rebuilt(null)?.name]).toEqual(['in-band-error', '529']);
  });

  it('breaks off where captured bytes are missing', () => {
    const raw = [{ n: 1, body: 'begin\n[… 9 bytes not kept …]\nend', marks: [] }];
    const text = labScript(testRecord({}, { raw }));
    expect(scriptOf(text).requests[0]?.reply).toMatchObject({ body: 'begin', ending: 'close' });
    expect(text).toContain('9 bytes');
  });

  it('lets no word of an upstream leave its comment or become a key', () => {
    const evil = 'overloaded: x\ndefault: "401"\u2028seed: 9\r\u001b[2J';
    const attempts = [testAttempt({ failure: evil, mapped_model: 'm: *\n- {a' })];
    const script = scriptOf(labScript(testRecord({ id: 'a\nseed: 7' }, { attempts })));
    expect(script).toMatchObject({ seed: 1, default: { name: 'clear' } });
    expect(script.requests[0]?.match.model).toBe('m: *\n- {a');
  });

  it('says so when no upstream was asked', () => {
    const text = labScript(testRecord({}, { attempts: [] }));
    expect(text).toContain('nothing to replay');
    expect(scriptOf(text).requests).toEqual([]);
  });
});
