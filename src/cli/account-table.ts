/** Accounts as a table for a terminal's width. Pure; it has only what the admin API hands out, and nothing a terminal would obey. */

import type { AccountView } from '../monitor/views.ts';
import { type Column, headingLine, layOut, rowLine } from './table.ts';

const NONE = '-';

/** `isRunning`: a gateway told it; otherwise nobody knows how an account does. */
export function accountLines(views: readonly AccountView[], isRunning: boolean, width: number): string[] {
  if (views.length === 0)
    return ['There is no account yet: `antigravity-tools accounts add LABEL --provider PROVIDER` adds one.'];
  const columns = isRunning ? [...WRITTEN.slice(0, 2), ...RUNNING, ...WRITTEN.slice(2)] : [...WRITTEN, SWITCH];
  const layout = layOut(columns, views, width);
  return [headingLine(layout), ...views.map((view) => rowLine(layout, view))].map((line) => line.trimEnd());
}

const left = { align: 'left', widthMin: 8, widthMax: 40 } as const;
const right = { align: 'right', widthMin: 4, widthMax: 12 } as const;

const WRITTEN: readonly Column<AccountView>[] = [
  { ...left, heading: 'ACCOUNT', priority: 100, widthMin: 12, text: ({ email }) => email },
  { ...left, heading: 'PROVIDER', priority: 60, widthMin: 6, text: ({ provider }) => provider },
  { ...left, heading: 'MODELS', priority: 30, text: ({ models }) => models.join(' ') || 'the rest' },
  { ...left, heading: 'CREDENTIAL', priority: 40, text: ({ credential }) => credential },
  { ...left, heading: 'WRITTEN IN', priority: 20, widthMin: 5, text: ({ source }) => source },
];

const SWITCH: Column<AccountView> = {
  ...left,
  heading: 'ENABLED',
  priority: 90,
  widthMin: 3,
  text: ({ enabled, circuits }) =>
    circuits[0] === undefined ? (enabled ? 'yes' : 'no') : `shut: ${circuits[0].state}`,
};

const RUNNING: readonly Column<AccountView>[] = [
  { ...left, heading: 'STATE', priority: 90, widthMin: 8, text: stateText },
  { ...right, heading: 'OPEN', priority: 35, text: ({ in_flight }) => String(in_flight) },
  {
    ...right,
    heading: 'OK 1H',
    priority: 50,
    text: ({ last_hour: { ok, attempts } }) => (attempts === 0 ? NONE : `${ok}/${attempts}`),
  },
  {
    ...right,
    heading: 'P50',
    priority: 45,
    text: ({ last_hour: { first_content_p50_ms: ms } }) => (ms === null ? NONE : `${ms} ms`),
  },
];

function stateText({ state, rests, circuits }: AccountView): string {
  if (state === 'resting') {
    const first = rests.toSorted((one, other) => one.in_ms - other.in_ms)[0];
    return first === undefined ? state : `${state} ${Math.ceil(first.in_ms / 1_000)} s: ${first.reason}`;
  }
  return state === 'failing' && circuits[0] !== undefined ? `${state}: ${circuits[0].state}` : state;
}
