/** The values of a configuration as people read and write them, each with where it comes from. Pure; nothing that it gives out holds a secret. */

import { type Document, isCollection, isMap, type Node, parseDocument, stringify } from 'yaml';
import type { ConfigValue } from '../monitor/setting-views.ts';
import { KEYS, type KeyDescription } from './describe.ts';
import { pairOf, writeFlow } from './edit-in-place.ts';
import { HIDDEN, hideInUrl } from './hide.ts';
import type { GoodConfig } from './load.ts';
import type { Settled, Source } from './overrides.ts';
import { fileSchema } from './schema.ts';
import { credentialForm } from './secrets.ts';
import { writeDuration, writeSize } from './units.ts';

export interface Shown {
  readonly text: string;
  readonly good: GoodConfig;
  /** What flags and the environment said, in whose place nothing of the file can be. */
  readonly settled: Settled;
  /** False where there is no file to change. */
  readonly isEditable: boolean;
}

export function showValues(shown: Shown): ConfigValue[] {
  const yaml = parseDocument(shown.text, { logLevel: 'silent' });
  return KEYS.map((description) => showValue(description, shown, yaml));
}

function showValue(
  description: KeyDescription,
  { good, settled, isEditable }: Shown,
  yaml: Document.Parsed,
): ConfigValue {
  const { key, kind, about } = description;
  const given = overruling(key, settled);
  const source = given?.source ?? (good.stated.has(key) ? 'file' : 'default');
  const standard = description.default ?? written(description, at(DEFAULTS, key.split('.')));
  const stated = source === 'file' ? statedValue(description, good, yaml) : standard;
  return {
    key,
    kind,
    choices: description.choices ?? null,
    value: given === undefined ? stated : writeFlow(given.value),
    default: standard,
    source,
    overruled: given !== undefined,
    needs_restart: description.needsRestart === true,
    editable: isEditable && description.fixed === undefined,
    about,
  };
}

/** The three keys of the file that a flag or a variable can stand over. */
function overruling(key: string, { sources, config }: Settled): { value: unknown; source: Source } | undefined {
  const rows: Readonly<Record<string, { value: unknown; source: Source }>> = {
    'server.host': { value: config.server.host, source: sources.host },
    'server.port': { value: config.server.port, source: sources.port },
    'telemetry.otlp': { value: hideInUrl(config.telemetry.otlp), source: sources.otlp },
  };
  const row = rows[key];
  return row?.source === 'flag' || row?.source === 'environment' ? row : undefined;
}

const DEFAULTS: unknown = fileSchema.parse({});

/** As the file has it, comments inside included; what may hold a secret is written anew. */
function statedValue(description: KeyDescription, { config }: GoodConfig, yaml: Document.Parsed): string {
  const { key, kind } = description;
  if (kind === 'secret') return numberOf(config.server.auth.keys.length);
  if (key === 'accounts') return stringify(config.accounts.map(accountShown), { lineWidth: 0 });
  const node = nodeAt(yaml, key.split('.'));
  const value = (node as Node | undefined)?.toJS(yaml) as unknown;
  if (kind === 'text' && typeof value === 'string') return writeFlow(hideInUrl(value));
  return isCollection(node) && node.flow !== true ? stringify(node, { lineWidth: 0 }) : writeFlow(value ?? null);
}

function accountShown(account: GoodConfig['config']['accounts'][number]): Record<string, unknown> {
  const { email, provider, credential, models, weight, enabled } = account;
  const shown = credentialForm(credential).form === 'literal' ? HIDDEN : credential;
  return { email, provider, credential: shown, models, weight, enabled };
}

function written({ kind }: KeyDescription, value: unknown): string {
  if (kind === 'duration') return writeDuration(Number(value));
  if (kind === 'size') return writeSize(Number(value));
  return kind === 'secret' ? numberOf((value as readonly unknown[]).length) : writeFlow(value);
}

function numberOf(keys: number): string {
  return keys === 1 ? '1 key' : `${keys} keys`;
}

function at(values: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, step) => (inner as Record<string, unknown> | undefined)?.[step], values);
}

function nodeAt(yaml: Document.Parsed, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, step) => (isMap(inner) ? pairOf(inner, step)?.value : undefined), yaml.contents);
}
