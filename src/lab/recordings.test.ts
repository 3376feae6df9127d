import { describe, expect, it } from 'vitest';
import { harPieces } from '../monitor/export/har.ts';
import { jsonlPieces } from '../monitor/export/jsonl.ts';
import { each, testRecord, textOf } from '../monitor/export/record.testing.ts';
import type { RequestRecord } from '../monitor/rows.ts';
import { createOrderCounter, withOrder } from './order.ts';
import { planAnswer } from './plan.ts';
import { planCall } from './plan-call.ts';
import { readRecordings } from './recordings.ts';
import type { LabScript } from './script.ts';
import type { LabCall, LabStep } from './step.ts';

const FORMS: [string, (records: readonly RequestRecord[]) => Promise<string>][] = [
  ['an HTTP archive', (records) => textOf(harPieces(each(records), '1'))],
  ['JSON lines', (records) => textOf(jsonlPieces(each(records)))],
];
const asks = (model: string, stream: boolean): string => JSON.stringify({ model, stream, messages: [] });
const recorded = (n: number, model: string, body: string, more: Partial<RequestRecord> = {}, stream = true) =>
  testRecord(
    { id: `R${n}`, time: new Date(Date.UTC(2026, 0, 1, 0, 0, n)).toISOString(), model, stream },
    {
      request: { headers: {}, body: asks(model, stream) },
      response: {
        headers: {
          'Content-Type': stream ? 'text/event-stream' : 'application/json',
          'x-account-email': 'a',
          'retry-after': '3',
        },
        body,
      },
      ...more,
    },
  );

function scriptOf(text: string): LabScript {
  const read = readRecordings(text);
  if (read === undefined || 'problems' in read) throw new Error(`no recording: ${read?.problems.join('; ')}`);
  return read.script;
}
function caller(script: LabScript) {
  const count = createOrderCounter();
  return (model: string, stream = true, path = '/v1/messages') => {
    const body = Buffer.from(asks(model, stream));
    const call: LabCall = {
      account: 'any',
      path,
      method: 'POST',
      query: new URLSearchParams(),
      headers: {},
      body,
      n: 0,
    };
    return planCall(script, withOrder(script, call, count), planAnswer).steps;
  };
}
const said = (steps: readonly LabStep[]): string =>
  Buffer.concat(steps.flatMap((step) => (step.do === 'bytes' ? [step.bytes] : []))).toString('utf8');
const statusOf = (steps: readonly LabStep[]) => steps.flatMap((step) => (step.do === 'head' ? [step.status] : []))[0];

describe.each(FORMS)('%s as a recording', (_name, write) => {
  it('is answered model by model, framing by framing, in the order of its times, and the last repeats', async () => {
    const list = [recorded(3, 'a', 'third'), recorded(2, 'b', 'second'), recorded(1, 'a', 'first')];
    const whole = recorded(4, 'a', '{"a":1}', {}, false);
    const call = caller(scriptOf(await write([whole, ...list])));
    expect([call('a'), call('b'), call('a', false), call('a'), call('a')].map(said)).toEqual([
      ...['first', 'second', '{"a":1}', 'third', 'third'],
    ]);
  });

  it('gives a stream event by event, with its own headers and none of the gateway', async () => {
    const body = 'event: a\r\ndata: é\r\n\r\nevent: b\ndata: 2\n\n';
    const [head, first, second, end] = caller(scriptOf(await write([recorded(1, 'a', body)])))('a');
    expect(head).toEqual({
      do: 'head',
      status: 200,
      headers: { 'content-type': 'text/event-stream', 'retry-after': '3' },
    });
    expect([said([first!]), said([second!])]).toEqual(['event: a\r\ndata: é\r\n\r\n', 'event: b\ndata: 2\n\n']);
    expect(end).toEqual({ do: 'end' });
  });

  it('keeps the recorded pauses only when it is asked to', async () => {
    const marks = [
      { end: 3, ms: 40 },
      { end: 6, ms: 100 },
    ];
    const script = scriptOf(await write([recorded(1, 'a', 'onetwo', { marks })]));
    const doing = (steps: readonly LabStep[]) => steps.map((step) => (step.do === 'wait' ? step.ms : step.do));
    expect(doing(caller(script)('a'))).toEqual(['head', 'bytes', 'bytes', 'end']);
    expect(doing(caller({ ...script, paced: true })('a'))).toEqual([40, 'head', 'bytes', 60, 'bytes', 'end']);
  });

  it('breaks off where a part of the answer is missing, and where the client had left', async () => {
    const gap = caller(scriptOf(await write([recorded(1, 'a', 'begin\n[… 5 bytes not kept …]\nend')])))('a');
    expect([said(gap), gap.at(-1)]).toEqual(['begin', { do: 'close' }]);
    const left = recorded(1, 'a', 'begin');
    const cancelled = { ...left, row: { ...left.row, outcome: 'cancelled' as const } };
    expect(caller(scriptOf(await write([cancelled])))('a').at(-1)).toEqual({ do: 'close' });
  });

  it('refuses what was not recorded, and makes nothing up', async () => {
    const call = caller(scriptOf(await write([recorded(1, 'a', 'x')])));
    for (const steps of [call('b'), call('a', false), call('a', true, '/v1/chat/completions')]) {
      expect(statusOf(steps)).toBe(404);
    }
  });

  it('finds the model of a request that was not kept whole', async () => {
    const request = { headers: {}, body: '{"model":"a\n… 5 bytes not kept …\n}' };
    expect(said(caller(scriptOf(await write([recorded(1, 'a', 'x', { request })])))('a'))).toBe('x');
  });

  it('says so when it holds no answers', async () => {
    expect(readRecordings(await write([recorded(1, 'a', '')]))).toEqual({
      problems: [expect.stringContaining('bodies')],
    });
  });
});

describe('a recording of somebody else', () => {
  const entry = (more: object) => ({
    startedDateTime: '2026-01-01T00:00:00Z',
    request: { url: 'https://api.example/v1/messages?beta=true', postData: { text: asks('a', true) } },
    response: {
      status: 200,
      content: {
        mimeType: 'text/event-stream',
        text: Buffer.from('data: ü\n\n').toString('base64'),
        encoding: 'base64',
      },
    },
    ...more,
  });

  it('may have its bodies in base64 and headers of any kind', () => {
    const call = caller(scriptOf(JSON.stringify({ log: { entries: [entry({})] } })));
    expect(said(call('a'))).toBe('data: ü\n\n');
  });

  it('is told where it cannot be read', () => {
    const text = JSON.stringify({ log: { entries: [entry({ response: { status: 'x' } })] } });
    expect(readRecordings(text)).toEqual({ problems: [expect.stringContaining('log.entries.0.response.status')] });
  });

  it('is none when it is a script', () => {
    for (const text of ['default: 529\n', '{"default":"529"}', '{ default: 529 }', '']) {
      expect(readRecordings(text)).toBeUndefined();
    }
  });
});
