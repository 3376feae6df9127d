/** Which client is led to which upstream, and what is wrong with the account that is asked first: as data. */

import type { ClientName } from './client.ts';
import type { UpstreamName } from './house.ts';

export interface ClientRow {
  readonly client: ClientName;
  readonly upstream: UpstreamName;
  /** A weather of the lab. */
  readonly weather: string;
  /** The model the client asks for, where it is not its usual one. */
  readonly model?: string;
}

/** The commands: each takes seconds. */
export const commandRows: readonly ClientRow[] = [
  { client: 'claude-code', upstream: 'anthropic', weather: '529' },
  { client: 'claude-code', upstream: 'anthropic', weather: 'cut-after', model: 'claude-opus-4-8' },
  { client: 'claude-code', upstream: 'vertex-claude', weather: 'no-content:kind=stop' },
  { client: 'claude-code', upstream: 'gemini', weather: '429:time=retry-info' },
  { client: 'claude-code', upstream: 'gemini', weather: 'cut-after:frames=0' },
  { client: 'gemini-cli', upstream: 'gemini', weather: 'no-content:kind=stop' },
  { client: 'gemini-cli', upstream: 'gemini', weather: '401' },
  { client: 'gemini-cli', upstream: 'anthropic', weather: 'in-band-error:kind=overloaded' },
  { client: 'codex', upstream: 'anthropic', weather: 'no-content:kind=stop' },
  { client: 'codex', upstream: 'gemini', weather: '500' },
  { client: 'codex', upstream: 'vertex-claude', weather: 'reset' },
  { client: 'opencode-anthropic', upstream: 'anthropic', weather: '401' },
  { client: 'opencode-anthropic', upstream: 'gemini', weather: 'html' },
  { client: 'opencode-google', upstream: 'gemini', weather: 'reset-after:frames=0' },
  { client: 'opencode-google', upstream: 'anthropic', weather: 'empty-body' },
  { client: 'opencode-openai', upstream: 'anthropic', weather: 'stall:after=0' },
  { client: 'opencode-openai', upstream: 'gemini', weather: 'json-200:kind=overloaded' },
];

const sdkUpstreams = ['anthropic', 'vertex-claude', 'gemini', 'vertex-gemini'] as const;

/** The libraries: each takes milliseconds, so that each meets every upstream with a refusal and with an answer that has no content. */
export const sdkRows: readonly ClientRow[] = (
  ['anthropic-sdk', 'google-genai', 'openai-chat', 'openai-responses'] as const
).flatMap((client) =>
  sdkUpstreams.flatMap((upstream) =>
    ['529', 'no-content:kind=stop'].map((weather): ClientRow => ({ client, upstream, weather })),
  ),
);
