import { describe, expect, it } from 'vitest';
import type { Fact } from '../../../../src/model/journal.ts';
import { phrases } from '../../../../src/telemetry/phrases.ts';
import { LOG_KEYWORDS, logPieces } from './log-words.ts';

type Failure = NonNullable<Extract<Fact, { fact: 'attempt-ended' }>['failure']>;
const attemptEnded = (kind: Failure['kind'], reach: Failure['reach'], account: 'same' | 'another'): Fact => ({
  fact: 'attempt-ended',
  id: 'x',
  n: 1,
  ms: 5,
  result: 'failed',
  usage: {},
  failure: { kind, reach, detail: 'so' },
  decision: { action: 'retry', why: 'so', afterMs: 0, backoff: 'none', account, remedy: 'signature-repair' },
});
const waiting = (backoff: 'fixed' | 'linear' | 'exponential'): Fact => ({
  fact: 'waiting',
  id: 'x',
  ms: 1,
  forMs: 5,
  backoff,
  why: 'so',
});
const resumed: Fact = { fact: 'resumed', id: 'x', n: 2, ms: 1, account: 'a', mappedModel: 'm', shownCharacters: 3 };
const facts: Fact[] = [
  attemptEnded('empty', 'streaming', 'same'),
  attemptEnded('ended', 'streaming', 'another'),
  attemptEnded('silent', 'unanswered', 'same'),
  attemptEnded('stream-error', 'streaming', 'same'),
  attemptEnded('signature-refused', 'refused', 'same'),
  attemptEnded('cut', 'committed', 'same'),
  waiting('fixed'),
  waiting('linear'),
  waiting('exponential'),
  resumed,
];

describe('the keywords of the log', () => {
  it('are those that the log writes', () => {
    const said = facts.flatMap((fact) =>
      (['anthropic', 'gemini'] as const).flatMap((dialect) => phrases(fact, dialect)),
    );
    const shown = new Set(
      said.flatMap(({ msg }) => logPieces(msg).filter((piece) => piece.isKeyword)).map(({ text }) => text),
    );
    expect([...shown].sort()).toEqual([...LOG_KEYWORDS].sort());
  });
  it('are found wherever they stand, and nothing of the line is lost', () => {
    const message = 'a [Gemini] Stream error during peek: b, Rotating account: c';
    expect(logPieces(message).filter((piece) => piece.isKeyword)).toHaveLength(2);
    expect(
      logPieces(message)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(message);
    expect(logPieces('nothing here')).toEqual([{ text: 'nothing here', isKeyword: false }]);
    expect(logPieces('')).toEqual([]);
  });
});
