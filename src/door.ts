/**
 * What a person comes in by: sessions, the page, the settings, the live feed, and the admin API over them, put together. Only `main.ts` asks for it.
 */

import { fileURLToPath } from 'node:url';
import { createConfigDesk } from './config/desk.ts';
import { readConfigFile } from './config/load.ts';
import type { Setup } from './main.ts';
import type { Config } from './model/config.ts';
import { type AdminApiDependencies, createAdminApi } from './monitor/api.ts';
import { createCaptureDesk } from './monitor/capture-routes.ts';
import { createLiveFeed } from './monitor/live.ts';
import { readPage } from './monitor/page.ts';
import { createSessions } from './monitor/session.ts';

/** `npm run build` puts the page here; the same place beside `src` and inside `dist`. */
const PAGE_DIRECTORY = fileURLToPath(new URL('../dist/web', import.meta.url));

/** What the rooms behind the door hand to the admin API. */
type Handed = Omit<AdminApiDependencies, 'sessions' | 'page' | 'config' | 'live' | 'capture' | 'now'>;

export interface DoorOrder extends Handed {
  readonly setup: Pick<Setup, 'settled' | 'file' | 'world'>;
  /** The configuration in force. */
  readonly force: { readonly config: Config };
  /** The configuration file was written. */
  readonly written: () => void;
}

export type MonitorDoor = ReturnType<typeof openDoor>;

export function openDoor({ setup, force, written, ...handed }: DoorOrder) {
  const { settled, file, world } = setup;
  const { redact } = handed;
  const desk = { settled, readFile: readConfigFile, redact, written };
  const sessions = createSessions(world);
  const config = createConfigDesk(file === undefined ? desk : { ...desk, file });
  const live = createLiveFeed({ world, redact, boot: world.id() });
  const capture = createCaptureDesk(() => force.config.monitor.bodies === 'full');
  const admin = createAdminApi({
    ...handed,
    ...{ sessions, config, live, capture },
    page: readPage(PAGE_DIRECTORY),
    now: () => world.now(),
  });
  return { sessions, config, live, capture, admin };
}
