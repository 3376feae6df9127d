/** Makes of an account and what the pool knows about it the view that the admin API hands out. Pure, and it never sees a secret: only how the credential is stated. */

import type { AccountSnapshot } from '../accounts/pool.ts';
import type { AccountConfig } from '../model/config.ts';
import type { AccountHour, AccountState, AccountView, CircuitView, LimitView, RestView } from './views.ts';

export interface AccountSight {
  readonly account: AccountConfig;
  readonly source: 'file' | 'vault';
  /** As it may be shown. */
  readonly credential: string;
  /** Why its credential cannot be opened. */
  readonly locked?: string;
  /** Absent when the pool does not know it. */
  readonly snapshot?: AccountSnapshot;
  readonly limits: readonly LimitView[];
  readonly hour: AccountHour;
  /** The models that it was asked for lately. */
  readonly asked: readonly string[];
}

export function accountView(sight: AccountSight): AccountView {
  const { account, source, credential, snapshot, limits, hour } = sight;
  return {
    email: account.email,
    provider: account.provider,
    source,
    enabled: account.enabled,
    weight: account.weight,
    models: account.models,
    credential,
    base_url: account.baseUrl ?? null,
    allow_private: account.allowPrivate,
    project: account.project ?? null,
    location: account.location ?? null,
    state: stateOf(sight),
    rests: (snapshot?.resting ?? []).map(restView),
    circuits: [...lockedCircuit(sight), ...(snapshot?.circuits ?? []).map(circuitView)],
    in_flight: snapshot?.inFlight ?? 0,
    last_used: snapshot?.lastUsed === undefined ? null : iso(snapshot.lastUsed),
    conversations: snapshot?.bindings ?? 0,
    limits,
    last_hour: hour,
  };
}

/** In this order: what a person switched off, what is broken, what waits. */
function stateOf({ account, locked, snapshot, asked }: AccountSight): AccountState {
  if (!account.enabled) return 'disabled';
  if (locked !== undefined) return 'failing';
  if (snapshot === undefined) return 'ready';
  const own = snapshot.circuits.filter(({ scope, state }) => scope !== 'place-model' && state === 'open');
  // The place's circuits say nothing about this account.
  if (holdsForAll(own, asked)) return 'failing';
  return holdsForAll(snapshot.resting, asked) ? 'resting' : 'ready';
}

/** For every model, or for each that it was asked for lately. */
function holdsForAll(what: readonly { readonly model?: string }[], asked: readonly string[]): boolean {
  const models = new Set(what.map(({ model }) => model));
  return models.has(undefined) || (asked.length > 0 && asked.every((model) => models.has(model)));
}

function restView({ model, until, inMs, reason, told }: AccountSnapshot['resting'][number]): RestView {
  return { model: model ?? null, until: iso(until), in_ms: inMs, reason, told };
}

const CIRCUIT_SCOPES = {
  account: 'the account',
  'account-model': 'the account with',
  'place-model': 'every account at this provider with',
} as const satisfies Record<AccountSnapshot['circuits'][number]['scope'], string>;

function circuitView({ scope, model, state, probing, until, why }: AccountSnapshot['circuits'][number]): CircuitView {
  const what = [CIRCUIT_SCOPES[scope], ...(model === undefined ? [] : [model])].join(' ');
  const doing = probing ? ', one attempt is finding out' : '';
  return {
    scope,
    model: model ?? null,
    why,
    what,
    state: `${state} (${why}${doing})`,
    until: state === 'open' ? iso(until) : null,
  };
}

function lockedCircuit({ locked }: AccountSight): CircuitView[] {
  return locked === undefined
    ? []
    : [{ scope: 'credential', model: null, why: locked, what: 'the credential', state: locked, until: null }];
}

/** A time beyond what a date can say would throw. */
function iso(ms: number): string {
  return new Date(Math.min(ms, DATE_MS_MAX)).toISOString();
}
const DATE_MS_MAX = 8.64e15;
