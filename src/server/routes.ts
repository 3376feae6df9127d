/** Which path means what on the data plane. A table, read once per request; nothing here acts. */

import type { Operation, Protocol, RequestInput } from '../model/request.ts';

export type Route =
  | {
      readonly to: 'exchange';
      readonly protocol: Protocol;
      readonly operation: Operation;
      readonly pathModel?: string;
      readonly pathMethod?: NonNullable<RequestInput['pathMethod']>;
    }
  | { readonly to: 'models'; readonly protocol: Protocol; readonly id?: string }
  | { readonly to: 'probe'; readonly what: 'root' | 'health' | 'livez' | 'readyz' }
  | { readonly to: 'control' }
  | { readonly to: 'wrong-method'; readonly protocol: Protocol; readonly allow: string }
  | { readonly to: 'unknown'; readonly protocol: Protocol };

const geminiMethods: Readonly<Record<string, Operation>> = {
  generateContent: 'generate',
  streamGenerateContent: 'generate',
  countTokens: 'count-tokens',
};

export function routeOf(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  query: URLSearchParams,
): Route {
  const asked = method === 'HEAD' ? 'GET' : method;
  if (path === '/' && method === 'HEAD') return { to: 'probe', what: 'root' };
  // Reachability probes and telemetry of clients: answered, never kept, never passed on.
  if (/^(\/v1)?\/api\/(hello|event_logging(\/.*)?|claude_code\/.*|claude_cli\/.*)$/.test(path))
    return { to: 'probe', what: 'root' };
  const probe = /^\/(health|livez|readyz)$/.exec(path)?.[1];
  if (probe) return { to: 'probe', what: probe as 'health' | 'livez' | 'readyz' };
  if (path === '/v1/messages') return post(asked, { to: 'exchange', protocol: 'anthropic', operation: 'generate' });
  if (path === '/v1/messages/count_tokens') {
    return post(asked, { to: 'exchange', protocol: 'anthropic', operation: 'count-tokens' });
  }
  if (path === '/v1/chat/completions') {
    return post(asked, { to: 'exchange', protocol: 'openai-chat', operation: 'generate' });
  }
  if (path === '/v1/responses')
    return post(asked, { to: 'exchange', protocol: 'openai-responses', operation: 'generate' });
  const models = /^\/(v1beta|v1)\/models(?:\/([^/]+))?$/.exec(path);
  if (models) return modelRoute(asked, models[1] as string, models[2], headers, query);
  if (/^\/(api(\/|$)|openapi\.json$|metrics$|sign-in$|assets\/|favicon\.svg$|$)/.test(path)) return { to: 'control' };
  return { to: 'unknown', protocol: dialectOfPath(path, headers, query) };
}

/** Whose error shape a path is answered in, when it is not one of ours or cannot be read. */
export function dialectOfPath(
  path: string,
  headers: Readonly<Record<string, string>>,
  query: URLSearchParams,
): Protocol {
  if (path.startsWith('/v1/messages') || headers['anthropic-version'] !== undefined) return 'anthropic';
  if (path.startsWith('/v1beta/') || /^\/v1\/models\/[^/]+:/.test(path)) return 'gemini';
  if (headers['x-goog-api-key'] !== undefined || query.has('key')) return 'gemini';
  return 'openai-chat';
}

type ExchangeRoute = Extract<Route, { to: 'exchange' }>;

function post(method: string, route: ExchangeRoute): Route {
  return method === 'POST' ? route : { to: 'wrong-method', protocol: route.protocol, allow: 'POST' };
}

function modelRoute(
  method: string,
  version: string,
  segment: string | undefined,
  headers: Readonly<Record<string, string>>,
  query: URLSearchParams,
): Route {
  const protocol = version === 'v1beta' ? 'gemini' : dialectOfPath('/v1/models', headers, query);
  const colon = segment?.lastIndexOf(':') ?? -1;
  if (segment !== undefined && colon > 0) {
    const operation = geminiMethods[segment.slice(colon + 1)];
    if (operation !== undefined) {
      const pathMethod = segment.slice(colon + 1) as NonNullable<RequestInput['pathMethod']>;
      const pathModel = decoded(segment.slice(0, colon));
      return post(method, { to: 'exchange', protocol: 'gemini', operation, pathModel, pathMethod });
    }
    if (method === 'POST') return { to: 'unknown', protocol: 'gemini' };
  }
  if (method !== 'GET') return { to: 'wrong-method', protocol, allow: 'GET' };
  return segment === undefined ? { to: 'models', protocol } : { to: 'models', protocol, id: decoded(segment) };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
