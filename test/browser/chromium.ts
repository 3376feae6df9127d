/** Finds Chromium, and installs Debian's package where this process may. It never downloads a browser from anywhere else. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const INSTALL_MS_MAX = 300_000;

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), headless: true, args: ARGUMENTS });
}

function findChromium(): string {
  if (foundAt() === undefined) install();
  const found = foundAt();
  if (found !== undefined) return found;
  throw new Error(
    `the browser tests need Chromium, and it is not there (looked at ${PLACES.join(', ')} and $CHROMIUM) nor could it be installed: run "apt-get install chromium", or name one in CHROMIUM`,
  );
}

function foundAt(): string | undefined {
  const named = process.env.CHROMIUM;
  return [...(named ? [named] : []), ...PLACES].find((place) => existsSync(place));
}

function install(): void {
  const apt = process.getuid?.() === 0 ? ['apt-get'] : ['sudo', '-n', 'apt-get'];
  const run = (...words: string[]): boolean => {
    const [program = '', ...rest] = [...apt, ...words];
    return spawnSync(program, rest, { stdio: 'ignore', timeout: INSTALL_MS_MAX }).status === 0;
  };
  if (!run('install', '-y', '--no-install-recommends', 'chromium')) {
    run('update');
    run('install', '-y', '--no-install-recommends', 'chromium');
  }
}
