import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CIRCUIT_ATTEMPTS_MIN,
  CIRCUIT_OPEN_MS_MAX,
  CIRCUIT_OPEN_MS_MIN,
  CIRCUIT_RUN_MAX,
  CIRCUIT_WINDOW_MS,
  type Circuit,
  closedCircuit,
  gateOf,
  learn,
  lendProbe,
  phaseOf,
} from './circuit.ts';

const start = 1_000_000;

describe('a closed circuit', () => {
  it('opens at the fifth failure in a row, and not before', () => {
    const almost = failures(closedCircuit(), CIRCUIT_RUN_MAX - 1, start);
    expect(phaseOf(almost, start)).toBe('closed');
    expect(failures(almost, 1, start)).toMatchObject({
      state: 'open',
      since: start,
      until: start + CIRCUIT_OPEN_MS_MIN,
      why: '5 failures in a row, the last: overloaded',
    });
  });

  it('begins to count anew after a success', () => {
    const circuit = ok(failures(closedCircuit(), CIRCUIT_RUN_MAX - 1, start), start);
    expect(phaseOf(failures(circuit, CIRCUIT_RUN_MAX - 1, start), start)).toBe('closed');
  });

  it('does not take the end of an answer that began before the failures for a success', () => {
    const failing = failures(closedCircuit(), CIRCUIT_RUN_MAX - 1, start);
    expect(phaseOf(failures(ok(failing, start, start - 1), 1, start), start)).toBe('open');
  });

  it('does not count what says nothing', () => {
    const failing = failures(closedCircuit(), CIRCUIT_RUN_MAX - 1, start);
    expect(learn(failing, { result: 'nothing', begunAt: start }, start)).toEqual(failing);
  });

  it('opens when half of at least ten attempts of the last minute failed', () => {
    let circuit = closedCircuit();
    for (let n = 0; n < CIRCUIT_ATTEMPTS_MIN / 2 - 1; n += 1) circuit = failures(ok(circuit, start), 1, start);
    expect(phaseOf(failures(circuit, 1, start), start)).toBe('closed');
    expect(failures(ok(circuit, start), 1, start)).toMatchObject({
      state: 'open',
      why: '5 of 10 attempts failed lately, the last: overloaded',
    });
  });

  it('stays closed while fewer than half fail', () => {
    let circuit = closedCircuit();
    for (let n = 0; n < 100; n += 1) circuit = failures(ok(ok(circuit, start + n), start + n), 1, start + n);
    expect(phaseOf(circuit, start + 100)).toBe('closed');
  });

  it('forgets attempts of more than a minute ago', () => {
    let circuit = closedCircuit();
    for (let n = 0; n < 4; n += 1) circuit = failures(ok(circuit, start), 1, start);
    const later = start + CIRCUIT_WINDOW_MS;
    expect(phaseOf(failures(ok(circuit, later), 1, later), later)).toBe('closed');
    expect(phaseOf(failures(ok(circuit, start), 1, start), start)).toBe('open');
  });

  it('that several accounts share needs failures of two', () => {
    const one = failures(closedCircuit(), 20, start, 'a', 2);
    expect(phaseOf(one, start)).toBe('closed');
    expect(phaseOf(failures(one, 1, start, 'b', 2), start)).toBe('open');
  });
});

describe('an open circuit', () => {
  const open = failures(closedCircuit(), CIRCUIT_RUN_MAX, start);
  const due = start + CIRCUIT_OPEN_MS_MIN;

  it('is half-open after five seconds, and then waits for one probe', () => {
    expect(gateOf(open, due - 1)).toBe('open');
    expect(gateOf(open, due)).toBe('due');
    expect(gateOf(lendProbe(open, 1), due)).toBe('open');
  });

  it('closes when the probe succeeds, and has forgotten everything', () => {
    const closed = learn(lendProbe(open, 1), { result: 'ok', begunAt: due, probe: 1 }, due + 10);
    expect(closed).toEqual({ state: 'closed', since: due + 10, steps: [] });
    expect(phaseOf(failures(closed, CIRCUIT_RUN_MAX - 1, due + 11), due + 11)).toBe('closed');
  });

  it('opens for twice as long with each probe that fails, up to twenty seconds, and says since when it is ill', () => {
    let circuit = open;
    const times: number[] = [];
    for (let probe = 1; probe <= 4; probe += 1) {
      if (circuit.state === 'closed') throw new Error('closed');
      const at = circuit.until;
      circuit = learn(lendProbe(circuit, probe), { ...failure('a', at), probe }, at);
      if (circuit.state === 'open') times.push(circuit.until - at);
    }
    expect(times).toEqual([10_000, 20_000, CIRCUIT_OPEN_MS_MAX, CIRCUIT_OPEN_MS_MAX]);
    expect(circuit).toMatchObject({ since: start, why: 'a probe failed: overloaded' });
    expect(circuit).not.toHaveProperty('probe');
  });

  it('gets the probe back from an attempt that says nothing, and lends it again', () => {
    const back = learn(lendProbe(open, 1), { result: 'nothing', begunAt: due, probe: 1 }, due + 1);
    expect([back, gateOf(back, due + 1)]).toEqual([open, 'due']);
  });

  it('closes by any success that began after it had opened, and by no older one', () => {
    expect(phaseOf(ok(open, due, start), due)).toBe('closed');
    expect(phaseOf(ok(open, due, start - 1), due)).toBe('half-open');
  });

  it('is not kept open by stragglers of the same trouble', () => {
    expect(failures(open, 10, start + 1)).toEqual(open);
    expect(learn(open, failure('a', start), due + 1)).toEqual(open);
    const closed = ok(open, due, start + 1);
    expect(learn(closed, failure('a', start), due + 1)).toEqual(closed);
  });

  it('keeps the probe that is out, whatever others tell meanwhile, so that there is never a second', () => {
    const probing = lendProbe(open, 1);
    const reopened = learn(probing, failure('a', due), due + 1);
    expect(reopened).toMatchObject({ state: 'open', openedAt: due + 1, probe: 1 });
    expect(gateOf(reopened, due + 60_000)).toBe('open');
    const closed = ok(probing, due + 1, due);
    expect(closed).toMatchObject({ state: 'closed', probe: 1 });
    const again = failures(closed, CIRCUIT_RUN_MAX, due + 2);
    expect(gateOf(again, due + 60_000)).toBe('open');
    expect(gateOf(learn(again, { result: 'nothing', begunAt: due, probe: 1 }, due + 60_000), due + 60_000)).toBe('due');
  });

  it('gives no slot back for a probe of an earlier life', () => {
    const probing = lendProbe(open, 2);
    expect(learn(probing, { result: 'nothing', begunAt: due, probe: 1 }, due)).toEqual(probing);
  });

  it('is asked at once when the wall clock was set back', () => {
    expect(gateOf(open, start - 3_600_000)).toBe('due');
    const probed = learn(lendProbe(open, 1), { ...failure('a', 5), probe: 1 }, 6);
    expect(probed).toMatchObject({ openedAt: 6, until: 6 + 2 * CIRCUIT_OPEN_MS_MIN });
  });
});

it('in every life an open circuit is half-open within twenty seconds, and one that never opened has not seen five failures in a row', () => {
  const event = fc.record({
    afterMs: fc.integer({ min: 0, max: 8_000 }),
    tookMs: fc.integer({ min: 0, max: 30_000 }),
    result: fc.constantFrom('ok' as const, 'nothing' as const, 'failed' as const, 'failed' as const),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 80 }), (events) => {
      let circuit = closedCircuit();
      let now = start;
      let failedInARow = 0;
      let hasOpened = false;
      for (const [n, { afterMs, tookMs, result }] of events.entries()) {
        const isDue = gateOf(circuit, now) === 'due';
        const probe = isDue ? { probe: n } : {};
        if (isDue) circuit = lendProbe(circuit, n);
        const begunAt = isDue ? now : now + afterMs - tookMs;
        now += afterMs;
        const said = result === 'failed' ? failure('a', begunAt) : { result, begunAt };
        circuit = learn(circuit, { ...said, ...probe }, now);
        if (result !== 'nothing') failedInARow = result === 'failed' ? failedInARow + 1 : 0;
        hasOpened ||= circuit.state === 'open';
        expect(circuit.probe).toBeUndefined();
        if (isDue && result !== 'nothing') expect(circuit.state).toBe(result === 'ok' ? 'closed' : 'open');
        if (circuit.state === 'open') expect(circuit.until).toBeLessThanOrEqual(now + CIRCUIT_OPEN_MS_MAX);
        else if (!hasOpened) expect(failedInARow).toBeLessThan(CIRCUIT_RUN_MAX);
      }
    }),
    { numRuns: 2_000 },
  );
});

function failure(email: string, begunAt: number) {
  return { result: 'failed', email, why: 'overloaded', begunAt } as const;
}

function failures(circuit: Circuit, count: number, now: number, email = 'a', accountsMin = 1): Circuit {
  let after = circuit;
  for (let n = 0; n < count; n += 1) after = learn(after, failure(email, now), now, accountsMin);
  return after;
}

function ok(circuit: Circuit, now: number, begunAt = now): Circuit {
  return learn(circuit, { result: 'ok', begunAt }, now);
}
