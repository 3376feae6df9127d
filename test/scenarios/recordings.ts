/** The recorded streams, which stay outside the project, and the request of a client for each of them. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Question } from './client.ts';

export const recordedProtocols = ['anthropic', 'vertex-claude', 'gemini', 'vertex-gemini'] as const;
export type RecordedProtocol = (typeof recordedProtocols)[number];

export interface Recording {
  readonly name: string;
  readonly protocol: RecordedProtocol;
  readonly bytes: Buffer;
  readonly complete: boolean;
  readonly model: string;
  /** The recorded request, or a minimal legal one. */
  readonly request: Readonly<Record<string, unknown>>;
}

/** How the client asks: events, one document, or (Gemini) a JSON array. */
export type Way = 'events' | 'document' | 'array';

const folder = process.env.FIXTURES_DIR ?? '../shared/fixtures';
export const recordingsAbsent = !existsSync(join(folder, 'anthropic'));

export function speaksAnthropic(protocol: RecordedProtocol): boolean {
  return protocol === 'anthropic' || protocol === 'vertex-claude';
}

export function recordingsOf(protocol: RecordedProtocol): Recording[] {
  if (recordingsAbsent) return [];
  const names = readdirSync(join(folder, protocol)).filter((name) =>
    existsSync(join(folder, protocol, name, 'response.sse')),
  );
  return names.map((name) => read(protocol, name));
}

/** The name of the header that tells the upstream of the test which recording to serve; the dialect lets it pass. */
export function replayHeader(protocol: RecordedProtocol): string {
  return speaksAnthropic(protocol) ? 'anthropic-replay' : 'x-goog-replay';
}

export function questionFor(
  { protocol, model, request }: Recording,
  way: Way,
  replay: string,
): Question & { readonly path: string } {
  const json = { 'content-type': 'application/json', [replayHeader(protocol)]: replay };
  if (!speaksAnthropic(protocol)) {
    const method =
      way === 'document'
        ? 'generateContent'
        : way === 'array'
          ? 'streamGenerateContent'
          : 'streamGenerateContent?alt=sse';
    return { path: `/v1beta/models/${model}:${method}`, headers: json, body: JSON.stringify(request) };
  }
  const body = { ...request, model, ...(way === 'events' ? { stream: true } : {}) };
  return { path: '/v1/messages', headers: { ...json, 'anthropic-version': '2023-06-01' }, body: JSON.stringify(body) };
}

const minimalRequest = {
  anthropic: { max_tokens: 64, messages: [{ role: 'user', content: 'Hello' }] },
  gemini: { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] },
};

function read(protocol: RecordedProtocol, name: string): Recording {
  const at = (file: string): string => join(folder, protocol, name, file);
  const meta = JSON.parse(readFileSync(at('meta.json'), 'utf8')) as {
    verify: { status: string };
    model?: string | null;
  };
  const anthropic = speaksAnthropic(protocol);
  const recorded = existsSync(at('request.json'))
    ? (JSON.parse(readFileSync(at('request.json'), 'utf8')) as Record<string, unknown>)
    : minimalRequest[anthropic ? 'anthropic' : 'gemini'];
  // Who asks Vertex through the gateway speaks the plain dialect: the version is no part of the body.
  const { stream: _stream, anthropic_version: _version, ...request } = recorded as Record<string, unknown>;
  const named = anthropic ? /^claude-[\w.@-]+$/ : /^gemini-[\w.-]+$/;
  const fallback = anthropic ? 'claude-sonnet-4-5' : 'gemini-2.5-flash';
  const model = meta.model && named.test(meta.model) ? meta.model : fallback;
  const complete = meta.verify.status === 'COMPLETE';
  return { name, protocol, bytes: readFileSync(at('response.sse')), complete, model, request };
}
