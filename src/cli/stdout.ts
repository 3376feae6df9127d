/** The stdout of commands whose output people pipe: a reader that has seen enough ends the command, and is no error. */

import type { CommandIo, TerminalIo } from './io.ts';

/** Lines for a pipe are not shortened. */
const COLUMNS_OF_PIPE = 1000;
const COLUMNS_FALLBACK = 80;

/** `end`: what a person's wish to end calls too. */
export function terminalIo(io: CommandIo, stdout: NodeJS.WriteStream, end: () => void): TerminalIo {
  const isTty = stdout.isTTY === true;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') return end();
    io.err(`antigravity-tools: what was to be shown cannot be written: ${error.message}`);
    end();
  });
  return {
    ...io,
    terminal: { isTty, columns: () => (isTty ? stdout.columns || COLUMNS_FALLBACK : COLUMNS_OF_PIPE) },
    // The callback comes when the bytes have been taken, or cannot be.
    write: (bytes) => new Promise((resolve) => stdout.write(bytes, () => resolve())),
  };
}
