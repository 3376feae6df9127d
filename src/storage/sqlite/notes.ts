/**
 * What is kept of a request beside its row and bodies, packed as one text: many short texts that resemble each other take far less room together. What is
 * empty, or is told by the row, is left out.
 */

import type { SQLOutputValue } from 'node:sqlite';
import type { LogLine, RequestRecord } from '../../monitor/rows.ts';
import { packed, parsed, unpacked } from './packed.ts';

type Headers = Readonly<Record<string, string>>;
export interface Notes extends Pick<RequestRecord, 'log' | 'steps' | 'changes' | 'marks' | 'error'> {
  readonly requestHeaders: Headers;
  readonly responseHeaders: Headers;
}

/** A log line: time, level, sentence, and the id of its request where that is another. */
type ShortLine = readonly [string, string, string, string?];
type Short = { readonly [Key in keyof Notes]?: Key extends 'log' ? readonly ShortLine[] : Notes[Key] };

export function packedNotes({ row, request, response, log, steps, changes, marks, error }: RequestRecord): Uint8Array {
  const short: Short = {
    ...(isEmpty(request.headers) ? {} : { requestHeaders: request.headers }),
    ...(isEmpty(response.headers) ? {} : { responseHeaders: response.headers }),
    ...(log.length === 0 ? {} : { log: log.map((line) => shortLine(line, row.id)) }),
    ...(steps.length === 0 ? {} : { steps }),
    ...(changes.length === 0 ? {} : { changes }),
    ...(marks.length === 0 ? {} : { marks }),
    ...(error === null ? {} : { error }),
  };
  return isEmpty(short) ? packed('') : packed(JSON.stringify(short));
}

export function unpackedNotes(bytes: SQLOutputValue | undefined, id: string): Notes {
  const short = parsed<Short>(unpacked(bytes), {});
  const line = ([time, level, msg, request = id]: ShortLine): LogLine => ({ time, level, request, msg });
  return {
    requestHeaders: short.requestHeaders ?? {},
    responseHeaders: short.responseHeaders ?? {},
    log: (short.log ?? []).map(line),
    steps: short.steps ?? [],
    changes: short.changes ?? [],
    marks: short.marks ?? [],
    error: short.error ?? null,
  };
}

function shortLine({ time, level, msg, request }: LogLine, id: string): ShortLine {
  return request === id ? [time, level, msg] : [time, level, msg, request];
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}
