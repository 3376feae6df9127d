/**
 * The faults that a person meets and the clients that meet them, as data: what is wrong, who is asked, and what was seen of each client when it
 * had no gateway. The times that were seen are told beside those that are measured; nothing is judged by them.
 */

import type { ClientName } from './client.ts';
import type { UpstreamName } from './house.ts';

export interface Fault {
  readonly name: string;
  /** A weather of the lab. */
  readonly weather: string;
  /** The upstream says it with an error status. */
  readonly refused: boolean;
  /** What the journal calls the healing of it; going on with an answer proves that the client had a part of it. */
  readonly healedBy: 'rotated' | 'resumed';
}

export const faults = [
  { name: '429', weather: '429:time=retry-after-seconds,seconds=2', refused: true, healedBy: 'rotated' },
  { name: '500', weather: '500', refused: true, healedBy: 'rotated' },
  { name: '529', weather: '529', refused: true, healedBy: 'rotated' },
  { name: '401', weather: '401', refused: true, healedBy: 'rotated' },
  { name: 'stream dies mid-answer', weather: 'cut-after:frames=40', refused: false, healedBy: 'resumed' },
  { name: '200 without content', weather: 'no-content:kind=stop', refused: false, healedBy: 'rotated' },
] as const satisfies readonly Fault[];

export type FaultName = (typeof faults)[number]['name'];

/** What was seen of a client without a gateway, fault by fault, in the order of `faults`. */
type Seen = readonly [string, string, string, string, string, string];

export interface Comparison {
  readonly client: ClientName;
  readonly label: string;
  /** It speaks the client's dialect, so that the client can be led straight to it as well. */
  readonly upstream: UpstreamName;
  /** It runs in the test's own process and mostly waits: its turns without a gateway may be taken side by side. */
  readonly light?: boolean;
  readonly seen: Seen;
}

const fails = 'fails';

export const comparisons: readonly Comparison[] = [
  {
    client: 'claude-code',
    label: 'Claude Code',
    upstream: 'anthropic',
    seen: ['2.7 s', '2.3 s', '2.4 s', '2.3 s', '0.6 s', '0.7 s'],
  },
  {
    client: 'codex',
    label: 'Codex',
    upstream: 'openai',
    seen: ['7.8 s', '6.2 s', '6.1 s', '6.3 s', '6.2 s', fails],
  },
  {
    client: 'gemini-cli',
    label: 'Gemini CLI',
    upstream: 'gemini',
    seen: ['18.9 s', '15.6 s', '16.3 s', fails, fails, '3.2 s'],
  },
  {
    client: 'opencode-anthropic',
    label: 'opencode (Anthropic)',
    upstream: 'anthropic',
    seen: ['4.1 s', '6 s', '6.6 s', fails, '4.9 s', '2.9 s'],
  },
  {
    client: 'qwen-code',
    label: 'qwen-code',
    upstream: 'openai',
    seen: ['4.1 s', '3.4 s', '3.2 s', fails, fails, '4.2 s'],
  },
  {
    client: 'pi-anthropic',
    label: 'pi (Anthropic)',
    upstream: 'anthropic',
    seen: ['2.8–7 s', '2.1–6.9 s', '2.2–6.9 s', fails, '7 s', fails],
  },
  {
    client: 'pi-openai',
    label: 'pi (OpenAI)',
    upstream: 'openai',
    seen: ['2.8–7 s', '2.1–6.9 s', '2.2–6.9 s', fails, fails, fails],
  },
  {
    client: 'pi-google',
    label: 'pi (Google)',
    upstream: 'gemini',
    seen: ['2.8–7 s', '2.1–6.9 s', '2.2–6.9 s', fails, fails, fails],
  },
  {
    client: 'continue',
    label: 'continue (Anthropic)',
    upstream: 'anthropic',
    seen: [fails, fails, '2.8 s', fails, fails, fails],
  },
  {
    client: 'anthropic-sdk',
    label: '@anthropic-ai/sdk',
    upstream: 'anthropic',
    light: true,
    seen: ['2.6 s', '1.9 s', '2 s', fails, fails, fails],
  },
  {
    client: 'openai-chat',
    label: 'openai (chat completions)',
    upstream: 'openai',
    light: true,
    seen: ['2.4 s', '1.7 s', '1.7 s', fails, fails, 'empty answer'],
  },
  {
    client: 'google-genai',
    label: '@google/genai',
    upstream: 'gemini',
    light: true,
    seen: [fails, fails, fails, fails, fails, fails],
  },
  {
    client: 'ai-sdk',
    label: 'AI SDK (Anthropic)',
    upstream: 'anthropic',
    light: true,
    seen: ['2.8 s', '6.8 s', '6.8 s', fails, fails, fails],
  },
];
