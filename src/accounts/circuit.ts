/**
 * One circuit: a pure machine over (time, result). Closed while attempts succeed; open after too many failures; then half-open, when one
 * attempt at a time finds out whether it is over. It only says what it knows: whether anybody is asked is decided in `choose.ts`.
 */

/** So many failures without a success open a circuit. */
export const CIRCUIT_RUN_MAX = 5;
/** Or this share of the attempts of the last minute, when there were enough of them. */
export const CIRCUIT_FAILED_SHARE = 0.5;
export const CIRCUIT_ATTEMPTS_MIN = 10;
export const CIRCUIT_WINDOW_MS = 60_000;
/** How long it is open at first; twice as long after each probe that failed, up to the second. */
export const CIRCUIT_OPEN_MS_MIN = 5_000;
export const CIRCUIT_OPEN_MS_MAX = 20_000;
/** The window moves by one of these at a time, and is at most one too short. */
const STEP_MS = 10_000;
/** More different accounts than these need not be told apart. */
const FAILERS_MAX = 2;

interface Step {
  readonly n: number;
  readonly attempts: number;
  readonly failed: number;
  readonly failers: readonly string[];
}

/** Failures without a success between them. */
interface Run {
  readonly failed: number;
  readonly since: number;
  readonly failers: readonly string[];
}

interface ClosedCircuit {
  readonly state: 'closed';
  /** How an attempt ended that began before this is no news. */
  readonly since: number;
  readonly run?: Run;
  readonly steps: readonly Step[];
}

interface OpenCircuit {
  readonly state: 'open';
  /** When it was first opened, and when last. */
  readonly since: number;
  readonly openedAt: number;
  /** From then on it is half-open. */
  readonly until: number;
  readonly openings: number;
  readonly why: string;
}

/** `probe` = the number of the probe that is out. It is kept until that very attempt has come back, whatever happens meanwhile. */
export type Circuit = (ClosedCircuit | OpenCircuit) & { readonly probe?: number };

export type Phase = 'closed' | 'open' | 'half-open';

/** What a choice needs to know: `due` = half-open and nobody is finding out yet. */
export type Gate = 'closed' | 'due' | 'open';

/** How an attempt came back. `nothing`: it says nothing about this circuit. `probe`: the number it was lent. */
export type Evidence = { readonly begunAt: number; readonly probe?: number } & (
  | { readonly result: 'ok' }
  | { readonly result: 'nothing' }
  | { readonly result: 'failed'; readonly email: string; readonly why: string }
);

export function closedCircuit(): Circuit {
  return closedSince(Number.NEGATIVE_INFINITY);
}

export function phaseOf(circuit: Circuit, now: number): Phase {
  if (circuit.state === 'closed') return 'closed';
  // A wall clock that was set back must not keep it open for hours.
  return now >= circuit.until || now < circuit.openedAt ? 'half-open' : 'open';
}

export function gateOf(circuit: Circuit, now: number): Gate {
  const phase = phaseOf(circuit, now);
  if (phase === 'half-open') return circuit.probe === undefined ? 'due' : 'open';
  return phase;
}

/** Only for a circuit whose gate is `due`. */
export function lendProbe(circuit: Circuit, probe: number): Circuit {
  return { ...circuit, probe };
}

/** `accountsMin` = how many different accounts must have failed before it opens: one for an account's own circuit. */
export function learn(circuit: Circuit, evidence: Evidence, now: number, accountsMin = 1): Circuit {
  const isProbe = evidence.probe !== undefined && evidence.probe === circuit.probe;
  const { probe, ...bare } = circuit;
  const next =
    bare.state === 'closed'
      ? whileClosed(bare, evidence, now, accountsMin)
      : whileOpen(bare, { ...evidence, isProbe }, now);
  return isProbe || probe === undefined ? next : { ...next, probe };
}

function whileClosed(closed: ClosedCircuit, evidence: Evidence, now: number, accountsMin: number): Circuit {
  if (evidence.result === 'nothing' || evidence.begunAt < closed.since) return closed;
  const { run, ...bare } = closed;
  if (evidence.result === 'ok') {
    const steps = counted(closed.steps, undefined, now);
    // A long answer that began before the failures says nothing about now.
    const goesOn = run !== undefined && evidence.begunAt < run.since;
    return goesOn ? { ...closed, steps } : { ...bare, steps };
  }
  const { email, why } = evidence;
  const steps = counted(closed.steps, email, now);
  const longer: Run = {
    failed: (run?.failed ?? 0) + 1,
    since: run?.since ?? now,
    failers: withFailer(run?.failers ?? [], email),
  };
  if (longer.failed >= CIRCUIT_RUN_MAX && longer.failers.length >= accountsMin) {
    return openedAt(now, `${longer.failed} failures in a row, the last: ${why}`);
  }
  const attempts = steps.reduce((sum, step) => sum + step.attempts, 0);
  const failed = steps.reduce((sum, step) => sum + step.failed, 0);
  const failers = new Set(steps.flatMap((step) => step.failers));
  const isOften = attempts >= CIRCUIT_ATTEMPTS_MIN && failed >= attempts * CIRCUIT_FAILED_SHARE;
  if (isOften && failers.size >= accountsMin) {
    return openedAt(now, `${failed} of ${attempts} attempts failed lately, the last: ${why}`);
  }
  return { ...bare, run: longer, steps };
}

/** Only what began after it opened can close it or, half-open, open it again: the rest are stragglers of the same trouble. */
function whileOpen(open: OpenCircuit, evidence: Evidence & { readonly isProbe: boolean }, now: number): Circuit {
  if (evidence.result === 'ok') return evidence.isProbe || evidence.begunAt >= open.openedAt ? closedSince(now) : open;
  if (evidence.result === 'nothing' || phaseOf(open, now) === 'open') return open;
  return evidence.isProbe || evidence.begunAt >= open.until ? openedAt(now, evidence.why, open) : open;
}

function closedSince(now: number): ClosedCircuit {
  return { state: 'closed', since: now, steps: [] };
}

function openedAt(now: number, why: string, before?: OpenCircuit): OpenCircuit {
  const openings = (before?.openings ?? 0) + 1;
  const forMs = Math.min(CIRCUIT_OPEN_MS_MIN * 2 ** (openings - 1), CIRCUIT_OPEN_MS_MAX);
  const told = before === undefined ? why : `a probe failed: ${why}`;
  return { state: 'open', since: before?.since ?? now, openedAt: now, until: now + forMs, openings, why: told };
}

/** One more attempt in the step of now; steps that are too old, or of a time that is yet to come, are dropped. */
function counted(steps: readonly Step[], failer: string | undefined, now: number): Step[] {
  const n = Math.floor(now / STEP_MS);
  const live = steps.filter((step) => step.n > n - CIRCUIT_WINDOW_MS / STEP_MS && step.n <= n);
  const current = live.find((step) => step.n === n) ?? { n, attempts: 0, failed: 0, failers: [] };
  const more: Step = {
    n,
    attempts: current.attempts + 1,
    failed: current.failed + (failer === undefined ? 0 : 1),
    failers: failer === undefined ? current.failers : withFailer(current.failers, failer),
  };
  return [...live.filter((step) => step.n !== n), more];
}

function withFailer(failers: readonly string[], email: string): readonly string[] {
  return failers.includes(email) || failers.length >= FAILERS_MAX ? failers : [...failers, email];
}
