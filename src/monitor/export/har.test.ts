import { describe, expect, it } from 'vitest';
import { harEntry, harPieces } from './har.ts';
import { each, testRecord, textOf } from './record.testing.ts';

describe('the archive', () => {
  it('is one JSON document of version 1.2 with a creator, whatever the number of entries', async () => {
    for (const count of [0, 1, 3]) {
      const records = Array.from({ length: count }, (_, at) => testRecord({ id: `R${at}` }));
      const { log } = JSON.parse(await textOf(harPieces(each(records), '1.2.3')));
      expect(log).toMatchObject({ version: '1.2', creator: { name: 'antigravity-tools', version: '1.2.3' } });
      expect(log.entries.map((entry: { _id: string }) => entry._id)).toEqual(records.map(({ row }) => row.id));
    }
  });

  it('has every field that the specification demands, and what the journal knows beside them', () => {
    const entry = harEntry(testRecord({}, { marks: [{ end: 10, ms: 8 }] }));
    expect(entry).toMatchObject({
      startedDateTime: '2026-01-01T00:00:00.000Z',
      time: 31,
      request: {
        method: 'POST',
        url: 'http://127.0.0.1:8045/v1/messages',
        httpVersion: 'HTTP/1.1',
        cookies: [],
        headers: [
          { name: 'host', value: '127.0.0.1:8045' },
          { name: 'content-type', value: 'application/json' },
        ],
        queryString: [],
        headersSize: -1,
        bodySize: 42,
        postData: { mimeType: 'application/json', text: '{"model":"claude-haiku-4-5","stream":true}' },
      },
      response: {
        status: 200,
        statusText: 'OK',
        httpVersion: 'HTTP/1.1',
        cookies: [],
        content: { size: 37, mimeType: 'text/event-stream' },
        redirectURL: '',
        headersSize: -1,
        bodySize: 37,
      },
      cache: {},
      timings: { blocked: -1, dns: -1, connect: -1, ssl: -1, send: 0, wait: 8, receive: 23 },
      _account: 'ada@example.com',
      _attempts: [{ n: 1, status: 200 }],
    });
  });

  it('measures times that add up to the whole, also where nothing was answered', () => {
    for (const row of [{}, { first_content_ms: null }, { stream: false }, { duration_ms: 3 }, { duration_ms: 0 }]) {
      const { time, timings } = harEntry(testRecord(row));
      expect(timings.send + timings.wait + timings.receive).toBe(time);
      expect(Math.min(timings.wait, timings.receive)).toBeGreaterThanOrEqual(0);
    }
  });

  it('says of a body that was cut how large it was and what is missing', () => {
    const request = { headers: {}, body: `abc\n… 100 bytes not kept …\nxyz` };
    const response = { headers: {}, body: `é\n[… 7 bytes not kept …]\nz` };
    const entry = harEntry(testRecord({}, { request, response }));
    expect(entry.request.bodySize).toBe(106);
    expect(entry.request.postData?.comment).toContain('100 bytes');
    expect(entry.response.content.size).toBe(10);
    expect(entry.response.content.comment).toContain('7 bytes');
  });

  it('makes no body of one that was not kept', () => {
    const nothing = { headers: {}, body: '' };
    const entry = harEntry(testRecord({}, { request: nothing, response: nothing }));
    expect(entry.request.bodySize).toBe(-1);
    expect(entry.request).not.toHaveProperty('postData');
    expect(entry.comment).toBe('no body is kept of: request, answer');
  });

  it.each([['evil.example/@x y'], ['a"b'], ['[::::'], ['']])('has a proper URL with the Host %j', (host) => {
    const entry = harEntry(testRecord({ path: '//x/../y?a=1&b' }, { request: { headers: { host }, body: '' } }));
    expect(URL.canParse(entry.request.url)).toBe(true);
    expect(new URL(entry.request.url).hostname).toBe('localhost');
  });
});
