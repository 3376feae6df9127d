/** Whatever a client, a model or an upstream says is text on the Monitor and nothing else. */

import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startUpstream, type Upstream, type UpstreamCall } from '../scenarios/upstream.ts';
import { PAYLOADS } from './hostile-payloads.ts';
import { type House, openHouse } from './house.ts';

let upstream: Upstream;
let house: House;
let page: Page;
/** The row of each payload, by its place. */
const ids: string[] = [];
const violations: string[] = [];

beforeAll(async () => {
  upstream = await startUpstream(answerHostile);
  house = await openHouse({ upstream: upstream.url });
  for (const [index, payload] of PAYLOADS.entries()) {
    ids.push(await house.ask(questionWith(payload, index)));
  }
  await addAccount(PAYLOADS[0] ?? '');
  page = await house.visit();
  await page.exposeFunction('reportViolation', (what: string) => void violations.push(what));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const report = (window as unknown as { reportViolation(what: string): void }).reportViolation;
      report(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
    });
  });
});
afterAll(async () => {
  await house?.close();
  await upstream?.close();
});

describe('a hundred hostile texts in prompts, answers, tool arguments, model names, headers, errors and labels', () => {
  it('are a hundred different ones', () => {
    expect(new Set(PAYLOADS).size).toBe(100);
  });

  it('do run on a page that takes captured text for markup', { timeout: 200_000 }, async () => {
    const careless = await house.browser.newPage();
    let ran = 0;
    for (const payload of PAYLOADS) {
      await careless
        .setContent(`<!doctype html><body><div id="log">${payload}</div></body>`, { waitUntil: 'commit' })
        .catch(() => undefined);
      await careless.waitForTimeout(20);
      if (await careless.evaluate(() => (window as unknown as { ran?: number }).ran === 1).catch(() => true)) ran += 1;
    }
    await careless.close();
    expect(ran).toBeGreaterThan(30);
  });

  it('have all reached the journal', async () => {
    expect(ids.filter((id) => id === '')).toEqual([]);
    const found = await Promise.all(ids.map((id) => fetchAs(`/api/requests/${id}`)));
    expect(found.filter(({ status }) => status !== 200)).toEqual([]);
    // Half of them were answered with the payload, half refused with it.
    const shown = found.filter(({ text }, index) => text.includes(JSON.stringify(PAYLOADS[index]).slice(1, -1)));
    expect(shown.length).toBeGreaterThan(90);
  });

  it.each(['requests', 'requests?q=script', 'overview', 'accounts', 'settings'])('run nothing on %s', async (place) => {
    await open(`#/${place}`);
    await expectNothingRan(place);
  });

  it('run nothing on the page of any of their requests', { timeout: 600_000 }, async () => {
    for (const [index, id] of ids.entries()) {
      await open(`#/requests/${id}`);
      await page.getByRole('tab').first().waitFor();
      for (const tab of await page.getByRole('tab').all()) await tab.click();
      await expectNothingRan(`payload ${index}`);
    }
  });

  it('run nothing when they stand in the address', async () => {
    for (const payload of PAYLOADS.slice(0, 30)) {
      await open(`#/requests?q=${encodeURIComponent(payload)}&model=${encodeURIComponent(payload)}`);
      await open(`#/requests/${encodeURIComponent(payload)}?tab=${encodeURIComponent(payload)}`);
    }
    await expectNothingRan('the address');
  });

  it('meet a policy that would stop them anyway', async () => {
    const { headers } = await fetchAs('/');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options') ?? policy).toMatch(/DENY|frame-ancestors 'none'/);
  });
});

async function open(hash: string): Promise<void> {
  await page.goto(`${house.gateway.url}/${hash}`);
  await page.locator('main :is(h1, [role=alert])').first().waitFor();
}

async function expectNothingRan(where: string): Promise<void> {
  const ran = await page.evaluate(() => (window as unknown as { ran?: number }).ran);
  expect(ran, where).toBeUndefined();
  const foreign = await page.evaluate(
    () => document.querySelectorAll('iframe, object, embed, base, main script, main img[src="x"]').length,
  );
  expect(foreign, where).toBe(0);
  expect(violations, where).toEqual([]);
  expect(house.complaints, where).toEqual([]);
}

function questionWith(payload: string, index: number) {
  const text = `${index} ${payload}`;
  const tool = { name: 'look', description: payload, input_schema: { type: 'object', properties: {} } };
  const body = {
    model: index % 3 === 0 ? `claude-${payload}`.slice(0, 200) : 'claude-sonnet-4-5',
    stream: true,
    max_tokens: 100,
    tools: [tool],
    metadata: { user_id: `${randomUUID()} ${payload}` },
    messages: [{ role: 'user', content: text }],
  };
  // A header line takes printable ASCII only.
  const visible = payload.replace(/[^\x20-\x7e]/g, '?');
  return { body, headers: { 'x-hostile': visible, 'user-agent': visible } };
}

/** Every other call is refused with the payload as the error's words; the others say it as text and as the argument of a tool. */
function answerHostile({ body, response }: UpstreamCall): void {
  const asked = JSON.parse(body.toString('utf8')) as { messages: readonly { content: unknown }[]; model: string };
  const [, number = '0', payload = ''] = /^(\d+) ([\s\S]*)$/.exec(textOf(asked.messages.at(-1)?.content)) ?? [];
  if (Number(number) % 2 === 1) {
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message: payload } }));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': payload.replace(/[^\x20-\x7e]/g, '?') });
  for (const event of hostileAnswer(payload))
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  response.end();
}

function hostileAnswer(payload: string): readonly { readonly type: string }[] {
  const usage = { input_tokens: 1, output_tokens: 1 };
  const message = {
    id: payload,
    type: 'message',
    role: 'assistant',
    model: payload,
    content: [],
    stop_reason: null,
    usage,
  };
  const input = JSON.stringify({ path: payload, [payload]: 1 });
  return [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: payload } },
    { type: 'content_block_stop', index: 0 },
    {
      type: 'content_block_start',
      index: 1,
      content_block: { type: 'tool_use', id: payload, name: 'look', input: {} },
    },
    { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: input } },
    { type: 'content_block_stop', index: 1 },
    { type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null }, usage },
    { type: 'message_stop' },
  ] as readonly { readonly type: string }[];
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  const [first] = (content ?? []) as readonly { readonly text?: string }[];
  return first?.text ?? '';
}

async function addAccount(label: string): Promise<void> {
  const account = {
    email: label,
    provider: 'anthropic',
    credential: `${label} credential of the browser tests`,
    enabled: false,
  };
  await fetchAs('/api/accounts', { method: 'POST', body: JSON.stringify(account) });
}

async function fetchAs(path: string, init: RequestInit = {}) {
  const headers = { authorization: `Bearer ${house.gateway.adminKey}`, 'content-type': 'application/json' };
  const response = await fetch(`${house.gateway.url}${path}`, { ...init, headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
