/** What the journal knows of a request, with the real gateway and the lab: the live feed while an answer is healed, marks, changes, conversations and raw bytes. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { labScript } from '../../src/lab/script.ts';
import { type Lab, startLab } from '../../src/lab/server.ts';
import { createRecordBuilder } from '../../src/monitor/record.ts';
import type { FinishedRecord } from '../../src/monitor/rows.ts';
import type { LiveHello, LiveRow } from '../../src/monitor/views.ts';
import { type Answer, ask, askJson, type OpenQuestion, start } from './client.ts';
import { loopbackAccount, startTestGateway, type TestGateway, waitFor, world } from './gateway.ts';

const records: FinishedRecord[] = [];
const builder = createRecordBuilder({
  finished: (record) => void records.push(record),
  narrate: () => [],
  redact: (text) => text,
  bodies: () => ({ keep: 'full', bytesMax: 256 * 1024 }),
});
let lab: Lab;
let gateway: TestGateway;

beforeAll(async () => {
  lab = await startLab({ world });
  gateway = await startTestGateway({
    accounts: [
      loopbackAccount('anthropic', 'ada', lab.url),
      loopbackAccount('anthropic', 'grace', lab.url),
      loopbackAccount('gemini', 'edsger', lab.url),
    ],
    routes: [{ match: 'claude-opus-*', to: ['gemini-2.5-flash'] }],
    scheduling: { sticky: false },
    reader: { note: (fact) => builder.see(fact) },
  });
});
afterAll(async () => {
  await gateway.close();
  await lab.close();
});
afterEach(() => lab.setScript(labScript({})));

const model = 'claude-sonnet-4-5';
const said = (content: string, more: object = {}) => ({
  ...{ model, max_tokens: 500, stream: true, messages: [{ role: 'user', content }] },
  ...more,
});
const sayTo = (json: object): Promise<Answer> => askJson(`${gateway.url}/v1/messages`, json);
const recordOf = ({ headers }: Answer): Promise<FinishedRecord> =>
  waitFor('the record', () => records.find(({ row }) => row.id === headers['x-request-id']));
const admin = (path: string, json?: object): Promise<Answer> => {
  const headers = { authorization: `Bearer ${gateway.adminKey}` };
  return json === undefined
    ? ask(`${gateway.url}${path}`, { method: 'GET', headers })
    : askJson(`${gateway.url}${path}`, json, headers);
};

interface Feed {
  readonly rows: LiveRow[];
  readonly hello: LiveHello | undefined;
  leave(): void;
}
async function follow(): Promise<Feed & { readonly open: OpenQuestion }> {
  const headers = { authorization: `Bearer ${gateway.adminKey}` };
  const open = start(`${gateway.url}/api/events`, { method: 'GET', headers });
  const response = await open.response;
  expect([response.statusCode, response.headers['content-type']]).toEqual([200, 'text/event-stream; charset=utf-8']);
  const feed = { rows: [] as LiveRow[], hello: undefined as LiveHello | undefined, leave: open.leave, open };
  let text = '';
  response.on('error', () => undefined);
  response.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const [, event, data] = /event: (\w+)\n.*\ndata: (.*)/.exec(text.slice(0, end)) ?? [];
      text = text.slice(end + 2);
      if (event === 'hello') feed.hello = JSON.parse(data ?? '') as LiveHello;
      if (event === 'request') feed.rows.push(JSON.parse(data ?? '') as LiveRow);
    }
  });
  await waitFor('the first event', () => feed.hello);
  return feed;
}

describe('the live feed', () => {
  it('shows a stream that is healed from its start to its end, while it streams', async () => {
    // Whoever is asked first breaks off, and so does the second.
    const weather = ['cut-after', 'clear:ms=60'];
    lab.setScript(
      labScript({ accounts: { 'test-key-ada-0123456789': weather, 'test-key-grace-0123456789': weather } }),
    );
    const feed = await follow();
    let isOver = false;
    const asked = sayTo(said('Tell me [[lab:words=60]] [[lab:events=30]]')).finally(() => {
      isOver = true;
    });
    const of = (state: LiveRow['state']) => feed.rows.filter((row) => row.state === state);
    const during = await waitFor('the third attempt, answering', () =>
      of('answering').find(({ attempts, flags }) => attempts === 3 && flags.includes('resumed')),
    );
    expect(isOver).toBe(false);
    expect(during).toMatchObject({ attempts: 3, outcome: null, status: null, mapped_model: model });
    const answer = await asked;
    expect(answer.text).toContain('message_stop');
    const [end] = await waitFor('the end', () => (of('ended').length > 0 ? of('ended') : undefined));
    const { state, ...row } = end as LiveRow;
    expect(row).toEqual((await recordOf(answer)).row);
    expect(row).toMatchObject({ outcome: 'healed', flags: expect.arrayContaining(['resumed', 'rotated']) });
    expect(feed.rows[0]).toMatchObject({ state: 'asking', attempts: 0, id: row.id });
    // At least once more than at its changes, because it took longer than the feed waits.
    expect(of('answering').length).toBeGreaterThan(3);
    feed.leave();
  });

  it('tells a newcomer of the requests that are open, and lets go of a reader that leaves', async () => {
    lab.setScript(labScript({ default: 'headers-then-silence' }));
    const first = await follow();
    const open = start(`${gateway.url}/v1/messages`, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(said('Hello')),
    });
    const [row] = await waitFor('the request', () => (first.rows.length > 0 ? first.rows : undefined));
    first.leave();
    const second = await follow();
    await waitFor('the open request', () => second.rows.some(({ id }) => id === row?.id));
    expect(second.hello?.boot).toBe(first.hello?.boot);
    for (let n = 0; n < 40; n += 1) (await follow()).leave();
    open.leave();
    await waitFor('its end', () =>
      second.rows.some(({ state, outcome }) => state === 'ended' && outcome === 'cancelled'),
    );
    second.leave();
  });

  it('needs the admin key', async () => {
    expect((await ask(`${gateway.url}/api/events`, { method: 'GET' })).status).toBe(401);
  });
});

describe('a record', () => {
  it('has marks from the first byte to the last, in the order of time', async () => {
    lab.setScript(labScript({ default: 'clear:ms=10' }));
    const answer = await sayTo(said('Tell me [[lab:words=20]] [[lab:events=20]]'));
    const { marks, response } = await recordOf(answer);
    expect(response.body).toBe(answer.text);
    expect(marks.length).toBeGreaterThan(10);
    expect(marks.at(-1)?.end).toBe(answer.bytes.length);
    expect(
      marks.every(({ end, ms }, at) => at === 0 || (end > (marks[at - 1]?.end ?? 0) && ms >= (marks[at - 1]?.ms ?? 0))),
    ).toBe(true);
    expect((marks.at(-1)?.ms ?? 0) - (marks[0]?.ms ?? 0)).toBeGreaterThan(50);
  });

  it('shows what a repair changed, and that there was one', async () => {
    const history = [
      { role: 'user', content: 'Think' },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'I thought so', signature: 'bm8gc2lnbmF0dXJlIGF0IGFsbA==' },
          { type: 'text', text: 'Done' },
        ],
      },
      { role: 'user', content: 'And now? [[lab:words=5]]' },
    ];
    const thinking = { type: 'enabled', budget_tokens: 1024 };
    const answer = await sayTo(said('', { messages: history, thinking, max_tokens: 2048 }));
    const { row, changes, steps } = await recordOf(answer);
    expect(row).toMatchObject({ status: 200, outcome: 'healed', flags: expect.arrayContaining(['repaired']) });
    expect(steps.filter(({ what }) => what === 'repaired')).toEqual([
      { what: 'repaired', ms: expect.any(Number), for_ms: null, why: expect.stringMatching(/\w/) },
    ]);
    expect(changes[0]).toEqual({
      n: 2,
      what: 'repaired',
      path: 'messages[1].content[0]',
      operation: 'set',
      before: '{"type":"thinking","thinking":"I thought so","signature":"bm8gc2lnbmF0dXJlIGF0IGFsbA=="}',
      after: '{"type":"text","text":"I thought so"}',
    });
    expect(changes.at(-1)).toMatchObject({ path: 'messages[2].content', before: '"And now? [[lab:words=5]]"' });
  });

  it('holds the body that was really sent where the upstream speaks another dialect', async () => {
    const answer = await sayTo(said('Translate me', { model: 'claude-opus-4-5' }));
    const { changes, row } = await recordOf(answer);
    expect(row.mapped_model).toBe('gemini-2.5-flash');
    const sent = Buffer.from(lab.calls.at(-1)?.body ?? []).toString();
    expect(sent).toContain('Translate me');
    expect(changes).toEqual([{ n: 1, what: 'translated', path: '', operation: 'body', before: null, after: sent }]);
  });

  it('carries the same conversation over its turns, and another for another', async () => {
    const one = await sayTo(said('Where was I? [[lab:answer=Here]]', { stream: false }));
    const { content } = JSON.parse(one.text) as { content: unknown };
    const turns = [
      { role: 'user', content: 'Where was I? [[lab:answer=Here]]' },
      { role: 'assistant', content },
      { role: 'user', content: 'And then? [[lab:answer=There]]' },
    ];
    const two = await sayTo(said('', { messages: turns }));
    const other = await sayTo(said('Who was I? [[lab:answer=You]]'));
    const [a, b, c] = await Promise.all([one, two, other].map(async (each) => (await recordOf(each)).row.conversation));
    expect(a).toMatch(/^[\w-]{16}$/);
    expect(b).toBe(a);
    expect(c).not.toBe(a);
  });

  it('holds the raw bytes of exactly as many requests as were asked for', async () => {
    expect(JSON.parse((await admin('/api/capture', { requests: 2 })).text)).toEqual({ requests: 2 });
    const kept = [];
    for (let n = 0; n < 3; n += 1) kept.push(await recordOf(await sayTo(said(`Raw ${n} [[lab:words=5]]`))));
    expect(kept.map(({ raw }) => raw.length > 0)).toEqual([true, true, false]);
    expect(JSON.parse((await admin('/api/capture')).text)).toEqual({ requests: 0 });
    for (const { raw, attempts, response } of kept.slice(0, 2)) {
      expect(raw.map(({ n }) => n)).toEqual(attempts.map(({ n }) => n));
      const last = raw.at(-1);
      expect(last?.body).toContain('event: message_stop');
      expect(last?.marks.at(-1)?.end).toBe(Buffer.byteLength(last?.body ?? ''));
      expect(response.body).toContain('message_stop');
    }
  });

  it('holds what a refusal said', async () => {
    lab.setScript(labScript({ default: 'context-too-long' }));
    await admin('/api/capture', { requests: 1 });
    const answer = await sayTo(said('Raw'));
    const { raw, attempts } = await recordOf(answer);
    expect([answer.status, attempts.length]).toEqual([400, 1]);
    expect(raw).toEqual([{ n: 1, body: answer.text, marks: [{ end: answer.bytes.length, ms: expect.any(Number) }] }]);
  });
});
