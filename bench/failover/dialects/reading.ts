/** A reading before anything has come. */

import type { Reading } from './dialect.ts';

export function emptyReading(): Reading {
  return {
    text: '',
    finished: false,
    marked: false,
    error: undefined,
    input: undefined,
    output: undefined,
    faults: [],
  };
}
