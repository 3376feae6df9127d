/** Every page can be used with a keyboard, a screen reader, in both colours and on a narrow screen. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, openHouse } from './house.ts';
import { type Afternoon, liveAnAfternoon } from './life.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let house: House;
let afternoon: Afternoon;

beforeAll(async () => {
  house = await openHouse();
  afternoon = await liveAnAfternoon(house);
});
afterAll(() => house?.close());

const pages = {
  requests: () => '#/requests',
  'one request': () => `#/requests/${afternoon.resumed}`,
  'its events': () => `#/requests/${afternoon.resumed}?tab=events`,
  'its changes': () => `#/requests/${afternoon.resumed}?tab=changes`,
  'its log': () => `#/requests/${afternoon.resumed}?tab=log`,
  overview: () => '#/overview',
  accounts: () => '#/accounts',
  settings: () => '#/settings',
} as const;
const views = [
  ['light, wide', { colorScheme: 'light', viewport: { width: 1280, height: 800 } }],
  ['dark, wide', { colorScheme: 'dark', viewport: { width: 1280, height: 800 } }],
  ['light, narrow', { colorScheme: 'light', viewport: { width: 360, height: 740 } }],
  ['dark, narrow', { colorScheme: 'dark', viewport: { width: 360, height: 740 } }],
] as const;

describe.each(views)('%s', (_name, options) => {
  let page: Page;
  beforeAll(async () => {
    // The checker is put in as a test's own script; the page's policy itself is tested elsewhere.
    page = await house.visit({ ...options, bypassCSP: true });
  });
  afterAll(() => page?.context().close());

  it.each(Object.keys(pages) as (keyof typeof pages)[])('axe finds nothing to mend on %s', async (name) => {
    await page.goto(`${house.gateway.url}/${pages[name]()}`);
    await page.locator('main h1').first().waitFor();
    await page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => undefined);
    await page.evaluate(axe);
    const found = await page.evaluate(async () => {
      const checker = (window as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }).axe;
      return (await checker.run()).violations;
    });
    expect(found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)).toEqual(
      [],
    );
  });

  it.each(Object.keys(pages) as (keyof typeof pages)[])('nothing of %s sticks out of the window', async (name) => {
    await page.goto(`${house.gateway.url}/${pages[name]()}`);
    await page.locator('main h1').first().waitFor();
    const overhang = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overhang).toBeLessThanOrEqual(0);
  });
});

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}
