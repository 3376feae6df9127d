/** Fetches an account's credential and builds request headers around it. A credential that cannot be sent is refused without being quoted. */

import type { AccountConfig } from '../model/config.ts';
import type { Capabilities } from '../model/conversation.ts';
import { Refusal } from '../model/failure.ts';
import type { Transport, World } from '../model/ports.ts';
import { messageDetail } from './refusal.ts';

export interface AdapterDeps {
  readonly transport: Transport;
  /** Resolves the reference in the configuration to the secret itself. Rejects with a message that names the reference only. */
  readonly credentials: { secret(account: AccountConfig): Promise<string> };
  readonly world: World;
  /** What a model can do, for requests that come in another dialect. */
  readonly capabilities: (model: string) => Capabilities;
  /** Of this program, for the `user-agent`. */
  readonly version?: string;
}

/** The secret as the account states it, without the white space around it. */
export async function secretOf(deps: AdapterDeps, account: AccountConfig, signal: AbortSignal): Promise<string> {
  let secret: string;
  try {
    secret = (await deps.credentials.secret(account)).trim();
  } catch (error) {
    throw credentialRefused(
      `the credential of ${account.email} could not be read: ${error instanceof Error ? error.message : 'unknown error'}`,
    );
  }
  signal.throwIfAborted();
  if (secret === '') throw credentialRefused(`the credential of ${account.email} is empty`);
  return secret;
}

/** A key that goes into a header as it is. */
export async function headerSecretOf(deps: AdapterDeps, account: AccountConfig, signal: AbortSignal): Promise<string> {
  const secret = await secretOf(deps, account, signal);
  if (!/^[ -~]+$/.test(secret)) {
    throw credentialRefused(`the credential of ${account.email} contains characters that cannot be sent in a header`);
  }
  return secret;
}

export function credentialRefused(detail: string): Refusal {
  return new Refusal({ kind: 'credential-refused', reach: 'unsent', detail: messageDetail(detail) });
}

/** Never taken from a client: they carry credentials, choose who pays, or frame the message. */
const ownHeaders =
  /^(authorization|cookie|x-api-key|x-goog-api-key|x-goog-user-project|host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|user-agent|accept|accept-encoding|content-.*|proxy-.*|sec-.*|x-forwarded-.*|forwarded|via)$/;

/** The client's dialect headers, then ours. */
export function requestHeaders(
  passed: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
  version: string | undefined,
): Record<string, string> {
  const kept = Object.entries(passed).map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    ...Object.fromEntries(kept.filter(([name, value]) => !ownHeaders.test(name) && /^[\t -~\x80-\xff]*$/.test(value))),
    accept: '*/*',
    'content-type': 'application/json',
    'user-agent': `antigravity-tools/${version ?? '0'}`,
    ...own,
  };
}

/** The account's own base URL or the provider's, without a slash at its end; a query or fragment is no part of it. */
export function baseOf(account: AccountConfig, publicOrigin: string): string {
  if (account.baseUrl === undefined) return publicOrigin;
  if (!URL.canParse(account.baseUrl)) throw credentialRefused(`the base_url of ${account.email} is no URL`);
  const url = new URL(account.baseUrl);
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

const modelCharsMax = 256;

/** A model name as one segment of a path. A slash or dots would reach another resource with this account's credential. */
export function modelSegment(model: string): string {
  if (model === '' || model.length > modelCharsMax || /[/\\%?#\0-\x20\x7f]|\.\./.test(model) || model === '.') {
    throw new Refusal({
      kind: 'model-unknown',
      reach: 'unsent',
      detail: `${JSON.stringify(model.slice(0, 80))} cannot be the name of a model`,
    });
  }
  // An at sign may stand in a path, and Claude's dated names on Vertex AI have one.
  return encodeURIComponent(model).replaceAll('%40', '@');
}
