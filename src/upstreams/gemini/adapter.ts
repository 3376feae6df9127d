/** Sends Gemini requests to the Gemini API. The key travels in a header; it must never stand in a URL, which proxies and logs keep. */

import type { UpstreamAdapter, UpstreamAnswer, UpstreamAttempt } from '../../model/ports.ts';
import { createGeminiFramer } from '../../protocols/gemini/framer.ts';
import { readGeminiEvents } from '../../protocols/gemini/read-events.ts';
import { writeGeminiRequest } from '../../protocols/gemini/write-request.ts';
import { type AdapterDeps, baseOf, headerSecretOf, modelSegment, requestHeaders } from '../credential.ts';
import { openUpstream } from '../open.ts';
import { createSchemaForms } from '../schema-form.ts';
import { classifyGemini, classifyGeminiInBand } from './classify.ts';

const publicOrigin = 'https://generativelanguage.googleapis.com';

export function createGeminiAdapter(deps: AdapterDeps): UpstreamAdapter {
  const forms = createSchemaForms(deps.capabilities);
  return {
    provider: 'gemini',
    serves: () => true,
    native: () => 'gemini',
    open: (asked, signal) => forms.open(asked, 'gemini', (attempt) => send(attempt, signal)),
    framer: () => createGeminiFramer(),
    readEvents: () => readGeminiEvents(),
    classifyInBand: (_protocol, body) => classifyGeminiInBand(body, deps.world.now()),
  };

  async function send(
    { account, request, model, edits }: UpstreamAttempt,
    signal: AbortSignal,
  ): Promise<UpstreamAnswer> {
    const method = request.operation === 'count-tokens' ? 'countTokens' : 'streamGenerateContent?alt=sse';
    const url = `${baseOf(account, publicOrigin)}/v1beta/models/${modelSegment(model)}:${method}`;
    const key = await headerSecretOf(deps, account, signal);
    const headers = requestHeaders(request.passHeaders, { 'x-goog-api-key': key }, deps.version);
    const body = writeGeminiRequest(request, edits, model);
    const outgoing = { method: 'POST', url, headers, body, allowPrivate: account.allowPrivate } as const;
    return openUpstream(deps, outgoing, classifyGemini, signal);
  }
}
