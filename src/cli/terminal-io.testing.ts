/** A terminal for tests of commands: it keeps what it was shown. */

import type { TerminalIo } from './io.ts';

export function testTerminal(
  more: { readonly isTty?: boolean; readonly columns?: number; readonly env?: Record<string, string> } = {},
) {
  const shown = { out: [] as string[], err: [] as string[], written: '' };
  const ending = new AbortController();
  const io: TerminalIo = {
    out: (line) => void shown.out.push(line),
    err: (line) => void shown.err.push(line),
    env: more.env ?? {},
    signal: ending.signal,
    write: async (bytes) => {
      shown.written += typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8');
    },
    terminal: { isTty: more.isTty === true, columns: () => more.columns ?? 200 },
  };
  return { io, shown, ending };
}

/** Looks again and again until it is so; the test's own time limit ends what never comes. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
