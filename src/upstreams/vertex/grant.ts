/**
 * Trades a Google credential for an access token. google-auth-library makes the request and signs it; it is sent through our own transport, to
 * the endpoint that was checked. No error may carry the key, the refresh token or the signed assertion.
 */

import type { OAuth2ClientOptions } from 'google-auth-library';
import type { AccountConfig } from '../../model/config.ts';
import { Refusal } from '../../model/failure.ts';
import { credentialRefused } from '../credential.ts';
import { type OpenDeps, readSome, respond } from '../open.ts';
import { isJson, type Json, readErrorDocument } from '../refusal.ts';
import { classifyTokenRefusal } from './classify.ts';
import type { GoogleCredential } from './google-credential.ts';

export interface Grant {
  readonly token: string;
  readonly lifeMs: number;
}

const scope = 'https://www.googleapis.com/auth/cloud-platform';
/** Google accepts assertions that live an hour at most. */
const assertionSeconds = 3_600;
const answerBytesMax = 64 * 1024;
const answerMs = 10_000;
/** When the endpoint does not say. */
const defaultLifeSeconds = 300;
const lifeSecondsMax = 86_400;
const tokenCharsMax = 8_192;

export async function requestGrant(
  deps: OpenDeps,
  credential: GoogleCredential,
  account: AccountConfig,
  signal: AbortSignal,
): Promise<Grant> {
  let answer: Json | undefined;
  const transporter = {
    async request(options: { readonly data?: unknown }) {
      answer = await post(deps, credential, String(options.data), signal);
      return { data: { ...answer }, status: 200, headers: new Headers() };
    },
  } as unknown as NonNullable<OAuth2ClientOptions['transporter']>;
  try {
    await authorise(credential, transporter, deps.world.now());
  } catch (error) {
    if (error instanceof Refusal || signal.aborted) throw error;
    // The library's own message is not passed on: it may quote the key.
    throw credentialRefused(`the Google credential of ${account.email} could not be used to sign a token request`);
  }
  return grantOf(answer, account);
}

/** The library is loaded when it is first needed: most installations have no Google account. */
async function authorise(
  credential: GoogleCredential,
  transporter: NonNullable<OAuth2ClientOptions['transporter']>,
  now: number,
): Promise<void> {
  const { JWT, UserRefreshClient } = await import('google-auth-library');
  const shared = { transporter, useAuthRequestParameters: false };
  if (credential.type === 'authorized_user') {
    const { clientId, clientSecret, refreshToken, tokenUrl } = credential;
    const endpoints = { oauth2TokenUrl: tokenUrl };
    await new UserRefreshClient({ ...shared, clientId, clientSecret, refreshToken, endpoints }).refreshAccessToken();
    return;
  }
  const issued = Math.floor(now / 1_000);
  const additionalClaims = {
    // The library always signs for Google's own endpoint; another one must be named as the audience.
    aud: credential.tokenUrl,
    iat: issued,
    exp: issued + assertionSeconds,
  };
  await new JWT({
    ...shared,
    email: credential.clientEmail,
    key: credential.privateKey,
    scopes: scope,
    additionalClaims,
  }).authorize();
}

async function post(deps: OpenDeps, credential: GoogleCredential, form: string, signal: AbortSignal): Promise<Json> {
  const response = await respond(
    deps.transport,
    {
      method: 'POST',
      url: credential.tokenUrl,
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      body: Buffer.from(form),
      allowPrivate: credential.allowPrivate,
    },
    signal,
  );
  const bytes = await readSome(response.body, { bytesMax: answerBytesMax, ms: answerMs }, deps.world, signal);
  const body = bytes.toString('utf8');
  const json = readErrorDocument(body)?.json;
  if (response.status !== 200 || json === undefined || !isJson(json)) {
    const { status, headers } = response;
    throw new Refusal(classifyTokenRefusal({ status, headers, body: withoutSent(body, form), now: deps.world.now() }));
  }
  return json;
}

/** Shorter values would be found everywhere. */
const secretCharsMin = 4;

/** An endpoint may quote what it was sent. */
function withoutSent(body: string, form: string): string {
  let clean = body;
  for (const [name, value] of new URLSearchParams(form)) {
    if (name === 'grant_type' || value.length < secretCharsMin) continue;
    clean = clean.replaceAll(value, '[redacted]').replaceAll(encodeURIComponent(value), '[redacted]');
  }
  return clean;
}

function grantOf(answer: Json | undefined, account: AccountConfig): Grant {
  const token = answer?.access_token;
  if (typeof token !== 'string' || token.length > tokenCharsMax || !/^[!-~]+$/.test(token)) {
    throw credentialRefused(`the token endpoint gave ${account.email} no usable access token`);
  }
  const seconds = Number(answer?.expires_in ?? defaultLifeSeconds);
  const life = Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, lifeSecondsMax) : defaultLifeSeconds;
  return { token, lifeMs: life * 1_000 };
}
