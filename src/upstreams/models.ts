/**
 * Which models an account says it has, asked of its own list and remembered for a while. A list is a convenience for pickers: an account
 * that does not answer in time is left out of this list, never out of service.
 */

import type { AccountConfig } from '../model/config.ts';
import type { Transport, World } from '../model/ports.ts';

/** One model as the upstream describes it; `wire` is its own entry, untouched. */
export interface ModelEntry {
  readonly id: string;
  readonly protocol: 'anthropic' | 'gemini' | 'openai-chat';
  readonly wire: Readonly<Record<string, unknown>>;
}

export interface ModelLists {
  /** Never rejects. */
  list(account: AccountConfig): Promise<readonly ModelEntry[]>;
}

export interface ModelListsDeps {
  readonly transport: Transport;
  readonly secret: (account: AccountConfig) => Promise<string>;
  readonly world: World;
}

/** Pickers give up after about three seconds. */
export const listTimeoutMs = 2_500;
export const listKeptMs = 5 * 60_000;
export const failedListKeptMs = 30_000;
export const listBytesMax = 4 * 1024 * 1024;

interface Kept {
  readonly entries: Promise<readonly ModelEntry[]>;
  until: number;
}

export function createModelLists(deps: ModelListsDeps): ModelLists {
  const kept = new Map<string, Kept>();
  return {
    list(account) {
      const key = `${account.email}\n${account.baseUrl ?? ''}\n${account.credential}`;
      const known = kept.get(key);
      if (known && known.until > deps.world.elapsed()) return known.entries;
      const now = deps.world.elapsed();
      const entries = ask(account, deps).catch((): readonly ModelEntry[] => {
        fresh.until = now + failedListKeptMs;
        return [];
      });
      const fresh: Kept = { entries, until: now + listKeptMs };
      kept.set(key, fresh);
      return entries;
    },
  };
}

async function ask(account: AccountConfig, deps: ModelListsDeps): Promise<readonly ModelEntry[]> {
  const place = placeOf(account);
  if (place === undefined) return [];
  const abort = new AbortController();
  const alarm = deps.world.alarm(listTimeoutMs, () => abort.abort());
  try {
    const headers = { ...place.headers(await deps.secret(account)), accept: 'application/json' };
    const { allowPrivate } = account;
    const response = await deps.transport.request(
      { method: 'GET', url: place.url, headers, allowPrivate },
      abort.signal,
    );
    const text = await readText(response.body);
    return response.status === 200 ? entriesOf(text, place.protocol) : [];
  } finally {
    alarm.cancel();
    abort.abort();
  }
}

interface Place {
  readonly url: string;
  readonly protocol: ModelEntry['protocol'];
  readonly headers: (secret: string) => Record<string, string>;
}

/** Vertex AI has no list of its publisher models for callers. */
function placeOf(account: AccountConfig): Place | undefined {
  if (account.provider === 'anthropic') {
    const base = account.baseUrl ?? 'https://api.anthropic.com';
    const headers = (secret: string) => ({ 'x-api-key': secret, 'anthropic-version': '2023-06-01' });
    return { url: `${base.replace(/\/+$/, '')}/v1/models?limit=1000`, protocol: 'anthropic', headers };
  }
  if (account.provider === 'gemini') {
    const base = account.baseUrl ?? 'https://generativelanguage.googleapis.com';
    const headers = (secret: string) => ({ 'x-goog-api-key': secret });
    return { url: `${base.replace(/\/+$/, '')}/v1beta/models?pageSize=1000`, protocol: 'gemini', headers };
  }
  if (account.provider === 'openai') {
    const base = account.baseUrl ?? 'https://api.openai.com/v1';
    const headers = (secret: string) => ({ authorization: `Bearer ${secret}` });
    return { url: `${base.replace(/\/+$/, '')}/models`, protocol: 'openai-chat', headers };
  }
  return undefined;
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let total = 0;
  for await (const piece of body) {
    total += piece.length;
    if (total > listBytesMax) throw new Error(`the model list is larger than ${listBytesMax} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function entriesOf(text: string, protocol: ModelEntry['protocol']): ModelEntry[] {
  const document = JSON.parse(text) as { data?: unknown; models?: unknown };
  const list = protocol === 'gemini' ? document.models : document.data;
  if (!Array.isArray(list)) return [];
  return list.flatMap((wire: unknown) => {
    if (typeof wire !== 'object' || wire === null) return [];
    const { id, name } = wire as { id?: unknown; name?: unknown };
    const named = protocol !== 'gemini' ? id : typeof name === 'string' ? name.replace(/^models\//, '') : undefined;
    return typeof named === 'string' ? [{ id: named, protocol, wire: wire as Record<string, unknown> }] : [];
  });
}
