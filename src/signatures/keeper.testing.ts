/** What the tests of this room stand on: a clock set by hand, a store in memory that survives its keeper, and requests and answers in few words. */

import type { StreamEvent } from '../model/events.ts';
import type { SignatureKeeper, SignatureSession, StateEntry, StateStore, StateTable, World } from '../model/ports.ts';
import type { ClientRequest, Protocol } from '../model/request.ts';
import type { JsonEdit } from '../model/wire.ts';
import { editJson } from '../protocols/json/edit.ts';

export interface MemoryState extends StateStore {
  keys(): readonly string[];
}
export function memoryState(): MemoryState {
  const entries = new Map<string, StateEntry>();
  const keyOf = (table: StateTable, key: string) => `${table}/${key}`;
  return {
    load: (table) => [...entries].filter(([key]) => key.startsWith(`${table}/`)).map(([, entry]) => entry),
    put(table, entry) {
      entries.delete(keyOf(table, entry.key));
      entries.set(keyOf(table, entry.key), entry);
    },
    drop: (table, key) => void entries.delete(keyOf(table, key)),
    keys: () => [...entries.keys()],
  };
}

export interface Clock {
  now: number;
}
export function worldOf(clock: Clock): World {
  const never = (): never => {
    throw new Error('signatures ask for the time and for nothing else');
  };
  return { now: () => clock.now, elapsed: () => clock.now, alarm: never, sleep: never, random: never, id: never };
}

export function requestOf(protocol: Protocol, json: unknown, sessionHint?: string): ClientRequest {
  const body = new TextEncoder().encode(JSON.stringify(json));
  return {
    protocol,
    operation: 'generate',
    model: 'as-asked',
    framing: 'sse',
    body,
    json: json as Record<string, unknown>,
    passHeaders: {},
    ...(sessionHint === undefined ? {} : { sessionHint }),
  };
}

/** The body after the edits, parsed. */
export function after(request: ClientRequest, edits: readonly JsonEdit[]): unknown {
  return JSON.parse(new TextDecoder().decode(editJson(request.body, edits)));
}

/** The body as the target would be sent it. */
export function restored(session: SignatureSession, request: ClientRequest, model: string): unknown {
  return after(request, session.restore({ model, accountEmail: 'ada@example.com' }).edits);
}

export function harvested(
  keeper: SignatureKeeper,
  request: ClientRequest,
  model: string,
  events: readonly StreamEvent[],
  caller = '',
): string | undefined {
  const harvest = keeper.session(request, caller).harvest({ model, accountEmail: 'ada@example.com' });
  for (const event of events) harvest.see(event);
  return harvest.keep();
}

export type Said =
  | { readonly thinking: string; readonly signature: string }
  | { readonly redacted: string }
  | { readonly text: string; readonly signature?: string }
  | { readonly call: string; readonly id?: string; readonly input?: unknown; readonly signature?: string };

/** The events of an answer that says this. */
export function answer(...said: readonly Said[]): StreamEvent[] {
  return [{ type: 'message-start' }, ...said.flatMap(blockEvents), { type: 'message-complete' }];
}

function blockEvents(said: Said, index: number): StreamEvent[] {
  const signature = 'signature' in said ? said.signature : 'redacted' in said ? said.redacted : undefined;
  const signed: StreamEvent[] = signature === undefined ? [] : [{ type: 'block-signature', index, signature }];
  const end: StreamEvent = { type: 'block-end', index };
  if ('thinking' in said) {
    const half = Math.ceil(said.thinking.length / 2);
    const pieces = [said.thinking.slice(0, half), said.thinking.slice(half)];
    return [
      { type: 'block-start', index, kind: 'thinking', says: false },
      ...pieces.map((text): StreamEvent => ({ type: 'block-delta', index, kind: 'thinking', text })),
      ...signed,
      end,
    ];
  }
  if ('redacted' in said)
    return [{ type: 'block-start', index, kind: 'redacted-thinking', says: true }, ...signed, end];
  if ('text' in said) {
    const delta: StreamEvent = { type: 'block-delta', index, kind: 'text', text: said.text };
    return [{ type: 'block-start', index, kind: 'text', says: false }, delta, ...signed, end];
  }
  const base = { type: 'block-start', index, kind: 'tool-call', says: true, name: said.call } as const;
  const argumentsJson = JSON.stringify(said.input ?? {});
  return [{ ...base, ...(said.id === undefined ? {} : { id: said.id }), argumentsJson }, ...signed, end];
}
