/**
 * `open`: the Monitor of the running gateway in the person's browser, signed in by a one-time link. Where no browser can be started the link is printed. The
 * link is the only secret here, works once, and is never written anywhere.
 */

import type { SignInLink } from '../monitor/setting-views.ts';
import { AdminFault, type AdminFlags, adminClient, refusalOf } from './admin-client.ts';
import type { CommandIo } from './io.ts';
import { type BrowserCommand, browserCommand } from './open-browser.ts';

export interface OpenIo extends CommandIo {
  readonly platform: NodeJS.Platform;
  /** Starts the browser; false when it could not be. */
  readonly launch: (command: BrowserCommand) => Promise<boolean>;
}

export async function open(flags: AdminFlags & { readonly print?: boolean }, io: OpenIo): Promise<number> {
  const client = adminClient({ flags, env: io.env });
  if ('errors' in client) {
    for (const line of client.errors) io.err(line);
    return 2;
  }
  try {
    const answer = await client.post<SignInLink>('/api/session/link');
    if (answer.status !== 200) throw new AdminFault('refused', refusalOf(answer));
    return await show(answer.body, client.url, flags, io);
  } catch (error) {
    if (!(error instanceof AdminFault)) throw error;
    io.err(`antigravity-tools: ${error.message}`);
    return 1;
  }
}

/** The link with what a person must know about it. */
export function invitation({ url, expires_in_s }: SignInLink): string {
  return `${url} (once, within ${minutes(expires_in_s)}; again: antigravity-tools open)`;
}

export function minutes(seconds: number): string {
  return `${Math.floor(seconds / 60)} minutes`;
}

async function show(link: SignInLink, url: string, flags: { readonly print?: boolean }, io: OpenIo): Promise<number> {
  if (flags.print === true) {
    io.out(link.url);
    return 0;
  }
  const command = browserCommand(link.url, io.platform, io.env);
  if (command !== undefined && (await io.launch(command))) io.out(`The Monitor is open in your browser: ${url}/`);
  else io.out(`Monitor: ${invitation(link)}`);
  return 0;
}
