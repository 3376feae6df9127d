/** Sends Anthropic requests to the Anthropic API or to a server that speaks its dialect. Chooses nothing: the attempt says account and model. */

import type { AccountConfig } from '../../model/config.ts';
import type { UpstreamAdapter } from '../../model/ports.ts';
import { readAnthropicEvents } from '../../protocols/anthropic/read-events.ts';
import { writeAnthropicRequest } from '../../protocols/anthropic/write-request.ts';
import { createFramer } from '../../protocols/sse/framer.ts';
import { type AdapterDeps, baseOf, headerSecretOf, requestHeaders } from '../credential.ts';
import { inNativeDialect } from '../native-request.ts';
import { openUpstream } from '../open.ts';
import { classifyAnthropic, classifyAnthropicInBand } from './classify.ts';

const publicOrigin = 'https://api.anthropic.com';
/** For clients that name none. */
const defaultVersion = '2023-06-01';

export function createAnthropicAdapter(deps: AdapterDeps): UpstreamAdapter {
  return {
    provider: 'anthropic',
    serves: () => true,
    native: () => 'anthropic',
    async open(asked, signal) {
      const { account, request, model, edits } = inNativeDialect(asked, 'anthropic', deps.capabilities);
      const path = request.operation === 'count-tokens' ? '/v1/messages/count_tokens' : '/v1/messages';
      const url = `${baseOf(account, publicOrigin)}${path}${request.passQuery ?? ''}`;
      const credential = await credentialHeader(deps, account, signal);
      const headers = requestHeaders(
        { 'anthropic-version': defaultVersion, ...request.passHeaders },
        credential,
        deps.version,
      );
      const body = writeAnthropicRequest(request, { model, edits, target: 'anthropic' });
      const outgoing = { method: 'POST', url, headers, body, allowPrivate: account.allowPrivate } as const;
      return openUpstream(deps, outgoing, classifyAnthropic, signal);
    },
    framer: () => createFramer(),
    readEvents: () => readAnthropicEvents(),
    classifyInBand: (_protocol, body) => classifyAnthropicInBand(body, deps.world.now()),
  };
}

/** A credential that is written as `Bearer …` is a token, everything else a key. */
async function credentialHeader(
  deps: AdapterDeps,
  account: AccountConfig,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const secret = await headerSecretOf(deps, account, signal);
  return /^Bearer /i.test(secret) ? { authorization: secret } : { 'x-api-key': secret };
}
