/**
 * The axes of the weather matrix and all its cells: one cell is one request of one client, under one fault, with so many accounts. What a cell must
 * come to stands in `judge.ts`; here is only what there is.
 */

import type { AccountConfig } from '../../../src/model/config.ts';
import type { Protocol } from '../../../src/model/request.ts';
import { type PromptKind, promptKinds } from '../sdk/prompts.ts';
import { oneSickTable } from '../sdk/weather-table.ts';

/** `array`: Gemini's stream without `alt=sse`. */
export type CellFraming = 'streamed' | 'array' | 'collected';

export const clients = [
  { client: 'anthropic', framings: ['streamed', 'collected'] },
  { client: 'gemini', framings: ['streamed', 'array', 'collected'] },
  { client: 'openai-chat', framings: ['streamed', 'collected'] },
  { client: 'openai-responses', framings: ['streamed', 'collected'] },
] as const satisfies readonly { client: Protocol; framings: readonly CellFraming[] }[];

export type UpstreamName = 'anthropic' | 'vertex-claude' | 'gemini' | 'vertex-gemini' | 'openai';

export interface UpstreamRow {
  readonly provider: AccountConfig['provider'];
  /** The client dialects that this upstream is asked in without translation. */
  readonly speaks: readonly Protocol[];
  readonly model: string;
  readonly baseUrl: string;
}

export const upstreams: Readonly<Record<UpstreamName, UpstreamRow>> = {
  anthropic: row('anthropic', ['anthropic'], 'claude-sonnet-4-5', 'http://anthropic.lab'),
  'vertex-claude': row('vertex', ['anthropic'], 'claude-sonnet-4-5', 'http://vertex.lab'),
  gemini: row('gemini', ['gemini'], 'gemini-3-flash', 'http://gemini.lab'),
  // The older line ends otherwise: its last words and the reason to stop come together.
  'vertex-gemini': row('vertex', ['gemini'], 'gemini-2.5-flash', 'http://vertex.lab'),
  // Any name will do for a server that speaks like OpenAI; this one thinks when it is asked to, and shows it.
  openai: row('openai', ['openai-chat', 'openai-responses'], 'qwen3-coder', 'http://openai.lab/v1'),
};

function row(provider: UpstreamRow['provider'], speaks: Protocol[], model: string, baseUrl: string): UpstreamRow {
  return { provider, speaks, model, baseUrl };
}

/** `once`: the sick account is sick for its first call only. The account that is asked first is the sick one. */
export const houses = {
  once: { title: '1 account, sick once', accounts: 1, isSickOnce: true },
  one: { title: '1 account, always sick', accounts: 1, isSickOnce: false },
  two: { title: '2 accounts, one sick', accounts: 2, isSickOnce: false },
  three: { title: '3 accounts, one sick', accounts: 3, isSickOnce: false },
} as const;
export type HouseName = keyof typeof houses;
export const houseNames = Object.keys(houses) as HouseName[];

export interface Cell {
  /** As the lab reads it: a name and what is chosen. */
  readonly fault: string;
  readonly client: Protocol;
  readonly framing: CellFraming;
  readonly upstream: UpstreamName;
  readonly house: HouseName;
  readonly question: PromptKind;
}

/** Every row of the lab's weather with each of its choices. */
export const faults: readonly string[] = [...new Set(oneSickTable.map(({ weather }) => weather))];

export function cellsOf(fault: string): Cell[] {
  return houseNames.flatMap((house) =>
    clients.flatMap(({ client, framings }) =>
      framings.flatMap((framing) =>
        (Object.keys(upstreams) as UpstreamName[]).flatMap((upstream) =>
          promptKinds.map((question): Cell => ({ fault, client, framing, upstream, house, question })),
        ),
      ),
    ),
  );
}

export function isForeign({ client, upstream }: Pick<Cell, 'client' | 'upstream'>): boolean {
  return !upstreams[upstream].speaks.includes(client);
}

export function nameOf({ fault, client, framing, upstream, house, question }: Cell): string {
  return `${fault} · ${client} ${framing} of ${upstream} · ${house} · ${question}`;
}
