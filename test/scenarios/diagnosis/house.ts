/** The gateway and the lab of the diagnosis: each row of the table has a model name and accounts of its own, so that none sees another's rests. */

import { generateKeyPairSync } from 'node:crypto';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { type LabPlanner, planAnswer } from '../../../src/lab/plan.ts';
import { type Lab, startLab } from '../../../src/lab/server.ts';
import { CLEAR, parseWeather, type Weather } from '../../../src/lab/weather.ts';
import type { Diagnosis } from '../../../src/monitor/views.ts';
import { type Answer, ask, askJson, start } from '../client.ts';
import { startTestGateway, type TestAccount, type TestGateway, waitFor, world } from '../gateway.ts';
import { anthropicQuestion, geminiQuestion } from '../sdk/prompts.ts';
import type { DiagnosedProvider, DiagnosisRow } from './table.ts';

export interface Diagnosed {
  readonly id: string;
  /** What the client saw. */
  readonly text: string;
  readonly status: number;
  readonly diagnosis: Diagnosis;
  /** The lines of the log with this id. */
  readonly log: readonly string[];
}

export interface DiagnosisHouse {
  readonly gateway: TestGateway;
  diagnosed(index: number): Promise<Diagnosed>;
  close(): Promise<void>;
}

const MODELS: Readonly<Record<DiagnosedProvider, string>> = {
  anthropic: 'claude-sonnet-4-5',
  gemini: 'gemini-3-flash',
  vertex: 'gemini-3-flash',
  openai: 'gpt-5.4',
};
const BODY_BYTES_MAX = 200 * 1024;

/** Short clocks and hardly any waits. */
const healing = {
  first_byte: '900ms',
  first_content: '1200ms',
  idle: '800ms',
  deadline: '12s',
  backoff: Object.fromEntries(
    ['400', '401', '403', '404', '429', '500', '503', '529', 'peek'].map((key) => [
      key,
      { kind: 'fixed', base: '2ms', max: '2ms' },
    ]),
  ),
};

export async function startDiagnosisHouse(rows: readonly DiagnosisRow[]): Promise<DiagnosisHouse> {
  const lab = await startLab({ world, planner: plannerOf(rows) });
  const plain = await startPlain();
  const gateway = await startTestGateway({
    accounts: rows.flatMap((row, index) => accountsOf(row, index, lab, plain.url)),
    routes: rows.flatMap((row, index) =>
      row.fallback === true ? [{ match: modelOf(row, index), to: ['*', `${modelOf(row, index)}-b`] }] : [],
    ),
    scheduling: { max_wait: '100ms' },
    server: { max_body: '200KB' },
    healing,
  });
  return {
    gateway,
    diagnosed: (index) => diagnosed(gateway, rows[index]!, index),
    async close() {
      await gateway.close();
      await lab.close();
      plain.server.close();
    },
  };
}

function modelOf({ provider }: DiagnosisRow, index: number): string {
  return `${MODELS[provider]}-d${index}`;
}

/** A server that answers a TLS greeting in plain text, as a wrong port does. */
async function startPlain(): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

/** Whichever account of a row is asked first meets the first weather. */
function plannerOf(rows: readonly DiagnosisRow[]): LabPlanner {
  const asked = new Map<number, string>();
  return (call, _scripted, chance) => {
    const mark = /\bd(\d+)-[abf]\b/.exec(call.account);
    const index = Number(mark?.[1] ?? -1);
    const row = rows[index];
    const isAside = call.method !== 'POST' || call.path.endsWith('/token');
    if (row === undefined || isAside || mark?.[0].endsWith('f') === true) return planAnswer(call, CLEAR, chance);
    if (!asked.has(index)) asked.set(index, call.account);
    return planAnswer(call, weatherOf(asked.get(index) === call.account ? row.first : (row.other ?? 'clear')), chance);
  };
}

function weatherOf(text: string): Weather {
  const read = parseWeather(text);
  if ('problem' in read) throw new Error(read.problem);
  return read.weather;
}

function accountsOf(row: DiagnosisRow, index: number, lab: Lab, plain: string): TestAccount[] {
  const model = modelOf(row, index);
  const account = (name: string, models: string): TestAccount => {
    const own = { email: `d${index}-${name}@example.com`, models: [models], allow_private: true };
    const base = row.provider === 'openai' ? `${lab.url}/v1` : lab.url;
    const place = placeOf(row, plain);
    const vertex = { project: 'test-project', location: 'global', token_url: `${lab.url}/token` };
    return {
      ...own,
      provider: row.provider,
      base_url: base,
      ...(row.provider === 'vertex' ? vertex : {}),
      credential: row.provider === 'vertex' ? serviceAccount(own.email) : `test-key-d${index}-${name}-0123456789`,
      ...place,
    };
  };
  return [
    account('a', model),
    ...(row.other === undefined ? [] : [account('b', model)]),
    ...(row.fallback === true ? [account('f', `${model}-b`)] : []),
  ];
}

function placeOf({ account }: DiagnosisRow, plain: string): Readonly<Record<string, unknown>> {
  return account?.base_url === 'TLS' ? { ...account, base_url: plain } : (account ?? {});
}

let pem: string | undefined;
/** One short key serves all: the lab tells accounts apart by their addresses. */
function serviceAccount(email: string): string {
  pem ??= generateKeyPairSync('rsa', { modulusLength: 1024 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
  const parts = { project_id: 'test-project', private_key_id: 'test', private_key: pem, client_email: email };
  return JSON.stringify({ type: 'service_account', ...parts });
}

async function diagnosed(gateway: TestGateway, row: DiagnosisRow, index: number): Promise<Diagnosed> {
  const answer = row.asks === 'leaves' ? await leave(gateway, row, index) : await askRow(gateway, row, index);
  const { id } = answer;
  await gateway.row(id);
  const headers = { authorization: `Bearer ${gateway.adminKey}` };
  const get = async <T>(path: string): Promise<T> => {
    const told = await ask(`${gateway.url}/api/requests/${id}${path}`, { method: 'GET', headers });
    if (told.status !== 200) throw new Error(`the admin API says ${told.status}: ${told.text}`);
    return JSON.parse(told.text) as T;
  };
  const view = await get<{ log: { msg: string }[] }>('');
  const diagnosis = await get<Diagnosis>('/diagnosis?language=en');
  return { ...answer, diagnosis, log: view.log.map(({ msg }) => msg) };
}

async function askRow(gateway: TestGateway, row: DiagnosisRow, index: number) {
  const { path, body } = questionOf(row, modelOf(row, index));
  const once = (): Promise<Answer> =>
    typeof body === 'string'
      ? ask(gateway.url + path, { headers: { 'content-type': 'application/json' }, body })
      : askJson(gateway.url + path, body);
  if (row.asks === 'twice') await once();
  const { headers, text, status } = await once();
  return { id: headers['x-request-id'] ?? '', text, status };
}

/** The client goes away as soon as the upstream has the request; the id is that of the newest row of its model. */
async function leave(gateway: TestGateway, row: DiagnosisRow, index: number) {
  const model = modelOf(row, index);
  const { path, body } = questionOf(row, model);
  const open = start(gateway.url + path, {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await world.sleep(200, new AbortController().signal);
  open.leave();
  const left = await waitFor('the row of the request that was left', async () =>
    (await gateway.rows()).find((each) => each.model === model),
  );
  return { id: left.id, text: '', status: 0 };
}

function questionOf({ provider, asks }: DiagnosisRow, model: string): { path: string; body: unknown } {
  if (asks === 'no-json') return { path: '/v1/messages', body: '{"model": ' };
  if (asks === 'empty') return { path: '/v1/messages', body: { model } };
  if (asks === 'too-large') return { path: '/v1/messages', body: { model, pad: 'x'.repeat(BODY_BYTES_MAX) } };
  if (asks === 'foreign') {
    const servers = [{ type: 'url', url: 'https://mcp.example.com', name: 'tides' }];
    return { path: '/v1/messages', body: { ...anthropicQuestion(model, 'text'), stream: true, mcp_servers: servers } };
  }
  const signed = asks === 'signed';
  if (provider === 'openai') {
    const messages = [{ role: 'user', content: 'What does the harbour light do?' }];
    return { path: '/v1/chat/completions', body: { model, stream: true, messages } };
  }
  if (provider === 'gemini' || provider === 'vertex') {
    const { contents, config } = geminiQuestion(model, 'text', signed);
    const body = { contents, generationConfig: { maxOutputTokens: config.maxOutputTokens } };
    return { path: `/v1beta/models/${model}:streamGenerateContent?alt=sse`, body };
  }
  const question = anthropicQuestion(asks === 'unknown-model' ? `nobody-has-${model}` : model, 'text', signed);
  const short = asks === 'short' ? { max_tokens: 10 } : {};
  return { path: '/v1/messages', body: { ...question, ...short, stream: asks !== 'collected' } };
}
