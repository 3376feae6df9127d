/** Which failure a request is told by when its attempts failed differently: caller and diagnosis must mean the same one. */

import type { FailureKind } from './failure.ts';

/** The first of these kinds is told: what a person can act on comes before what it cannot. */
export const tellingOrder: readonly FailureKind[] = [
  'signature-refused',
  'context-too-long',
  'request-refused',
  'rate-limited',
  'quota-exhausted',
  'capacity-limited',
  'overloaded',
  'server-error',
  'silent',
  'stream-error',
  'cut',
  'stalled',
  'contradiction',
  'ended',
  'empty',
  'malformed-answer',
  'garbage',
  'limit',
  'unreachable',
  'model-unknown',
  'model-unavailable',
  'account-exhausted',
  'permission-refused',
  'credential-refused',
];

/** Refusals of the request itself. When another attempt followed them, they had been cured. */
export const overcomeKinds: ReadonlySet<FailureKind> = new Set([
  'signature-refused',
  'context-too-long',
  'request-refused',
]);
