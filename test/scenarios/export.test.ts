/** The journal leaves the gateway in every format with the values it has, and goes back into the lab: as answers, and as the failure that was seen. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRecordings } from '../../src/lab/recordings.ts';
import { type LabScript, labScript, readScript } from '../../src/lab/script.ts';
import { type Lab, startLab } from '../../src/lab/server.ts';
import { type Answer, ask, askJson } from './client.ts';
import { loopbackAccount, type Row, startTestGateway, type TestGateway, world } from './gateway.ts';

/** A comma with an even number of quotes behind it. No cell of these rows holds a line end. */
const BETWEEN_CELLS = /,(?=(?:[^"]*"[^"]*")*[^"]*$)/;
/** A conversation's name may begin with a minus, which a spreadsheet would calculate. */
const withoutGuard = (cell: string): string => cell.replace(/^'(?=[=+\-@])/, '');
const none = { kind: 'none' };
const healing = {
  max_attempts: 2,
  first_byte: '1s',
  first_content: '1s',
  idle: '1s',
  resume: false,
  backoff: { '429': none, '500': none, '503': none, '529': none },
};

interface House {
  readonly gateway: TestGateway;
  readonly lab: Lab;
  close(): Promise<void>;
}

async function openHouse(script: LabScript): Promise<House> {
  const lab = await startLab({ world, script });
  const accounts = [loopbackAccount('anthropic', 'ada', lab.url), loopbackAccount('gemini', 'bob', lab.url)];
  const gateway = await startTestGateway({ accounts, healing, logLevel: 'warn' });
  const close = async (): Promise<void> => {
    await gateway.close();
    await lab.close();
  };
  return { gateway, lab, close };
}

const claude = (model: string, stream: boolean) => ({
  path: '/v1/messages',
  json: { model, max_tokens: 200, stream, messages: [{ role: 'user', content: `=1+1, "what" is that; ${model}\n?` }] },
});
const gemini = {
  path: '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
  json: { contents: [{ role: 'user', parts: [{ text: 'Where is Łódź?' }] }] },
};
type Question = ReturnType<typeof claude> | typeof gemini;
const putTo = (url: string, { path, json }: Question): Promise<Answer> => askJson(url + path, json);

async function asked(gateway: TestGateway, question: Question): Promise<{ answer: Answer; row: Row }> {
  const answer = await putTo(gateway.url, question);
  return { answer, row: await gateway.row(answer.headers['x-request-id'] ?? '') };
}

async function exported(gateway: TestGateway, query: string): Promise<Answer> {
  const headers = { authorization: `Bearer ${gateway.adminKey}` };
  return ask(`${gateway.url}/api/requests/export?${query}`, { method: 'GET', headers });
}

const detailOf = async (gateway: TestGateway, id: string): Promise<Record<string, unknown>> => {
  const headers = { authorization: `Bearer ${gateway.adminKey}` };
  return JSON.parse((await ask(`${gateway.url}/api/requests/${id}`, { method: 'GET', headers })).text);
};

describe('the journal of a gateway that has answered and failed', () => {
  const questions = [
    claude('claude-haiku-4-5', true),
    claude('claude-haiku-4-5', false),
    gemini,
    claude('claude-sick-4-5', true),
  ];
  const seen: Answer[] = [];
  let house: House;
  let rows: Row[];

  beforeAll(async () => {
    house = await openHouse(labScript({ requests: [{ match: { model: 'claude-sick-*' }, weather: 'no-content' }] }));
    for (const question of questions) seen.push((await asked(house.gateway, question)).answer);
    rows = await house.gateway.rows();
  });
  afterAll(() => house.close());

  it('leaves as JSON lines: what the API says of each request, line by line', async () => {
    const { text, headers } = await exported(house.gateway, 'format=jsonl');
    expect(headers['content-disposition']).toBe('attachment; filename="antigravity-tools-requests.jsonl"');
    const views = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(views).toHaveLength(questions.length);
    expect(views).toEqual(await Promise.all(rows.map(({ id }) => detailOf(house.gateway, id))));
  });

  it('leaves as a table: the same rows with the same values', async () => {
    const { text } = await exported(house.gateway, 'format=csv');
    const cellsOf = (line: string): string[] =>
      line.split(BETWEEN_CELLS).map((cell) => withoutGuard(cell.replace(/^"(.*)"$/, '$1').replaceAll('""', '"')));
    const [names = [], ...lines] = text.trimEnd().split('\r\n').map(cellsOf);
    const written = (value: unknown): string => (Array.isArray(value) ? value.join(' ') : String(value ?? ''));
    expect(names).toEqual(expect.arrayContaining(Object.keys(rows[0]!)));
    expect(lines).toHaveLength(rows.length);
    for (const [at, cells] of lines.entries()) {
      const { error: reason, ...row } = Object.fromEntries(names.map((name, place) => [name, cells[place]]));
      expect(row).toEqual(Object.fromEntries(Object.keys(row).map((name) => [name, written(rows[at]![name])])));
      expect(reason).toBe(written((await detailOf(house.gateway, rows[at]!.id)).error));
    }
  });

  it('leaves as an HTTP archive: what was asked and answered, byte for byte', async () => {
    const { log } = JSON.parse((await exported(house.gateway, 'format=har')).text);
    expect(log.entries).toHaveLength(questions.length);
    for (const [at, entry] of [...log.entries].reverse().entries()) {
      const answer = seen[at]!;
      expect(entry._id).toBe(answer.headers['x-request-id']);
      expect(JSON.parse(entry.request.postData.text)).toEqual(questions[at]!.json);
      expect(entry.response.status).toBe(answer.status);
      expect(entry.response.content.text).toBe(answer.text);
      expect(entry.response.content.size).toBe(answer.bytes.length);
      expect(entry.timings.send + entry.timings.wait + entry.timings.receive).toBe(entry.time);
    }
  });

  it('leaves by filter and by id, and never without the key', async () => {
    const failed = (await exported(house.gateway, 'format=jsonl&outcome=failed')).text.trim().split('\n');
    expect(failed.map((line) => (JSON.parse(line) as Row).model)).toEqual(['claude-sick-4-5']);
    const { log } = JSON.parse((await exported(house.gateway, `format=har&id=${rows[1]!.id}`)).text);
    expect(log.entries.map((entry: { _id: string }) => entry._id)).toEqual([rows[1]!.id]);
    const answer = await ask(`${house.gateway.url}/api/requests/export?format=csv`, { method: 'GET' });
    expect(answer.status).toBe(401);
  });

  it.each(['har', 'jsonl'])('comes back from the lab as the same answers, out of %s', async (format) => {
    const read = readRecordings((await exported(house.gateway, `format=${format}`)).text);
    if (read === undefined || 'problems' in read) throw new Error('the export is no recording');
    const lab = await startLab({ world, script: read.script });
    try {
      for (const [at, question] of questions.entries()) {
        const answer = await putTo(lab.url, question);
        expect([answer.status, answer.text]).toEqual([seen[at]!.status, seen[at]!.text]);
        expect(answer.headers['content-type']).toBe(seen[at]!.headers['content-type']);
      }
      expect((await putTo(lab.url, claude('claude-other-4-5', true))).status).toBe(404);
    } finally {
      await lab.close();
    }
  });
});

/** What tells one failure from another. */
const course = (detail: Record<string, unknown>) => ({
  status: detail.status,
  outcome: detail.outcome,
  attempts: (detail.attempts as Record<string, unknown>[]).map(({ status, result, failure, action }) => ({
    status,
    result,
    kind: String(failure ?? '').split(':', 1)[0],
    action,
  })),
});

describe('a lab script of one request', () => {
  it.each([
    ['529'],
    ['500'],
    ['401'],
    ['404'],
    ['429'],
    ['context-too-long'],
    ['no-content'],
    ['in-band-error'],
    ['empty-body'],
    ['html'],
    ['reset'],
    ['silence'],
    ['headers-then-silence'],
    ['cut-after'],
    ['stall'],
  ])('shows the failure of %s again', async (weather) => {
    const question = claude('claude-haiku-4-5', true);
    const run = async (script: LabScript) => {
      const house = await openHouse(script);
      try {
        const { row } = await asked(house.gateway, question);
        const text = (await exported(house.gateway, `format=lab&id=${row.id}`)).text;
        return { course: course(await detailOf(house.gateway, row.id)), text };
      } finally {
        await house.close();
      }
    };
    const first = await run(labScript({ default: weather }));
    expect(first.course.outcome).toBe('failed');
    const read = readScript(first.text);
    if ('problems' in read) throw new Error(read.problems.join('; '));
    expect((await run(read.script)).course).toEqual(first.course);
  });

  it('shows a healed request again: the failure first, then the answer', async () => {
    const question = claude('claude-haiku-4-5', true);
    const sick = { match: { n: 0 }, weather: 'in-band-error' };
    const before = await openHouse(labScript({ requests: [sick] }));
    const { row } = await asked(before.gateway, question);
    expect(row.outcome).toBe('healed');
    const text = (await exported(before.gateway, `format=lab&id=${row.id}`)).text;
    await before.close();
    const read = readScript(text);
    if ('problems' in read) throw new Error(read.problems.join('; '));
    const again = await openHouse(read.script);
    const repeated = await asked(again.gateway, question);
    await again.close();
    expect(repeated.row).toMatchObject({ outcome: 'healed', attempts: 2 });
  });
});
