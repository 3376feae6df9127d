/** Which client is led to which upstream, and what is wrong with the account that is asked first: as data. */

import type { ClientName } from './client.ts';
import type { UpstreamName } from './house.ts';

const reasonsOfLoss = {
  dropsThoughts: 'it keeps no thoughts in its history, and the signature of a Claude stands on a thought',
  noExtraFields: 'it brings back no field of a call that is not of the dialect itself',
  textOnly: 'of a thought it brings back the text alone',
  noThinkingBlocks: 'it keeps no thinking blocks, and for a client of this dialect every signature stands on one',
};

export interface ClientRow {
  readonly client: ClientName;
  readonly upstream: UpstreamName;
  /** A weather of the lab. */
  readonly weather: string;
  /** The model the client asks for, where it is not its usual one. */
  readonly model?: string;
  /** The upstream's model, where it is not the usual one. */
  readonly target?: string;
  /** Why the client cannot bring back the signature of the tool call. */
  readonly losesSignature?: string;
}

/** The commands: each takes seconds. */
export const commandRows: readonly ClientRow[] = [
  { client: 'claude-code', upstream: 'anthropic', weather: '529' },
  {
    client: 'claude-code',
    upstream: 'anthropic',
    weather: 'error-mid:after=0',
    model: 'claude-opus-4-8',
    target: 'claude-opus-4-8',
  },
  { client: 'claude-code', upstream: 'vertex-claude', weather: 'no-content:kind=stop' },
  { client: 'claude-code', upstream: 'gemini', weather: '429:time=retry-info' },
  { client: 'claude-code', upstream: 'gemini', weather: 'cut-after:frames=0', model: 'claude-opus-4-8' },
  { client: 'claude-code', upstream: 'vertex-gemini', weather: '403', target: 'gemini-2.5-pro' },
  { client: 'gemini-cli', upstream: 'gemini', weather: 'no-content:kind=stop' },
  { client: 'gemini-cli', upstream: 'gemini', weather: '401' },
  {
    client: 'gemini-cli',
    upstream: 'anthropic',
    weather: 'in-band-error:kind=overloaded',
    losesSignature: reasonsOfLoss.dropsThoughts,
  },
  { client: 'codex', upstream: 'anthropic', weather: 'no-content:kind=stop' },
  { client: 'codex', upstream: 'gemini', weather: '500' },
  { client: 'codex', upstream: 'vertex-claude', weather: 'reset', target: 'claude-opus-4-8' },
  { client: 'codex', upstream: 'vertex-gemini', weather: 'reset' },
  { client: 'opencode-anthropic', upstream: 'anthropic', weather: '401' },
  { client: 'opencode-anthropic', upstream: 'gemini', weather: 'html' },
  { client: 'opencode-google', upstream: 'gemini', weather: 'reset-after:frames=0' },
  { client: 'opencode-google', upstream: 'anthropic', weather: 'empty-body' },
  { client: 'opencode-openai', upstream: 'anthropic', weather: '504', losesSignature: reasonsOfLoss.textOnly },
  {
    client: 'opencode-openai',
    upstream: 'gemini',
    weather: 'json-200:kind=overloaded',
    losesSignature: reasonsOfLoss.noExtraFields,
  },
  { client: 'qwen-code', upstream: 'anthropic', weather: '401' },
  {
    client: 'qwen-code',
    upstream: 'gemini',
    weather: 'no-content:kind=stop',
    losesSignature: reasonsOfLoss.noExtraFields,
  },
  { client: 'pi-anthropic', upstream: 'anthropic', weather: '500' },
  { client: 'pi-openai', upstream: 'vertex-claude', weather: 'reset' },
  { client: 'pi-google', upstream: 'gemini', weather: 'in-band-error:kind=overloaded' },
  { client: 'continue', upstream: 'anthropic', weather: '429:time=retry-after-seconds' },
  {
    client: 'continue',
    upstream: 'vertex-gemini',
    weather: 'empty-body',
    losesSignature: reasonsOfLoss.noThinkingBlocks,
  },
];

const sdkUpstreams = ['anthropic', 'vertex-claude', 'gemini', 'vertex-gemini'] as const;

/** The libraries: each takes milliseconds, so that each meets every upstream with a refusal and with an answer that has no content. */
export const sdkRows: readonly ClientRow[] = (
  ['anthropic-sdk', 'google-genai', 'openai-chat', 'openai-responses', 'ai-sdk'] as const
).flatMap((client) =>
  sdkUpstreams.flatMap((upstream) =>
    ['529', 'no-content:kind=stop'].map((weather): ClientRow => ({ client, upstream, weather })),
  ),
);
