/**
 * What the journal keeps of one attempt beside its facts: the body in the upstream's dialect, within the limit of bodies, and the upstream's raw
 * bytes, where a person asked for them. It must cost nothing where neither is kept, and it never holds a body that is longer than its limit.
 */

import type { UpstreamAttempt } from '../model/ports.ts';
import type { AttemptEnd } from './attempt.ts';
import { type Capture, createCapture } from './capture.ts';
import { since, type Walk } from './walk.ts';

export interface KeptBodies {
  translated: Uint8Array | undefined;
  readonly raw: Capture | undefined;
}

/** Two attempts that run side by side may each keep what is left. */
export function keptBodies({ rawBytesLeft }: Walk): KeptBodies {
  return { translated: undefined, raw: rawBytesLeft === undefined ? undefined : createCapture(rawBytesLeft) };
}

/** Hears of the translated body, where bodies are kept. */
export function translationFor({ doors }: Walk, kept: KeptBodies): Pick<UpstreamAttempt, 'translated'> {
  const bytesMax = doors.captureBytesMax;
  if (bytesMax === 0) return {};
  return {
    translated(body) {
      kept.translated = body.length <= bytesMax ? body : headAndTail(body, bytesMax);
    },
  };
}

function headAndTail(body: Uint8Array, bytesMax: number): Uint8Array {
  const capture = createCapture(bytesMax);
  capture.add(body, 0);
  return capture.bytes();
}

/** An upstream's refusal has been read by its adapter: those are its bytes. */
export function settleRaw(walk: Walk, { raw }: KeptBodies, end: AttemptEnd): void {
  if (raw === undefined) return;
  const refusal = end.result === 'failed' && raw.total === 0 ? end.failure.body : undefined;
  if (refusal !== undefined) raw.add(Buffer.from(refusal), since(walk));
  walk.rawBytesLeft = Math.max(0, (walk.rawBytesLeft ?? 0) - raw.total);
}
