/**
 * Sends requests to Vertex AI: Claude models in Anthropic's dialect, all others in Gemini's. The access token comes from `token.ts`; a token
 * that was kept and is refused is replaced once, within the same attempt.
 */

import type { AccountConfig } from '../../model/config.ts';
import { Refusal } from '../../model/failure.ts';
import type { UpstreamAdapter, UpstreamAnswer, UpstreamAttempt } from '../../model/ports.ts';
import { readAnthropicEvents } from '../../protocols/anthropic/read-events.ts';
import { writeAnthropicRequest } from '../../protocols/anthropic/write-request.ts';
import { createGeminiFramer } from '../../protocols/gemini/framer.ts';
import { readGeminiEvents } from '../../protocols/gemini/read-events.ts';
import { writeGeminiRequest } from '../../protocols/gemini/write-request.ts';
import { createFramer } from '../../protocols/sse/framer.ts';
import { type AdapterDeps, baseOf, credentialRefused, modelSegment, requestHeaders, secretOf } from '../credential.ts';
import { openUpstream } from '../open.ts';
import { createSchemaForms } from '../schema-form.ts';
import { classifyVertex, classifyVertexInBand, isTokenRefused } from './classify.ts';
import { type GoogleCredential, isProject } from './google-credential.ts';
import { type AccessToken, createTokens, type Tokens } from './token.ts';

const claudeModel = /^claude-/;
const multiRegions = new Set(['us', 'eu']);

export function createVertexAdapter(deps: AdapterDeps & { readonly tokens?: Tokens }): UpstreamAdapter {
  const tokens = deps.tokens ?? createTokens(deps);
  const forms = createSchemaForms(deps.capabilities);

  const send = (attempt: UpstreamAttempt, access: AccessToken, signal: AbortSignal): Promise<UpstreamAnswer> => {
    const { account, request } = attempt;
    const { quotaProject } = access.credential;
    const own = {
      authorization: `Bearer ${access.token}`,
      ...(quotaProject === undefined ? {} : { 'x-goog-user-project': quotaProject }),
    };
    // The version stands in the body here.
    const { 'anthropic-version': _version, ...passed } = request.passHeaders;
    const headers = requestHeaders(passed, own, deps.version);
    const url = urlOf(attempt, access.credential);
    return openUpstream(
      deps,
      { method: 'POST', url, headers, body: bodyOf(attempt), allowPrivate: account.allowPrivate },
      classifyVertex,
      signal,
    );
  };

  return {
    provider: 'vertex',
    serves: () => true,
    native: (_protocol, model) => nativeOf(model),
    open: (asked, signal) => forms.open(asked, nativeOf(asked.model), (attempt) => withToken(attempt, signal)),
    framer: (native) => (native === 'gemini' ? createGeminiFramer() : createFramer()),
    readEvents: (native) => (native === 'anthropic' ? readAnthropicEvents() : readGeminiEvents()),
    classifyInBand: (native, body) => classifyVertexInBand(native, body, deps.world.now()),
  };

  async function withToken(attempt: UpstreamAttempt, signal: AbortSignal): Promise<UpstreamAnswer> {
    const source = await secretOf(deps, attempt.account, signal);
    const access = await tokens.token(attempt.account, source, signal);
    try {
      return await send(attempt, access, signal);
    } catch (error) {
      if (access.fresh || !(error instanceof Refusal) || !isTokenRefused(error.failure)) throw error;
      tokens.drop(access.token);
      return send(attempt, await tokens.token(attempt.account, source, signal), signal);
    }
  }
}

/** Claude models are asked in Anthropic's dialect, all others in Gemini's. */
function nativeOf(model: string): 'anthropic' | 'gemini' {
  return claudeModel.test(model) ? 'anthropic' : 'gemini';
}

function bodyOf({ request, model, edits }: UpstreamAttempt): Uint8Array {
  return request.protocol === 'anthropic'
    ? writeAnthropicRequest(request, { model, edits, target: 'vertex' })
    : writeGeminiRequest(request, edits);
}

function urlOf({ account, request, model }: UpstreamAttempt, credential: GoogleCredential): string {
  const location = locationOf(account);
  const project = account.project ?? credential.projectId;
  if (!isProject(project)) throw credentialRefused(`${account.email} names no Google Cloud project`);
  const counting = request.operation === 'count-tokens';
  const target =
    request.protocol === 'anthropic'
      ? `anthropic/models/${counting ? 'count-tokens:rawPredict' : `${modelSegment(model)}:streamRawPredict`}`
      : `google/models/${modelSegment(model)}:${counting ? 'countTokens' : 'streamGenerateContent?alt=sse'}`;
  return `${baseOf(account, originOf(location))}/v1/projects/${project}/locations/${location}/publishers/${target}`;
}

function locationOf(account: AccountConfig): string {
  const location = account.location ?? 'global';
  if (!/^[a-z0-9-]{1,64}$/.test(location))
    throw credentialRefused(`the location of ${account.email} is no Google Cloud location`);
  return location;
}

function originOf(location: string): string {
  if (location === 'global') return 'https://aiplatform.googleapis.com';
  if (multiRegions.has(location)) return `https://aiplatform.${location}.rep.googleapis.com`;
  return `https://${location}-aiplatform.googleapis.com`;
}
