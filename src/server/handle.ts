/**
 * What happens to one HTTP request: gate, route, body, dialect, and then the healing loop. Every answer, errors included, carries the exchange's
 * headers in the caller's dialect. Nothing here talks to an upstream.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { exchangeHeaders, headerSafe } from '../healing/answer.ts';
import { startCourse } from '../healing/course.ts';
import type { HealDoors } from '../healing/walk.ts';
import type { ClientRequest, PlainAnswer, Problem, Protocol } from '../model/request.ts';
import type { Dialect } from '../protocols/dialects.ts';
import { estimateTokens } from '../protocols/estimate-tokens.ts';
import { editJson } from '../protocols/json/edit.ts';
import { withoutUndefined } from '../protocols/json/undefined-values.ts';
import { openaiProblem } from '../protocols/openai-chat/failures.ts';
import { type AttachDesk, createAttachDesk } from './attach.ts';
import { healOrAttach } from './attach-exchange.ts';
import { readBody } from './body.ts';
import { type Admission, admit, type GateRules } from './gate.ts';
import type { PreviousResponses } from './previous-responses.ts';
import { dialectOfPath, type Route, routeOf } from './routes.ts';
import { type ConnectionSink, createSink } from './sink.ts';

export interface HandlerDoors {
  readonly gate: () => GateRules;
  readonly healing: () => HealDoors;
  readonly bodyBytesMax: () => number;
  readonly dialects: Readonly<Partial<Record<Protocol, Dialect>>>;
  /** The upstream models to ask for a name, in order. */
  readonly resolve: (model: string) => readonly string[];
  /** Whether any enabled account can serve one of these models. */
  readonly serves: (request: ClientRequest, models: readonly string[]) => boolean;
  readonly previous: PreviousResponses;
  readonly models: (
    protocol: Protocol,
    id: string | undefined,
    signal: AbortSignal,
  ) => Promise<PlainAnswer | undefined>;
  /** The control plane: admin API, description, page. */
  readonly control: (request: IncomingMessage, response: ServerResponse) => void;
  readonly redactHeaders: (headers: Readonly<Record<string, string>>) => Record<string, string>;
  /** A request that was refused at the door, for the log. */
  readonly turnedAway: (line: string, requestId: string) => void;
  /** A request was attached to another, or waits for its client to come back; for the log. */
  readonly attached: (line: string, requestId: string) => void;
  /** A fault of our own, for the log. */
  readonly fault: (error: unknown, requestId: string) => void;
  /** Aborts when the gateway begins to close. */
  readonly closing: AbortSignal;
  /** Aborts when the drain is over: what still runs is ended with an error. */
  readonly stop: AbortSignal;
}

interface Visit {
  readonly id: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly sink: ConnectionSink;
  readonly desk: AttachDesk;
  readonly doors: HandlerDoors;
}

export interface Handler {
  take(request: IncomingMessage, response: ServerResponse): void;
  /** While closing: resolves when no generation goes on any more without its client, at the latest after this time. */
  settled(limitMs: number): Promise<void>;
}

export function createHandler(doors: HandlerDoors): Handler {
  const { world } = doors.healing();
  const desk = createAttachDesk({ world, closing: doors.closing, told: doors.attached });
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    const id = world.id();
    const visit = { ...visitOf(id, request, response, doors), desk };
    handle(visit).catch((error: unknown) => {
      doors.fault(error, id);
      if (response.headersSent) response.destroy();
      else refuse(visit, dialectOfPath(visit.path, visit.headers, visit.query), internalProblem);
    });
  };
  return { take, settled: (limitMs) => desk.settled(limitMs) };
}

const internalProblem: Problem = { kind: 'internal', message: 'the gateway failed; this is a fault of its own' };

async function handle(visit: Visit): Promise<void> {
  const { request, doors, path, query, headers } = visit;
  const route = routeOf(request.method ?? 'GET', path, headers, query);
  if (route.to === 'control') return control(visit);
  const admission = admit({ headers, query, health: route.to === 'probe' }, doors.gate());
  const protocol = 'protocol' in route ? route.protocol : dialectOfPath(path, headers, query);
  if ('problem' in admission) {
    request.resume();
    turnAway(visit, protocol, admission.problem);
    return;
  }
  if (route.to === 'probe') return probe(visit, route.what);
  if (route.to === 'models') return listModels(visit, route);
  if (route.to === 'exchange') return exchange(visit, route, admission.caller);
  request.resume();
  if (route.to === 'wrong-method') {
    visit.response.setHeader('allow', route.allow);
    turnAway(visit, protocol, {
      kind: 'method-not-allowed',
      message: `${request.method} is not allowed here; use ${route.allow}`,
    });
    return;
  }
  turnAway(visit, protocol, {
    kind: 'not-found',
    message: `there is nothing at ${request.method} ${path.slice(0, 200)}`,
  });
}

async function exchange(visit: Visit, route: Extract<Route, { to: 'exchange' }>, caller: string): Promise<void> {
  const { doors, request } = visit;
  const body = await readBody(request, doors.bodyBytesMax());
  if ('left' in body) return;
  if ('problem' in body) {
    visit.response.setHeader('connection', 'close');
    return record(visit, route.protocol, body.problem);
  }
  const dialect = doors.dialects[route.protocol];
  if (!dialect) return record(visit, route.protocol, { kind: 'not-found', message: 'this API is not served here' });
  const { operation, pathModel, pathMethod } = route;
  const read = dialect.readRequest({
    operation,
    body: body.body,
    headers: visit.headers,
    query: visit.query,
    ...(pathModel === undefined ? {} : { pathModel }),
    ...(pathMethod === undefined ? {} : { pathMethod }),
  });
  if ('problem' in read) return record(visit, route.protocol, read.problem, body.body);
  const settled = withoutHabits(read.request);
  const whole = doors.previous.expand(settled, caller);
  if ('problem' in whole) return record(visit, route.protocol, whole.problem, body.body, settled.model);
  const asked = whole.request;
  const models = doors.resolve(asked.model);
  if (!doors.serves(asked, models)) {
    if (asked.operation === 'count-tokens' && doors.serves({ ...asked, operation: 'generate' }, models)) {
      return estimate(visit, asked, dialect);
    }
    const shown = JSON.stringify(asked.model.slice(0, 200));
    const message = `no account of this gateway can serve the model ${shown}; see the accounts and routes in its configuration`;
    return record(visit, route.protocol, { kind: 'unknown-model', message }, body.body, asked.model);
  }
  const listen = doors.previous.listen(asked, caller);
  const method = request.method ?? 'POST';
  const { id, path, headers, query, sink } = visit;
  const exchange = {
    ...{ id, models, caller, method, path, dialect, sink },
    request: asked,
    headers: doors.redactHeaders(headers),
    ...(listen ? { listen } : {}),
    estimate: () => estimateTokens(asked.json),
    stop: doors.stop,
  };
  const order = { exchange, sink, asked: { caller, method, path, query, headers, body: body.body } };
  const problem = await healOrAttach(order, visit.desk, doors.healing());
  if (problem) record(visit, route.protocol, problem, body.body, asked.model);
}

/** Settings that a client wrote as the text `[undefined]` were meant to be left out. */
function withoutHabits(request: ClientRequest): ClientRequest {
  const edits = withoutUndefined(request.body, request.json);
  if (edits.length === 0) return request;
  const body = Buffer.from(editJson(request.body, edits));
  return { ...request, body, json: JSON.parse(body.toString('utf8')) as Record<string, unknown> };
}

/** No account has a counter for this model: the count is ours, and says so. */
function estimate(visit: Visit, request: ClientRequest, dialect: Dialect): void {
  const tokens = estimateTokens(request.json);
  const body = Buffer.from(dialect.countDocument?.(tokens) ?? '');
  const headers = {
    ...bareHeaders(visit, request.protocol),
    'content-type': 'application/json',
    'x-token-count': 'estimated',
  };
  visit.sink.answer({ status: 200, headers, body });
}

/** Refuses a request of the data plane and leaves a row in the journal. */
function record(
  visit: Visit,
  protocol: Protocol,
  problem: Problem,
  body: Uint8Array = new Uint8Array(),
  model = '',
): void {
  const { doors, id } = visit;
  const { journal, world, captureBytesMax, explain } = doors.healing();
  const headers = doors.redactHeaders(visit.headers);
  const method = visit.request.method ?? 'POST';
  const started = { id, time: world.now(), protocol, method, path: visit.path, model, stream: false, headers };
  journal.note({ fact: 'exchange-started', ...started, body: body.subarray(0, captureBytesMax) });
  const answer = refuse(visit, protocol, explain?.(problem, id) ?? problem);
  const ended = {
    id,
    ms: 0,
    outcome: 'failed' as const,
    status: answer.status,
    flags: [],
    attempts: 0,
    account: 'none',
    mappedModel: model,
  };
  const response = { responseHeaders: answer.headers, responseBody: answer.body, responseBytes: answer.body.length };
  journal.note({ fact: 'exchange-ended', ...ended, usage: {}, error: problem.message, ...response });
}

/** Refuses what never becomes an exchange: a line in the log, no row, so that nobody from outside can fill the journal. */
function turnAway(visit: Visit, protocol: Protocol, problem: Problem): void {
  const { status } = refuse(visit, protocol, problem);
  visit.doors.turnedAway(
    `${visit.request.method} ${visit.path.slice(0, 200)}: ${status}, ${problem.message}`,
    visit.id,
  );
}

function refuse(visit: Visit, protocol: Protocol, problem: Problem): PlainAnswer {
  const { doors, id } = visit;
  const dialect = doors.dialects[protocol];
  const plain = dialect ? dialect.problem(problem, id) : openaiProblem(problem);
  const answer = { ...plain, headers: { ...plain.headers, ...bareHeaders(visit, protocol) } };
  visit.sink.answer(answer);
  return answer;
}

/** The exchange's headers before any account was asked. */
function bareHeaders(visit: Visit, protocol: Protocol): Record<string, string> {
  const model = /^\/v1(?:beta)?\/models\/([^/:]+)/.exec(visit.path)?.[1] ?? '';
  const request = { model, protocol } as ClientRequest;
  return {
    ...exchangeHeaders(visit.id, startCourse(request, [], undefined), protocol),
    'x-mapped-model': headerSafe(model),
  };
}

function probe(visit: Visit, what: 'root' | 'health' | 'livez' | 'readyz'): void {
  visit.request.resume();
  const ready = !visit.doors.closing.aborted;
  const status = what === 'readyz' && !ready ? 503 : 200;
  const body = what === 'root' ? '' : JSON.stringify({ status: status === 200 ? 'ok' : 'draining' });
  const headers = { 'content-type': 'application/json', ...bareHeaders(visit, 'openai-chat') };
  visit.sink.answer({ status, headers, body: Buffer.from(body) });
}

async function listModels(visit: Visit, route: Extract<Route, { to: 'models' }>): Promise<void> {
  visit.request.resume();
  const answer = await visit.doors.models(route.protocol, route.id, visit.sink.gone);
  if (!answer) {
    const shown = JSON.stringify((route.id ?? '').slice(0, 200));
    refuse(visit, route.protocol, { kind: 'unknown-model', message: `the model ${shown} is not served here` });
    return;
  }
  visit.sink.answer({ ...answer, headers: { ...answer.headers, ...bareHeaders(visit, route.protocol) } });
}

function control(visit: Visit): void {
  const { doors, headers, query, request } = visit;
  // The control plane checks its own key; the Host and foreign-page rules hold for it too.
  const admission: Admission = admit({ headers, query, health: true }, { ...doors.gate(), mode: 'off' });
  if ('problem' in admission) {
    request.resume();
    turnAway(visit, 'openai-chat', admission.problem);
    return;
  }
  for (const [name, value] of Object.entries(bareHeaders(visit, 'openai-chat'))) visit.response.setHeader(name, value);
  doors.control(request, visit.response);
}

function visitOf(
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
  doors: HandlerDoors,
): Omit<Visit, 'desk'> {
  const target = request.url ?? '/';
  const at = target.indexOf('?');
  const path = at === -1 ? target : target.slice(0, at);
  const query = new URLSearchParams(at === -1 ? '' : target.slice(at + 1));
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { id, request, response, path, query, headers, sink: createSink(response, doors.healing().world), doors };
}
