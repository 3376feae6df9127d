/** A journal of a hundred thousand requests is scrolled through from its newest to its oldest, as fast as a person can with a wheel and a keyboard. */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fill } from '../../bench/journal/fill.ts';
import { type House, openHouse } from './house.ts';

const ROWS = 100_000;
/** The oldest of a journal of thirty days are thrown away while one looks. */
const ROWS_TOO_OLD = 100;
/** In sight and just beyond, whatever is loaded. */
const ROWS_IN_DOCUMENT_MAX = 80;
/** A task this long is felt as a jerk; the machines that test are slow and shared, so one may be. */
const LONG_TASK_MS_MAX = 400;
const WHEEL_PX = 1_200;
const WHEEL_TURNS = 60;
const WHEEL_EVERY_MS = 25;

let house: House;
let page: Page;

beforeAll(async () => {
  house = await openHouse({
    furnish: (directory) => void fill(directory, ROWS + ROWS_TOO_OLD, Date.now(), () => undefined),
  });
  page = await house.visit({ viewport: { width: 1280, height: 800 } });
  await page.addInitScript(() => {
    const tasks: number[] = [];
    Object.assign(window, { longTasks: tasks });
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      entryTypes: ['longtask'],
    });
  });
  await page.goto(`${house.gateway.url}/#/requests`);
  await page.reload();
  await page.locator('.row-link').first().waitFor();
});
afterAll(() => house?.close());

const rowsInDocument = (): Promise<number> => page.locator('main table[aria-rowcount] tr').count();
const rowsLoaded = async (): Promise<number> =>
  Number(await page.locator('main table').first().getAttribute('aria-rowcount')) - 1;
const longTasks = (): Promise<number[]> =>
  page.evaluate(() => (window as unknown as { longTasks: number[] }).longTasks.splice(0));

describe('a hundred thousand requests', () => {
  it('are all reached with the key End, and few of them are ever in the document', async () => {
    let most = 0;
    const started = Date.now();
    while ((await rowsLoaded()) < ROWS) {
      const before = await rowsLoaded();
      await page.keyboard.press('End');
      most = Math.max(most, await rowsInDocument());
      await expect.poll(rowsLoaded, { timeout: 30_000, interval: 20 }).toBeGreaterThan(before);
    }
    await page.keyboard.press('End');
    const last = async (): Promise<number> =>
      Number(await page.locator('tr[aria-current]').getAttribute('aria-rowindex'));
    await expect.poll(last).toBeGreaterThan(ROWS);
    expect(most).toBeLessThan(ROWS_IN_DOCUMENT_MAX);
    report(
      'loading all of them',
      await longTasks(),
      `${((Date.now() - started) / 1_000).toFixed(1)} s, at most ${most} rows`,
    );
  });

  it('scroll under the wheel without a task that is felt', async () => {
    await page.mouse.move(640, 500);
    await longTasks();
    let most = 0;
    for (let turn = 0; turn < WHEEL_TURNS; turn += 1) {
      await page.mouse.wheel(0, -WHEEL_PX);
      await page.waitForTimeout(WHEEL_EVERY_MS);
      if (turn % 10 === 0) most = Math.max(most, await rowsInDocument());
    }
    const tasks = await longTasks();
    report('scrolling', tasks, `at most ${most} rows`);
    expect(most).toBeLessThan(ROWS_IN_DOCUMENT_MAX);
    expect(Math.max(0, ...tasks)).toBeLessThan(LONG_TASK_MS_MAX);
  });

  it('keep their place while a new one comes, and give way to a filter at once', async () => {
    const top = () => page.locator('.request-scroller').evaluate((element) => element.scrollTop);
    const before = await top();
    await house.ask({ text: 'one more' });
    await page.getByRole('button', { name: /new/ }).waitFor();
    expect(await top()).toBe(before);
    await page.getByRole('button', { name: 'Interrupted', exact: true }).click();
    await expect.poll(rowsLoaded).toBeLessThan(10);
    report('all of it', await longTasks(), '');
  });
});

function report(what: string, tasks: readonly number[], more: string): void {
  const longest = Math.round(Math.max(0, ...tasks));
  console.info(`${what}: ${tasks.length} tasks over 50 ms, the longest ${longest} ms; ${more}`);
}
