/** Reads a secret from a pipe, or from a person's keyboard without showing it. It is never an argument, which other users of the machine could see. */

import type { ReadStream } from 'node:tty';

/** A Google key file has about 2 KB. */
export const SECRET_BYTES_MAX = 64 * 1024;

export interface SecretInput {
  readonly input: NodeJS.ReadStream | ReadStream;
  /** Shows the question; nothing that is typed is shown. */
  readonly show: (text: string) => void;
}

/** Undefined when the person has given up, or it is too long. */
export function readSecret(question: string, { input, show }: SecretInput): Promise<string | undefined> {
  return input.isTTY === true ? typed(question, input, show) : piped(input);
}

async function piped(input: AsyncIterable<Uint8Array | string>): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of input) {
    const chunk = typeof piece === 'string' ? Buffer.from(piece) : Buffer.from(piece);
    bytes += chunk.length;
    if (bytes > SECRET_BYTES_MAX) return undefined;
    pieces.push(chunk);
  }
  return Buffer.concat(pieces).toString('utf8').trim();
}

const ENTER = /[\r\n]/;
const GIVE_UP = new Set(['\u0003', '\u0004', '\u001b']);
const BACKSPACE = new Set(['\u0008', '\u007f']);

function typed(question: string, input: NodeJS.ReadStream, show: (text: string) => void): Promise<string | undefined> {
  show(question);
  input.setRawMode(true);
  input.resume();
  return new Promise((resolve) => {
    let text = '';
    const end = (answer: string | undefined): void => {
      input.off('data', take);
      input.setRawMode(false);
      input.pause();
      show('\n');
      resolve(answer);
    };
    const take = (piece: Buffer): void => {
      for (const character of piece.toString('utf8')) {
        const isGivenUp = GIVE_UP.has(character) || text.length >= SECRET_BYTES_MAX;
        if (isGivenUp || ENTER.test(character)) {
          end(isGivenUp ? undefined : text.trim());
          return;
        }
        text = BACKSPACE.has(character) ? text.slice(0, -1) : text + character;
      }
    };
    input.on('data', take);
  });
}
