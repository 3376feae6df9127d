import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FailureKind } from '../model/failure.ts';
import { CIRCUIT_OPEN_MS_MIN, CIRCUIT_RUN_MAX } from './circuit.ts';
import { COUNTS } from './circuit-counts.ts';
import { CIRCUITS_MAX, createCircuits } from './circuits.ts';
import { MODEL_CHARS_MAX } from './cooldowns.ts';
import { accountOf } from './pool.testing.ts';

const a = accountOf('a');
const b = accountOf('b');

describe('what speaks against what', () => {
  it('has a reason in each row', () => {
    for (const [kind, { why }] of Object.entries(COUNTS)) expect([kind, why.length > 20]).toEqual([kind, true]);
  });

  it('is stated in the document as the code has it', () => {
    const document = readFileSync(join(import.meta.dirname, '../../docs/HEALING.md'), 'utf8');
    const section = document.split(/^## /m).find((part) => part.startsWith('Circuit')) ?? '';
    const stated = section.split('\n').filter((line) => line.startsWith('| `'));
    const words = {
      account: 'the account',
      'account-model': 'the model of the account',
      'place-model': 'the model at its place',
    };
    const rows = Object.entries(COUNTS).map(
      ([kind, { against, why }]) =>
        `| \`${kind}\` | ${against.map((scope) => words[scope]).join(', ') || '–'} | ${why} |`,
    );
    expect(stated).toEqual(rows);
  });

  it('is never a fault of the request, a limit, or an empty answer', () => {
    const blameless = [
      ...['signature-refused', 'context-too-long', 'request-refused', 'rate-limited', 'quota-exhausted'],
      ...['capacity-limited', 'credential-refused', 'permission-refused', 'account-exhausted', 'model-unknown'],
      ...['model-unavailable', 'empty', 'malformed-answer', 'limit'],
    ] as FailureKind[];
    for (const kind of blameless) expect([kind, ill(kind)]).toEqual([kind, undefined]);
  });

  it.each(['server-error', 'overloaded', 'silent', 'ended', 'stream-error', 'garbage', 'cut', 'stalled'] as const)(
    '%s opens the circuit of the account’s model and leaves its other models alone',
    (kind) => {
      expect(ill(kind)).toMatchObject({ own: 'open', place: 'closed' });
      expect(ill(kind, 'n')).toBeUndefined();
    },
  );

  it('unreachable opens the circuit of the whole account', () => {
    expect(ill('unreachable', 'n')).toMatchObject({ own: 'open', place: 'closed' });
  });

  it('a place is ill for a model when two of its accounts fail, and another place is not', () => {
    const circuits = createCircuits();
    fail(circuits, a, 'server-error', 3);
    fail(circuits, b, 'server-error', 2);
    expect(circuits.view(accountOf('c'), 'm', 0)).toMatchObject({ own: 'closed', place: 'open' });
    expect(circuits.view(accountOf('c'), 'n', 0)).toBeUndefined();
    expect(circuits.view(accountOf('c', { baseUrl: 'https://example.com' }), 'm', 0)).toBeUndefined();
    expect(circuits.view(accountOf('c', { location: 'elsewhere' }), 'm', 0)).toBeUndefined();
    expect(circuits.view(accountOf('c', { provider: 'vertex' }), 'm', 0)).toBeUndefined();
  });
});

describe('probes', () => {
  it('are lent once for each circuit on the way, and come back with what the attempt says to each', () => {
    const circuits = createCircuits();
    fail(circuits, a, 'unreachable', CIRCUIT_RUN_MAX);
    fail(circuits, a, 'overloaded', CIRCUIT_RUN_MAX);
    const now = CIRCUIT_OPEN_MS_MIN;
    const probes = circuits.probe(a, 'm', now);
    expect(probes.size).toBe(2);
    expect(circuits.probe(a, 'm', now).size).toBe(0);
    circuits.learn(a, 'm', { result: { result: 'failed', kind: 'overloaded' }, begunAt: now, probes }, now);
    expect(circuits.of(a, now)).toMatchObject([
      { scope: 'account', state: 'half-open', probing: false },
      { scope: 'account-model', model: 'm', state: 'open', until: now + 2 * CIRCUIT_OPEN_MS_MIN },
    ]);
  });

  it('are not lent while nothing is due', () => {
    const circuits = createCircuits();
    expect(circuits.probe(a, 'm', 0).size).toBe(0);
    fail(circuits, a, 'overloaded', CIRCUIT_RUN_MAX);
    expect(circuits.probe(a, 'm', CIRCUIT_OPEN_MS_MIN - 1).size).toBe(0);
  });
});

describe('the number of circuits', () => {
  it('is limited: the one that was used least recently is forgotten', () => {
    const circuits = createCircuits();
    fail(circuits, a, 'overloaded', CIRCUIT_RUN_MAX);
    for (let n = 0; n < CIRCUITS_MAX; n += 1) fail(circuits, b, 'garbage', 1, `m${n}`);
    expect(circuits.view(a, 'm', 0)).toBeUndefined();
  });

  it('does not grow with names that are too long, nor with what says nothing', () => {
    const circuits = createCircuits();
    fail(circuits, a, 'overloaded', CIRCUIT_RUN_MAX, 'x'.repeat(MODEL_CHARS_MAX + 1));
    expect(circuits.of(a, 0)).toEqual([]);
    fail(circuits, a, 'overloaded', CIRCUIT_RUN_MAX);
    for (let n = 0; n < CIRCUITS_MAX; n += 1) fail(circuits, b, 'request-refused', 1, `m${n}`);
    expect(circuits.of(a, 0)).toHaveLength(1);
  });
});

function ill(kind: FailureKind, askedFor = 'm') {
  const circuits = createCircuits();
  fail(circuits, a, kind, 50);
  return circuits.view(a, askedFor, 0);
}

function fail(
  circuits: ReturnType<typeof createCircuits>,
  account: typeof a,
  kind: FailureKind,
  times: number,
  model = 'm',
) {
  for (let n = 0; n < times; n += 1) {
    circuits.learn(account, model, { result: { result: 'failed', kind }, begunAt: 0, probes: new Map() }, 0);
  }
}
