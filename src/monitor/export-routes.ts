/**
 * `GET /api/requests/export`: what the list shows, as a file. It is read and written piece by piece, only as fast as the client takes it, and ends with
 * the client. What goes wrong before the first byte is an error in JSON; later the connection breaks, so that half a file never looks whole.
 */

import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { type EXPORT_FORMATS, errorSchema, exportQuerySchema, withoutAbsent } from './api-schemas.ts';
import { csvPieces } from './export/csv.ts';
import { harPieces } from './export/har.ts';
import { jsonlPieces } from './export/jsonl.ts';
import { labScriptPieces } from './export/lab-script.ts';
import { type ReadRecords, readRecords } from './export/read-records.ts';
import type { LogLine, RequestReader, RequestRecord } from './rows.ts';

export interface ExportDependencies {
  readonly query: RequestReader;
  /** Of a store that can hand out whole records; else they are fetched one by one. */
  readonly records?: ReadRecords;
  readonly version: string;
  /** Log lines of a request, where they are kept elsewhere than in its record. */
  readonly logLines?: (id: string) => Promise<readonly LogLine[]>;
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

export function addExportRoutes(app: OpenAPIHono, { query, records, version, logLines }: ExportDependencies): void {
  let running = 0;
  app.openapi(exportRoute, async (c) => {
    const { format, id, ...rest } = c.req.valid('query');
    if (format === 'lab' && !id) return c.json(problem('id: a lab script replays one request; say which'), 400);
    if (running >= EXPORTS_AT_ONCE_MAX) return c.json(problem('too many exports are being read at the same time'), 503);
    const all = id ? oneRecord(query, id) : readRecords(query, records, withoutAbsent(rest));
    running += 1;
    const over = (): void => {
      running -= 1;
    };
    const reading = withLog(all, logLines);
    let first: IteratorResult<RequestRecord, void>;
    try {
      // The first record is read before anything is said, so that a journal that cannot be read is told as such.
      first = await reading.next();
    } catch (error) {
      over();
      throw error;
    }
    if (first.done && id) {
      over();
      return c.json(problem('there is no request with this id'), 404);
    }
    const row = FORMATS[format];
    const pieces = row.pieces(resumed(first, reading), version);
    c.header('Content-Type', row.type);
    c.header('Content-Disposition', `attachment; filename="${fileName(id)}.${row.extension}"`);
    return c.body(streamOf(pieces, reading, over), 200);
  });
}

const exportRoute = createRoute({
  method: 'get',
  path: '/api/requests/export',
  summary: 'Requests as a file: HTTP archive, JSON lines, table, or a script for the lab',
  security: [{ adminKey: [] }],
  request: { query: exportQuerySchema },
  responses: {
    200: { description: 'The file, newest request first' },
    400: refusal('A parameter cannot be read; the message names it'),
    401: refusal('The admin key is missing or wrong'),
    404: refusal('No request has this id'),
    503: refusal('The journal cannot be read now, or too many exports are running'),
  },
});

function refusal(description: string) {
  return { description, content: { 'application/json': { schema: errorSchema } } };
}

// ---------------------------------------------------------------- parts

async function* oneRecord(query: RequestReader, id: string): AsyncGenerator<RequestRecord> {
  const record = await query.find(id);
  if (record !== undefined) yield record;
}

async function* withLog(
  records: AsyncIterable<RequestRecord>,
  logLines: ExportDependencies['logLines'],
): AsyncGenerator<RequestRecord, void> {
  for await (const record of records) {
    yield logLines === undefined ? record : { ...record, log: await logLines(record.row.id) };
  }
}

async function* resumed(
  first: IteratorResult<RequestRecord, void>,
  rest: AsyncIterable<RequestRecord>,
): AsyncGenerator<RequestRecord> {
  if (first.done) return;
  yield first.value;
  yield* rest;
}

/** Reads on when the client has taken what it was given. `over` is called once, however it ends. */
function streamOf(
  pieces: AsyncGenerator<string>,
  reading: AsyncGenerator<RequestRecord, void>,
  over: () => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let open = true;
  const end = async (): Promise<void> => {
    if (!open) return;
    open = false;
    over();
    await pieces.return(undefined);
    // A writer that was never asked for a record does not end the reading.
    await reading.return();
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { text, done } = await gather(pieces);
          if (text !== '') controller.enqueue(encoder.encode(text));
          if (!done) return;
          await end();
          controller.close();
        } catch (error) {
          await end();
          throw error;
        }
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
}

async function gather(pieces: AsyncGenerator<string>): Promise<{ readonly text: string; readonly done: boolean }> {
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

function problem(message: string) {
  return { error: { message } };
}
