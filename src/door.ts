/** What a person comes in by: sessions, the page and the settings, put together for the admin API. Only `main.ts` asks for it. */

import { fileURLToPath } from 'node:url';
import { createConfigDesk } from './config/desk.ts';
import { readConfigFile } from './config/load.ts';
import type { Setup } from './main.ts';
import { readPage } from './monitor/page.ts';
import { createSessions } from './monitor/session.ts';

/** `npm run build` puts the page here; the same place beside `src` and inside `dist`. */
const PAGE_DIRECTORY = fileURLToPath(new URL('../dist/web', import.meta.url));

export interface DoorOrder {
  readonly setup: Pick<Setup, 'settled' | 'file' | 'world'>;
  readonly redact: (text: string) => string;
  /** The configuration file was written. */
  readonly written: () => void;
}

export function openDoor({ setup, redact, written }: DoorOrder) {
  const { settled, file, world } = setup;
  const desk = { settled, readFile: readConfigFile, redact, written };
  return {
    sessions: createSessions(world),
    page: readPage(PAGE_DIRECTORY),
    config: createConfigDesk(file === undefined ? desk : { ...desk, file }),
  };
}
