/** What a person does with the Monitor, from the sign-in link to the changed setting, in a real browser in front of the real gateway. */

import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, openHouse, signInLink } from './house.ts';
import { type Afternoon, liveAnAfternoon } from './life.ts';

let house: House;
let page: Page;
let afternoon: Afternoon;

beforeAll(async () => {
  house = await openHouse();
  afternoon = await liveAnAfternoon(house);
  page = await house.visit({ viewport: { width: 1280, height: 800 }, acceptDownloads: true });
});
afterAll(() => house?.close());

const open = async (hash: string): Promise<void> => {
  await page.goto(`${house.gateway.url}/${hash}`);
  await page.locator('main h1').first().waitFor();
};
const rows = () => page.locator('main table[aria-rowcount] tbody tr').filter({ has: page.locator('a') });

describe('signing in', () => {
  it('shows nothing of any request to somebody without a session', async () => {
    const context = await house.browser.newContext();
    const stranger = await context.newPage();
    await stranger.goto(`${house.gateway.url}/#/requests/${afternoon.failed}`);
    await stranger.getByText('antigravity-tools open').waitFor();
    expect(await stranger.locator('body').innerText()).not.toContain(afternoon.failed);
    await context.close();
  });

  it('works once with a link, and leaves no token that a script could read', async () => {
    const link = await signInLink(house.gateway);
    const context = await house.browser.newContext();
    const person = await context.newPage();
    await person.goto(link);
    await person.getByRole('link', { name: 'Requests', exact: true }).waitFor();
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
    expect(
      await person.evaluate(() => `${document.cookie}${JSON.stringify(localStorage)}${location.href}`),
    ).not.toContain(cookie?.value);
    const again = await house.browser.newContext();
    const second = await again.newPage();
    expect((await second.goto(link))?.status()).toBe(403);
    await context.close();
    await again.close();
  });
});

describe('the list of requests', () => {
  it('shows a healed stream within a second of its start, and how it ends', async () => {
    await open('#/requests');
    await rows().first().waitFor();
    house.nextMeets('slow-first-byte:ms=900');
    const asked = Date.now();
    const ended = house.ask({ text: 'a slow one', model: 'claude-haiku-4-5' });
    const row = rows().filter({ hasText: 'claude-haiku-4-5' }).first();
    await row.waitFor();
    expect(Date.now() - asked).toBeLessThan(1_900);
    const id = await ended;
    await expect.poll(() => row.innerText()).toMatch(/\bok\b/);
    house.nextMeets('empty-body');
    const healed = house.ask({ text: 'an empty one', model: 'claude-haiku-4-5' });
    await rows().filter({ hasText: 'healed' }).filter({ hasText: 'claude-haiku-4-5' }).first().waitFor();
    expect(await healed).not.toBe(id);
  });

  it('filters to failures, and the address shows another person the same view', async () => {
    await open('#/requests');
    await page.getByRole('button', { name: 'Failed', exact: true }).click();
    await expect.poll(() => rows().count()).toBe(1);
    expect(page.url()).toContain('failed');
    const other = await house.visit();
    await other.goto(page.url());
    const shown = other.locator('main table[aria-rowcount] tbody tr').filter({ has: other.locator('a') });
    await shown.first().waitFor();
    expect(await shown.count()).toBe(1);
    await other.context().close();
  });

  it('is used with the keyboard alone', async () => {
    await open('#/requests');
    await rows().first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('opus');
    await expect.poll(() => page.url()).toContain('q=opus');
    await expect.poll(() => rows().filter({ hasNotText: 'opus' }).count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toMatch(/#\/requests\/[0-9A-Z]{26}/);
    await page.getByRole('link', { name: 'All requests' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.url()).not.toMatch(/#\/requests\/[0-9A-Z]{26}/);
  });

  it('exports what it shows', async () => {
    await open('#/requests?outcome=failed');
    await rows().first().waitFor();
    const lines = await downloaded('JSONL');
    expect(
      lines
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).id),
    ).toEqual([afternoon.failed]);
    const har = JSON.parse(await downloaded('HAR'));
    expect(har.log.entries).toHaveLength(1);
    expect(await downloaded('CSV')).toContain(afternoon.failed);
  });
});

describe('the page of one request', () => {
  it('says what happened and what to do, in the language of the reader', async () => {
    await open(`#/requests/${afternoon.failed}`);
    await page.getByText('You need to do something').waitFor();
    await page
      .getByText(/Make a new API key/)
      .first()
      .waitFor();
    await page.getByRole('combobox', { name: 'Language' }).selectOption('de');
    await page.getByRole('heading', { name: 'Diagnose' }).waitFor();
    await page.getByRole('combobox', { name: 'Sprache' }).selectOption('en');
    await page.getByRole('heading', { name: 'Diagnosis' }).waitFor();
  });

  it('shows both attempts of a healed one, the events with their times, and the log', async () => {
    await open(`#/requests/${afternoon.resumed}`);
    await page.getByText('Healed by the gateway').waitFor();
    const tab = page.getByRole('tabpanel');
    await expect
      .poll(() => tab.innerText())
      .toMatch(/ada@anthropic\.example[\s\S]*grace@anthropic\.example|grace@[\s\S]*ada@/);
    await page.getByRole('tab', { name: /Events/ }).click();
    await expect.poll(() => tab.innerText()).toMatch(/message_start[\s\S]*content_block_delta/);
    await page.getByRole('tab', { name: /Changes/ }).click();
    await expect.poll(() => tab.innerText()).toMatch(/assistant|go on/i);
    await page.getByRole('tab', { name: /Log/ }).click();
    await expect.poll(() => tab.innerText()).toContain('Stream resumed');
    expect(page.url()).toContain('tab=log');
  });

  it('gives a lab script and an archive of this request', async () => {
    await open(`#/requests/${afternoon.resumed}`);
    expect(await downloaded('Download lab script', 'link')).toMatch(/requests:|accounts:|default:/);
    expect(JSON.parse(await downloaded('Download HAR', 'link')).log.entries).toHaveLength(1);
  });
});

describe('the accounts', () => {
  it('are added, tested and removed, and no key comes back', async () => {
    const secret = 'browser-test-credential-of-alan-at-anthropic';
    await open('#/accounts');
    await page.getByRole('button', { name: 'Add an account' }).click();
    await page.getByLabel('Label').fill('alan@anthropic.example');
    await page.getByLabel('Credential').fill(secret);
    await page.getByText('More', { exact: true }).click();
    await page.getByLabel('Base URL').fill(house.lab.url);
    await page.getByLabel('The address is in my own network').check();
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    const card = page.getByRole('article', { name: 'alan@anthropic.example' });
    await card.waitFor();
    await card.getByRole('button', { name: 'Test' }).click();
    await card.getByText('It works.').waitFor();
    expect(await page.content()).not.toContain(secret);
    await card.getByRole('button', { name: 'Remove…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await card.waitFor({ state: 'detached' });
  });

  it('show why one rests and for how long', async () => {
    house.nextMeets('401');
    await house.ask({ text: 'whose key is wrong' });
    await open('#/accounts');
    await page
      .getByText(/rests for \d/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Reset' }).first().click();
  });
});

describe('the settings', () => {
  it('are changed with the comments of the file kept, and are in force at once', async () => {
    await open('#/settings');
    const before = house.configuration();
    await page.getByLabel('healing.idle').fill('1500ms');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect.poll(() => house.configuration()).toContain('idle: 1500ms');
    expect(house.configuration()).toBe(before.replace('idle: 1200ms', 'idle: 1500ms'));
  });

  it('that are wrong are refused at their field, and nothing is written', async () => {
    await open('#/settings');
    const before = house.configuration();
    await page.getByLabel('healing.idle').fill('soon');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page
      .getByText(/a duration/i)
      .first()
      .waitFor();
    expect(house.configuration()).toBe(before);
  });
});

describe('the page itself', () => {
  it('follows the choice of colours, also after a reload', async () => {
    await open('#/overview');
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.getByRole('combobox', { name: 'Colours' }).selectOption('light');
    const light = await ground();
    await page.getByRole('combobox', { name: 'Colours' }).selectOption('dark');
    expect(await ground()).not.toBe(light);
    const dark = await ground();
    await page.reload();
    await page.locator('main h1').first().waitFor();
    expect(await ground()).toBe(dark);
  });

  it('speaks the language of the browser', async () => {
    const names = { de: 'Konten', fr: 'Comptes', es: 'Cuentas', pt: 'Contas', zh: '账号' };
    for (const [locale, name] of Object.entries(names)) {
      const visitor = await house.visit({ locale });
      await visitor.getByRole('link', { name, exact: true }).waitFor();
      await visitor.context().close();
    }
  });

  it('asks no other host for anything', async () => {
    const visitor = await house.visit();
    const hosts = new Set<string>();
    visitor.on('request', (request) => hosts.add(new URL(request.url()).host));
    for (const hash of ['#/requests', '#/overview', '#/accounts', '#/settings']) {
      await visitor.goto(`${house.gateway.url}/${hash}`);
      await visitor.locator('main h1').first().waitFor();
    }
    expect([...hosts]).toEqual([new URL(house.gateway.url).host]);
    await visitor.context().close();
  });

  it('has complained of nothing while all this was done', () => {
    expect(house.complaints).toEqual([]);
  });
});

async function downloaded(name: string, role: 'link' | 'menuitem' = 'menuitem'): Promise<string> {
  if (role === 'menuitem') await page.locator('summary', { hasText: 'Export' }).click();
  const started = page.waitForEvent('download');
  await (role === 'link'
    ? page.getByRole('link', { name })
    : page.getByRole('link', { name: new RegExp(name) })
  ).click();
  return readFileSync(await (await started).path(), 'utf8');
}
