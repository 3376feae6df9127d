/** Starts the person's browser at an address, by the means of each system and never through a shell: nothing in the address can become a command. */

import { spawn } from 'node:child_process';
import type { World } from '../model/ports.ts';

export interface BrowserCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/** Undefined where there is no screen to show a browser on. */
export function browserCommand(
  url: string,
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): BrowserCommand | undefined {
  if (platform === 'darwin') return { command: 'open', args: [url] };
  // `start` is a word of the shell alone; this is what it comes to.
  if (platform === 'win32') return { command: 'rundll32', args: ['url.dll,FileProtocolHandler', url] };
  const hasScreen = [env.DISPLAY, env.WAYLAND_DISPLAY, env.WSL_DISTRO_NAME].some((name) => (name ?? '') !== '');
  return hasScreen ? { command: 'xdg-open', args: [url] } : undefined;
}

/** Some openers end at once, others with the browser: after this time one that still runs has done its work. */
export const OPENER_MS_MAX = 3_000;

/** False when it cannot be started, or ends with an error. The browser outlives this process. */
export function launch({ command, args }: BrowserCommand, world: Pick<World, 'alarm'>): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { detached: true, stdio: 'ignore', shell: false });
    const done = (isOpen: boolean): void => {
      alarm.cancel();
      resolve(isOpen);
    };
    const alarm = world.alarm(OPENER_MS_MAX, () => done(true));
    child.once('error', () => done(false));
    child.once('exit', (code) => done(code === 0));
    child.unref();
  });
}
