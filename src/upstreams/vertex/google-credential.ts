/**
 * Reads a Google credential file into the few fields that are used, and refuses everything else. Such files may name token endpoints,
 * programs to run and files to read; the library that uses them does not check that, so this is the check.
 * It must never quote the file in an error.
 */

import { createPrivateKey } from 'node:crypto';
import type { AccountConfig } from '../../model/config.ts';
import { credentialRefused } from '../credential.ts';
import { isJson, type Json } from '../refusal.ts';

interface Common {
  readonly tokenUrl: string;
  readonly allowPrivate: boolean;
  readonly projectId?: string;
  /** Who pays for a user's requests. */
  readonly quotaProject?: string;
}
export interface ServiceAccount extends Common {
  readonly type: 'service_account';
  readonly clientEmail: string;
  readonly privateKey: string;
}
export interface AuthorizedUser extends Common {
  readonly type: 'authorized_user';
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
}
export type GoogleCredential = ServiceAccount | AuthorizedUser;

export const googleTokenUrl = 'https://oauth2.googleapis.com/token';
const googleUniverse = 'googleapis.com';
const fileCharsMax = 64 * 1024;
const fieldCharsMax = 4_096;

/** Fields that make a library fetch, run or impersonate something else. */
const foreignFields = [
  'credential_source',
  'executable',
  'service_account_impersonation_url',
  'source_credentials',
  'subject_token_type',
  'token_info_url',
  'token_url',
  'workforce_pool_user_project',
] as const;

/** Throws a `Refusal` of kind `credential-refused`. */
export function readGoogleCredential(source: string, account: AccountConfig): GoogleCredential {
  const json = parsed(source, account);
  for (const field of foreignFields) {
    if (Object.hasOwn(json, field)) throw refused(account, `has the field ${field}, which is not accepted`);
  }
  const universe = json.universe_domain;
  if (universe !== undefined && universe !== googleUniverse)
    throw refused(account, `has a universe_domain other than ${googleUniverse}`);
  const common: Common = {
    tokenUrl: tokenUrlOf(json, account),
    allowPrivate: account.tokenUrl !== undefined && account.allowPrivate,
    ...projectField('projectId', json.project_id),
    ...projectField('quotaProject', json.quota_project_id),
  };
  if (json.type === 'service_account') {
    const clientEmail = field(json, 'client_email', account);
    if (!/^[^\s@]+@[^\s@]+$/.test(clientEmail)) throw refused(account, 'has a client_email that is no address');
    return { type: 'service_account', clientEmail, privateKey: privateKey(json, account), ...common };
  }
  if (json.type === 'authorized_user') {
    return {
      type: 'authorized_user',
      clientId: field(json, 'client_id', account),
      clientSecret: field(json, 'client_secret', account),
      refreshToken: field(json, 'refresh_token', account),
      ...common,
    };
  }
  throw refused(account, 'must be of the type service_account or authorized_user');
}

function parsed(source: string, account: AccountConfig): Json {
  if (source.length > fileCharsMax) throw refused(account, `is longer than ${fileCharsMax} characters`);
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch {
    throw refused(account, 'is no JSON document');
  }
  if (!isJson(value)) throw refused(account, 'is no JSON object');
  return value;
}

/** The token endpoint is Google's, unless the administrator set another one for this very account. */
function tokenUrlOf(json: Json, account: AccountConfig): string {
  if (account.tokenUrl !== undefined) {
    if (!account.allowPrivate) throw refused(account, 'has a token_url without allow_private');
    if (!/^https?:\/\//.test(account.tokenUrl) || !URL.canParse(account.tokenUrl))
      throw refused(account, 'has a token_url that is no URL');
    return account.tokenUrl;
  }
  if (json.token_uri !== undefined && json.token_uri !== googleTokenUrl) {
    throw refused(account, `has a token_uri other than ${googleTokenUrl}`);
  }
  return googleTokenUrl;
}

function field(json: Json, name: string, account: AccountConfig): string {
  const value = json[name];
  if (typeof value !== 'string' || value === '') throw refused(account, `has no ${name}`);
  if (value.length > fieldCharsMax || /[\0-\x1f\x7f]/.test(value))
    throw refused(account, `has a ${name} that cannot be used`);
  return value;
}

function privateKey(json: Json, account: AccountConfig): string {
  const pem = json.private_key;
  if (typeof pem !== 'string' || pem === '') throw refused(account, 'has no private_key');
  try {
    if (/^-----BEGIN (RSA )?PRIVATE KEY-----/.test(pem) && createPrivateKey(pem).asymmetricKeyType === 'rsa')
      return pem;
  } catch {
    // Node's message is not passed on: it may describe the key.
  }
  throw refused(account, 'has a private_key that is no RSA key');
}

function projectField<Name extends string>(name: Name, value: unknown): { readonly [key in Name]?: string } {
  return isProject(value) ? ({ [name]: value } as { readonly [key in Name]?: string }) : {};
}

/** `my-project`, `example.com:my-project`, or a project number. */
export function isProject(value: unknown): value is string {
  return typeof value === 'string' && /^([a-z0-9.-]+:)?[a-z0-9][a-z0-9-]{0,62}$/i.test(value);
}

function refused(account: AccountConfig, what: string) {
  return credentialRefused(`the Google credential of ${account.email} ${what}`);
}
