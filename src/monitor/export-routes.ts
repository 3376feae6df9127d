/**
 * `GET /api/requests/export`: what the list shows, as a file. It is read and written piece by piece, only as fast as the client takes it, and ends with
 * the client. What goes wrong before the first byte is an error in JSON; later the connection breaks, so that half a file never looks whole.
 */

import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { type EXPORT_FORMATS, exportQuerySchema, withoutAbsent } from './api-schemas.ts';
import { csvPieces } from './export/csv.ts';
import { harPieces } from './export/har.ts';
import { jsonlPieces } from './export/jsonl.ts';
import { labScriptPieces } from './export/lab-script.ts';
import { type ReadRecords, readRecords } from './export/read-records.ts';
import { BAD_PARAMETER, byKeyOrSession, NO_KEY, NO_REQUEST, problem, refusal } from './route-parts.ts';
import type { LogLine, RequestReader, RequestRecord } from './rows.ts';

export interface ExportDependencies {
  readonly query: RequestReader;
  /** Of a store that can hand out whole records; else they are fetched one by one. */
  readonly records?: ReadRecords;
  readonly version: string;
  /** Log lines of a request, where they are kept elsewhere than in its record. */
  readonly logLines?: (id: string) => Promise<readonly LogLine[]>;
  /** Hears of what went wrong after the file had begun. */
  readonly fault?: (error: unknown) => void;
}

type Format = (typeof EXPORT_FORMATS)[number];
interface FormatRow {
  readonly type: string;
  readonly extension: string;
  readonly pieces: (records: AsyncIterable<RequestRecord>, version: string) => AsyncGenerator<string>;
}

const FORMATS: Readonly<Record<Format, FormatRow>> = {
  har: { type: 'application/json; charset=utf-8', extension: 'har', pieces: harPieces },
  jsonl: { type: 'application/jsonl; charset=utf-8', extension: 'jsonl', pieces: jsonlPieces },
  csv: { type: 'text/csv; charset=utf-8; header=present', extension: 'csv', pieces: csvPieces },
  lab: { type: 'application/yaml; charset=utf-8', extension: 'yaml', pieces: labScriptPieces },
};
/** Each one holds a reading of the journal open and one record in memory. */
const EXPORTS_AT_ONCE_MAX = 8;
/** Small rows go out together. */
const PIECE_CHARS_MIN = 16_384;
const NAME_CHARS_MAX = 40;

export function addExportRoutes(app: OpenAPIHono, dependencies: ExportDependencies): void {
  const { query, records, version, logLines } = dependencies;
  let running = 0;
  app.openapi(exportRoute, async (c) => {
    const { format, id, ...rest } = c.req.valid('query');
    if (format === 'lab' && !id) return c.json(problem('id: a lab script replays one request; say which'), 400);
    if (running >= EXPORTS_AT_ONCE_MAX) return c.json(problem('too many exports are being read at the same time'), 503);
    running += 1;
    const over = (): void => {
      running -= 1;
    };
    try {
      const one = id ? await query.find(id) : undefined;
      if (id && one === undefined) {
        over();
        return c.json(problem('there is no request with this id'), 404);
      }
      const all = one === undefined ? readRecords(query, records, withoutAbsent(rest)) : only(one);
      const pieces = FORMATS[format].pieces(withLog(all, logLines), version);
      // Read before anything is said, so that a journal that cannot be read is told as such.
      const first = await gather(pieces);
      c.header('Content-Type', FORMATS[format].type);
      c.header('Content-Disposition', `attachment; filename="${fileName(id)}.${FORMATS[format].extension}"`);
      const broken = (error: unknown): boolean => {
        dependencies.fault?.(error);
        return hangUp(c.env);
      };
      return c.body(streamOf(first, pieces, { over, broken }), 200);
    } catch (error) {
      over();
      throw error;
    }
  });
}

const exportRoute = createRoute({
  method: 'get',
  path: '/api/requests/export',
  summary: 'Requests as a file: HTTP archive, JSON lines, table, or a script for the lab',
  security: byKeyOrSession,
  request: { query: exportQuerySchema },
  responses: {
    200: { description: 'The file, newest request first' },
    400: BAD_PARAMETER,
    401: NO_KEY,
    404: NO_REQUEST,
    503: refusal('The journal cannot be read now, or too many exports are running'),
  },
});

// ---------------------------------------------------------------- parts

async function* only(record: RequestRecord): AsyncGenerator<RequestRecord> {
  yield record;
}

async function* withLog(
  records: AsyncIterable<RequestRecord>,
  logLines: ExportDependencies['logLines'],
): AsyncGenerator<RequestRecord> {
  for await (const record of records) {
    yield logLines === undefined ? record : { ...record, log: await logLines(record.row.id) };
  }
}

interface Gathered {
  readonly text: string;
  readonly done: boolean;
}
interface StreamEnds {
  /** Called once, however it ends. */
  readonly over: () => void;
  /** The reading failed. True when the connection has been closed already. */
  readonly broken: (error: unknown) => boolean;
}

/** Reads on when the client has taken what it was given. */
function streamOf(first: Gathered, pieces: AsyncGenerator<string>, ends: StreamEnds): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let next: Gathered | undefined = first;
  let open = true;
  const end = async (): Promise<void> => {
    if (!open) return;
    open = false;
    ends.over();
    await pieces.return(undefined);
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { text, done } = next ?? (await gather(pieces));
          next = undefined;
          if (text !== '') controller.enqueue(encoder.encode(text));
          if (!done) return;
          await end();
          controller.close();
        } catch (error) {
          await end();
          if (!ends.broken(error)) throw error;
          controller.close();
        }
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
}

/** An error of the stream would be written to stderr by the server, with what it says; so the connection is closed at its root, where there is one. */
function hangUp(env: unknown): boolean {
  const outgoing = (env as { outgoing?: { destroy?: () => void } } | undefined)?.outgoing;
  if (outgoing?.destroy === undefined) return false;
  outgoing.destroy();
  return true;
}

async function gather(pieces: AsyncGenerator<string>): Promise<Gathered> {
  let text = '';
  while (text.length < PIECE_CHARS_MIN) {
    const next = await pieces.next();
    if (next.done) return { text, done: true };
    text += next.value;
  }
  return { text, done: false };
}

/** Ids can be sent by clients: nothing of them may end the quotation or name another directory. */
function fileName(id: string | undefined): string {
  const name = id ? id.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, NAME_CHARS_MAX) : 'requests';
  return `antigravity-tools-${name}`;
}
