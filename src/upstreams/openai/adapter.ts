/**
 * Sends Chat Completions and Responses requests to OpenAI or to any server that speaks its dialects. A base URL ends in `/v1`, as the SDKs take it.
 * Chooses nothing: the attempt says account and model.
 */

import { Refusal } from '../../model/failure.ts';
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
import { classifyOpenai, classifyOpenaiInBand, lacksResponses } from './classify.ts';

const publicBase = 'https://api.openai.com/v1';

/** Models whose server has been found to lack Responses; the oldest is asked again. */
export const chatOnlyModelsMax = 1_000;

export function createOpenaiAdapter(deps: AdapterDeps): UpstreamAdapter {
  const chatOnly = new Set<string>();
  /** Every server has Chat Completions; Responses is asked for only by those who speak it themselves, of servers that have it. */
  const nativeOf = (protocol: Protocol, model: string): Protocol =>
    protocol === 'openai-responses' && !chatOnly.has(model) ? 'openai-responses' : 'openai-chat';

  /** The next attempt asks in Chat Completions; this one cannot, for it has promised its reader the other dialect. */
  const learn = (error: unknown, model: string): unknown => {
    if (!(error instanceof Refusal) || !lacksResponses(error.failure)) return error;
    if (chatOnly.size >= chatOnlyModelsMax) chatOnly.delete(chatOnly.values().next().value as string);
    chatOnly.add(model);
    const detail = `the server has no Responses API (${error.failure.detail}); asking in Chat Completions`;
    return new Refusal({ kind: 'garbage', reach: 'refused', detail });
  };

  return {
    provider: 'openai',
    // No server of these dialects counts tokens.
    serves: (_protocol, operation) => operation === 'generate',
    native: nativeOf,
    async open(asked, signal) {
      const native = nativeOf(asked.request.protocol, asked.model);
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
      try {
        return await openUpstream(deps, outgoing, classifyOpenai, signal);
      } catch (error) {
        throw native === 'openai-responses' ? learn(error, asked.model) : error;
      }
    },
    framer: () => createFramer(),
    readEvents: (native) => (native === 'openai-responses' ? readResponsesEvents() : readChatEvents()),
    classifyInBand: (_native, body) => classifyOpenaiInBand(body, deps.world.now()),
  };
}

const chat = { path: '/chat/completions', write: writeChatRequest };
const responses = { path: '/responses', write: writeResponsesRequest };
