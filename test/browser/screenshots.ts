/**
 * Keeps a picture of every page in `docs/images/`, from a house in which things went wrong and were healed: `npm run screenshots`. Chromium is
 * Debian's; nothing is drawn by hand.
 */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { setup } from './build-page.ts';
import { type House, openHouse } from './house.ts';
import { liveAnAfternoon } from './life.ts';

/** Charts and live rows have come by then. */
const SETTLE_MS = 1_200;
const directory = process.argv[2] ?? join(import.meta.dirname, '../../docs/images');
const wide = { viewport: { width: 1280, height: 800 } };
const narrow = { viewport: { width: 360, height: 740 } };

interface Picture {
  readonly name: string;
  readonly hash: string;
  readonly view: BrowserContextOptions;
}

setup();
mkdirSync(directory, { recursive: true });
const house = await openHouse();
try {
  const { healed, resumed, failed } = await liveAnAfternoon(house);
  const pictures: readonly Picture[] = [
    { name: 'monitor-requests', hash: '#/requests', view: { ...wide, colorScheme: 'light' } },
    { name: 'monitor-requests-dark', hash: '#/requests', view: { ...wide, colorScheme: 'dark' } },
    { name: 'monitor-requests-narrow', hash: '#/requests', view: { ...narrow, colorScheme: 'light' } },
    { name: 'monitor-request-healed', hash: `#/requests/${healed}`, view: { ...wide, colorScheme: 'light' } },
    { name: 'monitor-request-resumed', hash: `#/requests/${resumed}`, view: { ...wide, colorScheme: 'dark' } },
    { name: 'monitor-request-failed', hash: `#/requests/${failed}`, view: { ...wide, colorScheme: 'light' } },
    { name: 'monitor-request-narrow', hash: `#/requests/${failed}`, view: { ...narrow, colorScheme: 'dark' } },
    {
      name: 'monitor-request-events',
      hash: `#/requests/${resumed}?tab=events`,
      view: { ...wide, colorScheme: 'light' },
    },
    {
      name: 'monitor-request-changes',
      hash: `#/requests/${resumed}?tab=changes`,
      view: { ...wide, colorScheme: 'light' },
    },
    { name: 'monitor-request-log', hash: `#/requests/${failed}?tab=log`, view: { ...wide, colorScheme: 'dark' } },
    { name: 'monitor-overview', hash: '#/overview', view: { ...wide, colorScheme: 'light' } },
    { name: 'monitor-overview-dark', hash: '#/overview', view: { ...wide, colorScheme: 'dark' } },
    { name: 'monitor-accounts', hash: '#/accounts', view: { ...wide, colorScheme: 'light' } },
    { name: 'monitor-accounts-narrow', hash: '#/accounts', view: { ...narrow, colorScheme: 'dark' } },
    { name: 'monitor-settings', hash: '#/settings', view: { ...wide, colorScheme: 'light' } },
    { name: 'monitor-settings-chinese', hash: '#/settings', view: { ...wide, colorScheme: 'dark', locale: 'zh-CN' } },
  ];
  for (const picture of pictures) await take(house, picture);
} finally {
  await house.close();
}

async function take(from: House, { name, hash, view }: Picture): Promise<void> {
  const page: Page = await from.visit(view);
  await page.goto(`${from.gateway.url}/${hash}`);
  await page.locator('main h1').first().waitFor();
  await page.waitForTimeout(SETTLE_MS);
  await page.screenshot({ path: join(directory, `${name}.png`) });
  await page.context().close();
  process.stdout.write(`${name}.png\n`);
}
