/**
 * Sends Chat Completions and Responses requests to OpenAI or to any server that speaks its dialects. A base URL ends in `/v1`, as the SDKs take it.
 * Chooses nothing: the attempt says account and model.
 */

import type { UpstreamAdapter } from '../../model/ports.ts';
import type { Protocol } from '../../model/request.ts';
import { readChatEvents } from '../../protocols/openai-chat/read-events.ts';
import { writeChatRequest } from '../../protocols/openai-chat/write-request.ts';
import { readResponsesEvents } from '../../protocols/openai-responses/read-events.ts';
import { writeResponsesRequest } from '../../protocols/openai-responses/write-request.ts';
import { createFramer } from '../../protocols/sse/framer.ts';
import { type AdapterDeps, baseOf, headerSecretOf, requestHeaders } from '../credential.ts';
import { inNativeDialect } from '../native-request.ts';
import { openUpstream } from '../open.ts';
import { classifyOpenai, classifyOpenaiInBand } from './classify.ts';

const publicBase = 'https://api.openai.com/v1';

export function createOpenaiAdapter(deps: AdapterDeps): UpstreamAdapter {
  return {
    provider: 'openai',
    // No server of these dialects counts tokens.
    serves: (_protocol, operation) => operation === 'generate',
    native: nativeOf,
    async open(asked, signal) {
      const native = nativeOf(asked.request.protocol);
      const { account, request, model, edits } = inNativeDialect(asked, native, deps.capabilities);
      const { path, write } = native === 'openai-responses' ? responses : chat;
      const secret = await headerSecretOf(deps, account, signal);
      const authorization = /^Bearer /i.test(secret) ? secret : `Bearer ${secret}`;
      const outgoing = {
        method: 'POST',
        url: `${baseOf(account, publicBase)}${path}`,
        headers: requestHeaders(request.passHeaders, { authorization }, deps.version),
        body: write(request, edits, model),
        allowPrivate: account.allowPrivate,
      } as const;
      return openUpstream(deps, outgoing, classifyOpenai, signal);
    },
    framer: () => createFramer(),
    readEvents: (native) => (native === 'openai-responses' ? readResponsesEvents() : readChatEvents()),
    classifyInBand: (_native, body) => classifyOpenaiInBand(body, deps.world.now()),
  };
}

const chat = { path: '/chat/completions', write: writeChatRequest };
const responses = { path: '/responses', write: writeResponsesRequest };

/** Every server has Chat Completions; Responses is asked for only by those who speak it themselves. */
function nativeOf(protocol: Protocol): Protocol {
  return protocol === 'openai-responses' ? 'openai-responses' : 'openai-chat';
}
