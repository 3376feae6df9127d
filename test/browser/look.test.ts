/** What a person finds on the pages when something went wrong, and takes along: in full, true, and at work. */

import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readScript } from '../../src/lab/script.ts';
import type { RequestRow } from '../../src/monitor/rows.ts';
import { type House, openHouse } from './house.ts';

let house: House;
let page: Page;
const ids: Record<string, string> = {};

const history = (question: string) => ({
  model: 'claude-sonnet-4-5',
  stream: true,
  max_tokens: 2_000,
  thinking: { type: 'enabled', budget_tokens: 1_024 },
  messages: [
    { role: 'user', content: question },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Let me look.', signature: 'c2lnbmF0dXJlLW9mLXNvbWUtdGhvdWdodA' },
        { type: 'text', text: 'I read it.' },
      ],
    },
    { role: 'user', content: 'Go on' },
  ],
});

beforeAll(async () => {
  house = await openHouse();
  ids.ok = await house.ask({ text: "What is 'this' worth, in $HOME?", model: 'claude-haiku-4-5' });
  house.nextMeets('signature-refusal');
  ids.repaired = await house.ask({ body: history('Read the file') });
  house.weather({});
  ids.translated = await house.ask({ model: 'gemini-2.5-flash', text: 'Which day is it?' });
  house.weather({ default: '500' });
  for (let count = 0; count < 3; count += 1) await house.ask({ text: `part ${count}`, model: 'claude-opus-4-5' });
  house.weather({ default: '401' });
  ids.refused = await house.ask({ text: 'Rename it', model: 'claude-haiku-4-5' });
  for (const name of ['ada', 'grace']) await reset(`${name}@anthropic.example`);
  house.weather({ default: '429:time=reset,seconds=50' });
  ids.limited = await house.ask({ text: 'Go on' });
  house.weather({});
  page = await house.visit({
    viewport: { width: 1280, height: 800 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
});
afterAll(() => house?.close());

const open = async (hash: string): Promise<void> => {
  await page.goto(`${house.gateway.url}/${hash}`);
  await page.locator('main h1').first().waitFor();
};
const panel = () => page.getByRole('tabpanel');

describe('the list', () => {
  it('at 1280 pixels cuts no account, model or path off, and all its rows are as high as the scroll bar takes them for', async () => {
    await house.ask({
      path: '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
      body: { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] },
    });
    await open('#/requests');
    await page.locator('.row-link').nth(7).waitFor();
    const cut = await page
      .locator('.request-table td > .cut')
      .evaluateAll((cells) =>
        cells.filter((cell) => cell.scrollHeight > cell.clientHeight + 1).map((cell) => cell.textContent),
      );
    expect(cut).toEqual([]);
    const heights = await page
      .locator('.request-table tbody:not(.spacer) tr')
      .evaluateAll((rows) => [...new Set(rows.map((row) => row.getBoundingClientRect().height))]);
    expect(heights).toEqual([40]);
  });

  it('is three lines a request where the window is narrow, account and path among them', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    const card = page.locator('.request-table td', { hasText: 'anthropic.example' }).first();
    await card.waitFor();
    expect(await card.innerText()).toContain('/v1/messages');
    const heights = await page
      .locator('.request-table tbody:not(.spacer) tr')
      .evaluateAll((rows) => [...new Set(rows.map((row) => row.getBoundingClientRect().height))]);
    expect(heights).toEqual([78]);
    await page.setViewportSize({ width: 1280, height: 800 });
  });
});

describe('the page of a request that failed', () => {
  it('shows the message as the caller got it, and the command that explains it', async () => {
    await open(`#/requests/${ids.refused}`);
    const command = `antigravity-tools explain ${ids.refused}`;
    await page.getByText(`- explain it: ${command}`).waitFor();
    await page.getByRole('button', { name: 'Copy command' }).click();
    expect(await clipboard()).toBe(command);
  });

  it('shows what has to be typed as code, without the backticks', async () => {
    await open(`#/requests/${ids.refused}`);
    await page.locator('.diagnosis code', { hasText: 'credential:' }).first().waitFor();
    expect(await page.locator('.diagnosis ol').innerText()).not.toContain('`');
  });

  it('gives the upstream’s own words where the caller got them, and the gateway’s reason beside them', async () => {
    await open(`#/requests/${ids.limited}`);
    const told = page.locator('.request-error');
    await told.waitFor();
    expect(await told.innerText()).toMatch(
      /The caller was told: This request would exceed[\s\S]*every account that can/,
    );
  });
});

describe('the changes', () => {
  it('of a repaired history are a difference', async () => {
    await open(`#/requests/${ids.repaired}?tab=changes`);
    await expect.poll(() => panel().innerText()).toMatch(/repaired[\s\S]*−[\s\S]*"thinking"/);
    await page.getByRole('tab', { name: /Attempts/ }).click();
    await expect.poll(() => panel().innerText()).toMatch(/Repair the history[\s\S]*History repaired[\s\S]*Attempt 2/);
    expect(await panel().innerText()).toMatch(/first byte after \d+ ms, first content after \d+ ms/);
  });

  it('of a translated request are what was sent', async () => {
    await open(`#/requests/${ids.translated}?tab=changes`);
    await expect.poll(() => panel().innerText()).toMatch(/translated[\s\S]*"contents"[\s\S]*Which day is it\?/);
  });
});

describe('what is taken along', () => {
  it('is a curl command that a shell runs, and that gets an answer of its own', async () => {
    await open(`#/requests/${ids.ok}`);
    await page.getByRole('button', { name: 'Copy as curl' }).click();
    const command = await clipboard();
    const shell = spawn('sh', ['-c', command], { env: { PATH: process.env.PATH, ANTIGRAVITY_TOOLS_KEY: 'x' } });
    const said = await text(shell.stdout);
    expect(said).toMatch(/^HTTP\/1\.1 200/);
    expect(said).toContain('event: message_stop');
    const again = /x-request-id: (\S+)/i.exec(said)?.[1];
    expect(again).not.toBe(ids.ok);
    await open(`#/requests/${again}?tab=request`);
    await panel().waitFor();
    await expect.poll(() => panel().innerText()).toContain("What is 'this' worth, in $HOME?");
  });

  it('is a lab script that the lab takes', async () => {
    await open(`#/requests/${ids.repaired}`);
    const started = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download lab script' }).click();
    const script = await text(await (await started).createReadStream());
    expect(readScript(script)).toMatchObject({ script: { requests: [expect.anything(), expect.anything()] } });
  });
});

describe('an account', () => {
  it('that rests or keeps failing says for what, why and until when; and what its provider allows', async () => {
    await open('#/accounts');
    const card = page.getByRole('article', { name: 'ada@anthropic.example' });
    await card
      .getByText(/rests for \d/)
      .first()
      .waitFor();
    const said = await card.innerText();
    expect(said).toMatch(/claude-sonnet-4-5 rests for \d+ sec rate-limited: [\s\S]*the provider named this time/);
    expect(said).toMatch(/requests\s+0 \/ 50[\s\S]*input-tokens\s+0 \/ 50,000/);
    expect(said).toMatch(/In flight\s+0/);
  });
});

describe('adding an account', () => {
  it.each(['Anthropic API', 'Gemini API', 'OpenAI or compatible', 'Vertex AI'])('works for %s', async (provider) => {
    await open('#/accounts');
    await page.getByRole('button', { name: 'Add an account' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Provider').selectOption({ label: provider });
    const label = `new@${provider.split(' ')[0]?.toLowerCase()}.example`;
    await dialog.getByLabel('Label').fill(label);
    await dialog.getByLabel('Credential').fill('env:A_KEY_OF_THE_ENVIRONMENT');
    if (provider === 'Vertex AI') await dialog.getByLabel('Project').fill('a-project');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('article', { name: label }).waitFor({ timeout: 5_000 });
  });
});

describe('the overview', () => {
  it('says what one counts oneself in the journal', async () => {
    const headers = { authorization: `Bearer ${house.gateway.adminKey}` };
    const answer = await fetch(`${house.gateway.url}/api/requests?limit=1000`, { headers });
    const { requests } = (await answer.json()) as { requests: RequestRow[] };
    const count = (outcome: string) => requests.filter((row) => row.outcome === outcome).length;
    const sum = (name: 'input_tokens' | 'output_tokens') => requests.reduce((all, row) => all + (row[name] ?? 0), 0);
    await open('#/overview');
    const tile = (name: string) => page.locator('.tile', { has: page.getByRole('heading', { name, exact: true }) });
    const value = (name: string) => tile(name).locator('.tile-value').innerText();
    await expect.poll(() => value('Requests')).toBe(String(requests.length));
    expect(await value('Turns saved')).toBe(String(count('healed')));
    expect(await value('Failed')).toBe(String(count('failed')));
    for (const [name, field] of [
      ['Input tokens', 'input_tokens'],
      ['Output tokens', 'output_tokens'],
    ] as const) {
      const exact = await tile(name).locator('.tile-value').getAttribute('title');
      expect(exact).toBe(sum(field).toLocaleString('en'));
    }
  });
});

async function reset(email: string): Promise<void> {
  const headers = { authorization: `Bearer ${house.gateway.adminKey}` };
  await fetch(`${house.gateway.url}/api/accounts/${email}/reset`, { method: 'POST', headers });
}

function clipboard(): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText());
}
