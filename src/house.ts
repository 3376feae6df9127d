/** The rooms of a running gateway that do the work: accounts, their credentials, the ways to their upstreams, and the signatures. Only `main.ts` asks for it. */

import { readFile, stat } from 'node:fs/promises';
import { createCredentials, type ReadVault } from './accounts/credentials.ts';
import { createHedgeGuide } from './accounts/hedging.ts';
import { readKeychain } from './accounts/keychain.ts';
import { createAccountLimits } from './accounts/limits.ts';
import { createAccountPool } from './accounts/pool.ts';
import { createRetryBudget } from './accounts/retry-budget.ts';
import type { Settled } from './config/overrides.ts';
import type { AccountConfig, Config } from './model/config.ts';
import type { KeyedStateStore, World } from './model/ports.ts';
import type { PlainAnswer, Protocol } from './model/request.ts';
import { capabilitiesOf } from './routing/capabilities.ts';
import { claimants } from './routing/claims.ts';
import { listedNames } from './routing/listed.ts';
import { resolve } from './routing/resolve.ts';
import { type ListedModel, modelList, singleModel } from './server/models.ts';
import { createPreviousResponses } from './server/previous-responses.ts';
import { createSignatureKeeper } from './signatures/keeper.ts';
import type { Log } from './telemetry/log.ts';
import type { Redactor } from './telemetry/redact.ts';
import { createAdapters } from './upstreams/adapters.ts';
import { limitsInGoogleError, limitsInHeaders } from './upstreams/limit-headers.ts';
import { createModelLists } from './upstreams/models.ts';
import { createTransport } from './upstreams/transport.ts';

export interface HouseDependencies {
  readonly settled: Settled;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly world: World;
  readonly redactor: Redactor;
  readonly log: Log;
  readonly state: KeyedStateStore;
  readonly version: string;
  /** Opens what is sealed in the vault. */
  readonly vault: ReadVault;
}

export type House = ReturnType<typeof furnish>;

export function furnish({ settled, env, world, redactor, log, state, version, vault }: HouseDependencies) {
  const readCredential = async (path: string) => {
    const [text, { mode }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    return { text, mode };
  };
  const credentials = createCredentials(env, readCredential, readKeychain, vault);
  let warned = 0;
  const secret = async (account: Pick<AccountConfig, 'email' | 'credential'>): Promise<string> => {
    const found = await credentials.secret(account);
    for (const known of credentials.all()) redactor.add(known);
    const warnings = credentials.warnings();
    for (const line of warnings.slice(warned)) log.line('warn', line);
    warned = warnings.length;
    return found;
  };
  for (const key of settled.config.server.auth.keys) redactor.add(key);
  const transport = createTransport(proxyOf(settled));
  const limits = createAccountLimits(world, { headers: limitsInHeaders, refusal: limitsInGoogleError });
  const heard = createAdapters({ transport, credentials: { secret }, world, capabilities: capabilitiesOf, version });
  const adapters = {
    anthropic: limits.listenTo(heard.anthropic),
    gemini: limits.listenTo(heard.gemini),
    vertex: limits.listenTo(heard.vertex),
    openai: limits.listenTo(heard.openai),
  };
  const { accounts, scheduling } = settled.config;
  const pool = createAccountPool({ accounts, adapters, scheduling, world, state, claimants });
  const signatures = createSignatureKeeper({ state, world });
  const lists = createModelLists({ transport, secret, world });
  const previous = createPreviousResponses(state, world);
  const budget = createRetryBudget(world);
  const hedging = createHedgeGuide(world);
  const reload = (next: Config): void => {
    for (const key of next.server.auth.keys) redactor.add(key);
    pool.reload(next.accounts, next.scheduling);
  };
  return {
    transport,
    pool,
    adapters,
    limits,
    signatures,
    lists,
    previous,
    reload,
    healing: { pool, signatures, budget, hedging },
  };
}

function proxyOf({ proxy }: Settled) {
  return proxy.url === undefined ? {} : { httpsProxy: proxy.url, noProxy: proxy.direct.join(',') };
}

export async function listModels(
  config: Config,
  house: House,
  protocol: Protocol,
  id: string | undefined,
): Promise<PlainAnswer | undefined> {
  const served = (name: string): boolean =>
    resolve(name, config.routes).some((model) => house.pool.serves(protocol, 'generate', model));
  const enabled = config.accounts.filter((account) => account.enabled);
  const entries = (await Promise.all(enabled.map((account) => house.lists.list(account)))).flat();
  const models = new Map<string, ListedModel>();
  for (const name of listedNames(config.routes, enabled)) if (served(name)) models.set(name, { id: name });
  for (const entry of entries) {
    if (!served(entry.id)) continue;
    const isOwn = entry.protocol === protocol;
    models.set(entry.id, isOwn ? { id: entry.id, wire: entry.wire } : { id: entry.id });
  }
  if (id === undefined) return modelList(protocol, [...models.values()]);
  const found = models.get(id) ?? (served(id) ? { id } : undefined);
  return found && singleModel(protocol, found);
}
