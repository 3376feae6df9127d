/** Which API a call speaks and what it wants, from its path and headers alone. Never refuses: what it does not know is `unknown`. */

import type { Json, LabDialect, LabOperation, LabRequest, LabRoute } from './step.ts';

const GEMINI_METHOD = /\/v1(?:beta)?\/models\/([^/:]+):(\w+)$/;
const VERTEX_METHOD = /\/publishers\/(anthropic|google)\/models\/([^/:]+):(\w+)$/;
const SINGLE_MODEL = /\/v1(beta)?\/models\/([^/]+)$/;
const MODEL_LIST = /\/v1(beta)?\/models$/;

/** Whose envelopes and words a dialect uses. */
export type LabMaker = 'anthropic' | 'google' | 'openai';

export function readRoute(request: LabRequest & { readonly method?: string }, json: Json | undefined): LabRoute {
  const path = request.path;
  const vertex = VERTEX_METHOD.exec(path);
  if (vertex) return vertexRoute(vertex[1]!, vertex[2]!, vertex[3]!, request, json);
  const gemini = GEMINI_METHOD.exec(path);
  if (gemini) return methodRoute('gemini', decodeURIComponent(gemini[1]!), gemini[2]!, request);
  if (path.endsWith('/v1/messages'))
    return route('anthropic', 'generate', json?.stream === true ? 'sse' : 'json', json);
  if (path.endsWith('/v1/messages/count_tokens')) return route('anthropic', 'count', 'json', json);
  if (path.endsWith('/chat/completions')) return openaiRoute('openai-chat', json);
  if (path.endsWith('/v1/responses')) return openaiRoute('openai-responses', json);
  if (path.endsWith('/token')) return route('vertex-gemini', 'token', 'json', undefined);
  const list = MODEL_LIST.exec(path);
  if (list) return route(listDialect(list[1], request), 'models', 'json', undefined);
  const single = SINGLE_MODEL.exec(path);
  if (single) return { ...route(listDialect(single[1], request), 'model', 'json', undefined), model: single[2]! };
  if (path === '/' || path === '/api/hello') return route('anthropic', 'hello', 'json', undefined);
  return route(listDialect(path.includes('/v1beta') ? 'beta' : undefined, request), 'unknown', 'json', undefined);
}

/** The body as a JSON object, or undefined when it is none. */
export function readBody(body: Uint8Array): Json | undefined {
  try {
    const json: unknown = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isVertex(route: LabRoute): boolean {
  return route.dialect.startsWith('vertex');
}

export function speaksAnthropic(route: LabRoute): boolean {
  return route.dialect === 'anthropic' || route.dialect === 'vertex-anthropic';
}

export function makerOf(route: LabRoute): LabMaker {
  if (speaksAnthropic(route)) return 'anthropic';
  return route.dialect === 'gemini' || route.dialect === 'vertex-gemini' ? 'google' : 'openai';
}

function vertexRoute(
  publisher: string,
  model: string,
  method: string,
  request: LabRequest,
  json: Json | undefined,
): LabRoute {
  if (publisher === 'google') return methodRoute('vertex-gemini', model, method, request);
  if (model === 'count-tokens') return route('vertex-anthropic', 'count', 'json', json);
  const framing = method === 'streamRawPredict' && json?.stream === true ? 'sse' : 'json';
  const operation = method === 'streamRawPredict' || method === 'rawPredict' ? 'generate' : 'unknown';
  return { dialect: 'vertex-anthropic', operation, framing, model };
}

function methodRoute(dialect: LabDialect, model: string, method: string, request: LabRequest): LabRoute {
  if (method === 'generateContent') return { dialect, operation: 'generate', framing: 'json', model };
  if (method === 'countTokens') return { dialect, operation: 'count', framing: 'json', model };
  if (method !== 'streamGenerateContent') return { dialect, operation: 'unknown', framing: 'json', model };
  const framing = request.query?.get('alt') === 'sse' ? 'sse' : 'json-array';
  return { dialect, operation: 'generate', framing, model };
}

function route(
  dialect: LabDialect,
  operation: LabOperation,
  framing: LabRoute['framing'],
  json: Json | undefined,
): LabRoute {
  return { dialect, operation, framing, model: typeof json?.model === 'string' ? json.model : '' };
}

function openaiRoute(dialect: LabDialect, json: Json | undefined): LabRoute {
  return route(dialect, 'generate', json?.stream === true ? 'sse' : 'json', json);
}

/** Three APIs have lists at the same place; the credential tells them apart. Anthropic's own bearers come with its version. */
function listDialect(beta: string | undefined, request: LabRequest): LabDialect {
  const headers = request.headers ?? {};
  const google = headers['x-goog-api-key'] !== undefined || request.query?.has('key') === true;
  if (beta !== undefined || google) return 'gemini';
  const anthropic = headers['x-api-key'] !== undefined || headers['anthropic-version'] !== undefined;
  return headers.authorization === undefined || anthropic ? 'anthropic' : 'openai-chat';
}
