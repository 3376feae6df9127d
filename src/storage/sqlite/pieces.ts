/**
 * A long list on its way from the reading thread to the main one: texts of a few rows each, so that the main thread, which serves requests, can do
 * something else between two of them. A list in one message would hold it up for as long as all its rows take.
 */

import type { World } from '../../model/ports.ts';

/** Takes the main thread a few tenths of a millisecond. */
const ROWS_PER_PIECE = 100;

export function inPieces(rows: readonly unknown[]): string[] {
  const pieces: string[] = [];
  for (let from = 0; from < rows.length; from += ROWS_PER_PIECE) {
    pieces.push(JSON.stringify(rows.slice(from, from + ROWS_PER_PIECE)));
  }
  return pieces;
}

/** Without a World all at once. */
export async function fromPieces<Row>(pieces: readonly string[], world?: Pick<World, 'alarm'>): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [place, piece] of pieces.entries()) {
    if (place > 0 && world !== undefined) await new Promise<void>((resolve) => void world.alarm(0, resolve));
    rows.push(...(JSON.parse(piece) as Row[]));
  }
  return rows;
}
