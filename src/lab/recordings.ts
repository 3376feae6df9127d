/**
 * Reads recorded exchanges, as an HTTP archive or as JSON lines of the Monitor, into a script that gives the recorded answers again: to the same path
 * and model in the same order, the last one repeating. What was not recorded is refused and never made up; an answer of which a part is missing breaks off.
 */

import { BODY_GAP } from '../model/body-gap.ts';
import { questionOf } from './order.ts';
import { harExchanges, jsonlExchanges, type RecordedExchange } from './recorded-exchange.ts';
import { type LabReply, replySchema } from './reply.ts';
import { readBody, readRoute } from './route.ts';
import type { LabRule, LabScript, LabScriptReading } from './script.ts';
import { CLEAR } from './weather.ts';

const RECORDING_CHARS_MAX = 256 * 1024 * 1024;
const EXCHANGES_MAX = 100_000;
/** Headers that mean something to a client of these APIs. All others belong to the connection, to the gateway or to nobody. */
const HEADERS = /^(content-type|retry-after|retry-after-ms|x-should-retry|request-id|(anthropic|x)-ratelimit-.*)$/;

/** Undefined when the text is neither an archive nor JSON lines of exchanges. */
export function readRecordings(text: string): LabScriptReading | undefined {
  const start = text.slice(0, 1000).trimStart();
  if (!start.startsWith('{')) return undefined;
  if (text.length > RECORDING_CHARS_MAX) {
    return { problems: [`the recording is longer than ${RECORDING_CHARS_MAX} characters`] };
  }
  const read = harExchanges(text) ?? jsonlExchanges(text);
  if (read === undefined) return undefined;
  if ('problem' in read) return { problems: [read.problem] };
  const told = read.exchanges.filter(hasAnswer);
  if (told.length > EXCHANGES_MAX) return { problems: [`the recording holds more than ${EXCHANGES_MAX} answers`] };
  if (told.length > 0) return { script: scriptOf(told) };
  return { problems: ['the recording holds no answers to generations; were bodies kept when it was made?'] };
}

/** A generation whose answer is there: an empty body is one only where it is an error's. */
function hasAnswer(exchange: RecordedExchange): boolean {
  return (
    questionIn(exchange) !== undefined && (exchange.body !== '' || exchange.status < 200 || exchange.status >= 300)
  );
}

function scriptOf(exchanges: readonly RecordedExchange[]): LabScript {
  const groups = new Map<string, RecordedExchange[]>();
  for (const exchange of [...exchanges].sort((left, right) => left.startedMs - right.startedMs)) {
    const key = questionIn(exchange)!.key;
    groups.set(key, [...(groups.get(key) ?? []), exchange]);
  }
  const rules = [...groups.values()].flatMap((group) =>
    group.map((exchange, order): LabRule => {
      const { path, model, stream } = questionIn(exchange)!;
      const place = order < group.length - 1 ? { order } : {};
      return { match: { path, ...(model === '' ? {} : { model }), stream, ...place }, reply: replyOf(exchange) };
    }),
  );
  const missing = [true, false].map((stream): LabRule => ({ match: { stream }, reply: NOT_RECORDED }));
  return { seed: 1, default: CLEAR, accounts: {}, requests: [...rules, ...missing], chance: [] };
}

const NOT_RECORDED: LabReply = replySchema.parse({
  status: 404,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    type: 'error',
    error: { type: 'not_found_error', message: 'the recording holds no answer for this path, model and framing' },
  }),
});

interface Question {
  readonly key: string;
  readonly path: string;
  readonly model: string;
  readonly stream: boolean;
}

/** What was asked, read as the lab reads a live call; of a request that was not kept whole, as the recording says. */
function questionIn({ url, request, model, stream }: RecordedExchange): Question | undefined {
  const body = Buffer.from(request);
  const route = readRoute({ path: url.pathname, query: url.searchParams, body }, readBody(body));
  const known = readBody(body) !== undefined || stream === undefined;
  const framing = known || route.framing === 'json-array' ? route.framing : stream ? 'sse' : 'json';
  const asked = { ...route, model: route.model === '' ? model : route.model, framing };
  const key = questionOf(asked);
  if (key === undefined) return undefined;
  return { key: `${url.pathname} ${key}`, path: url.pathname, model: asked.model, stream: framing !== 'json' };
}

function replyOf(exchange: RecordedExchange): LabReply {
  const { status, encoding, marks, left } = exchange;
  const gap = encoding === 'text' ? BODY_GAP.exec(exchange.body) : null;
  const named = Object.entries(exchange.headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    status: status >= 100 ? status : 502,
    headers: Object.fromEntries(named.filter(([name]) => HEADERS.test(name))),
    body: gap === null ? exchange.body : exchange.body.slice(0, gap.index),
    encoding,
    chunks: [...marks],
    ending: gap !== null || left || status < 100 ? 'close' : 'end',
  };
}
