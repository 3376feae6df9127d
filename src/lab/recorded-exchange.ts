/** Reads the two forms in which exchanges are recorded into one. What is missing in a foreign archive has a default; what cannot be read at all is told with its place. */

import { z } from 'zod';

export interface RecordedExchange {
  readonly startedMs: number;
  readonly url: URL;
  /** The request's body; empty or with a gap when it was not kept whole. */
  readonly request: string;
  /** As the recording names it, for a request that cannot be read. */
  readonly model: string;
  readonly stream: boolean | undefined;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly encoding: 'text' | 'base64';
  readonly marks: readonly { readonly end: number; readonly ms: number }[];
  /** The client left before the end. */
  readonly left: boolean;
}
export type ExchangesRead = { readonly exchanges: readonly RecordedExchange[] } | { readonly problem: string };

const ORIGIN = 'http://localhost';
const named = z.array(z.object({ name: z.string(), value: z.string() }));
const marks = z.array(z.object({ end: z.number().int().min(0), ms: z.number().min(0) }));
const time = z.string().transform((text) => Date.parse(text) || 0);

const harSchema = z.object({
  log: z.object({
    entries: z.array(
      z.object({
        startedDateTime: time,
        request: z.object({
          url: z.string(),
          postData: z.object({ text: z.string().optional() }).optional(),
        }),
        response: z.object({
          status: z.number().int(),
          headers: named.default([]),
          content: z
            .object({ mimeType: z.string().optional(), text: z.string().optional(), encoding: z.string().optional() })
            .default({}),
        }),
        _model: z.string().optional(),
        _stream: z.boolean().optional(),
        _outcome: z.string().optional(),
        _marks: marks.optional(),
      }),
    ),
  }),
});
type HarEntry = z.output<typeof harSchema>['log']['entries'][number];

const message = z.object({ headers: z.record(z.string(), z.string()).default({}), body: z.string() });
const lineSchema = z.object({
  time,
  path: z.string(),
  model: z.string(),
  status: z.number().int(),
  outcome: z.string(),
  stream: z.boolean(),
  request: message,
  response: message,
  marks: marks.default([]),
});

/** Undefined when the text is no archive. */
export function harExchanges(text: string): ExchangesRead | undefined {
  const json = parsed(text);
  // One line of the other form has a `log` too: its lines.
  if (typeof json !== 'object' || json === null || !('log' in json) || Array.isArray(json.log)) return undefined;
  const read = harSchema.safeParse(json);
  if (!read.success) return { problem: `the archive cannot be read: ${whereOf(read.error)}` };
  return { exchanges: read.data.log.entries.flatMap(fromHar) };
}

/** Undefined when the first line is no exchange. */
export function jsonlExchanges(text: string): ExchangesRead | undefined {
  const exchanges: RecordedExchange[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const read = lineSchema.safeParse(parsed(line));
    if (read.success) exchanges.push(...fromLine(read.data));
    else if (exchanges.length === 0) return undefined;
    else return { problem: `line ${at + 1} of the recording cannot be read: ${whereOf(read.error)}` };
  }
  return { exchanges };
}

function fromHar(entry: HarEntry): RecordedExchange[] {
  const url = urlOf(entry.request.url);
  if (url === undefined) return [];
  const { status, headers, content } = entry.response;
  const list = headers.map(({ name, value }) => [name.toLowerCase(), value] as const);
  const type = content.mimeType === undefined || content.mimeType === '' ? {} : { 'content-type': content.mimeType };
  return [
    {
      startedMs: entry.startedDateTime,
      url,
      request: entry.request.postData?.text ?? '',
      model: entry._model ?? '',
      stream: entry._stream,
      status,
      headers: { ...type, ...Object.fromEntries(list) },
      body: content.text ?? '',
      encoding: content.encoding === 'base64' ? 'base64' : 'text',
      marks: entry._marks ?? [],
      left: entry._outcome === 'cancelled',
    },
  ];
}

function fromLine(line: z.output<typeof lineSchema>): RecordedExchange[] {
  const url = urlOf(line.path);
  if (url === undefined) return [];
  return [
    {
      startedMs: line.time,
      url,
      request: line.request.body,
      model: line.model,
      stream: line.stream,
      status: line.status,
      headers: line.response.headers,
      body: line.response.body,
      encoding: 'text',
      marks: line.marks,
      left: line.outcome === 'cancelled',
    },
  ];
}

function urlOf(text: string): URL | undefined {
  return URL.canParse(text, ORIGIN) ? new URL(text, ORIGIN) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function whereOf(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? 'it has another form' : `${issue.path.map(String).join('.')}: ${issue.message}`;
}
