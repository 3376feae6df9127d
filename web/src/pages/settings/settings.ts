/** What the page of settings works out of the configuration: groups, what has been typed, what that changes, what was wrong with it. Pure. */

import type { ConfigRefusal, ConfigValue } from '../../../../src/monitor/setting-views.ts';

/** What has been typed, by key; null takes the key out of the file. */
export type Drafts = Readonly<Record<string, string | null>>;
export type Issue = ConfigRefusal['error']['issues'][number];

export interface Section {
  readonly name: string;
  readonly values: readonly ConfigValue[];
}
export interface Change {
  readonly key: string;
  readonly from: string;
  /** null = back to the default. */
  readonly to: string | null;
}

/** In the order in which they come, by the first part of their key. */
export function sectionsOf(values: readonly ConfigValue[]): Section[] {
  const groups = Map.groupBy(values, ({ key }) => key.split('.')[0] ?? key);
  return [...groups].map(([name, group]) => ({ name, values: group }));
}

/** What a person sees and types for a value of the file. */
export function typedFrom(value: Pick<ConfigValue, 'key' | 'kind' | 'value'>, written: string): string {
  if (value.kind === 'list') return (hasItems(value) ? itemsOf(written)?.join('\n') : undefined) ?? written;
  return value.kind === 'text' ? unquoted(written) : written;
}

/** What goes into the file for what a person typed. */
export function writtenFrom(value: Pick<ConfigValue, 'key' | 'kind' | 'value'>, typed: string): string {
  if (value.kind !== 'list') return value.kind === 'text' ? typed : typed.trim();
  if (!hasItems(value)) return typed;
  const items = typed.split('\n').map((line) => line.trim());
  return `[${items
    .filter((line) => line !== '')
    .map(quotedItem)
    .join(', ')}]`;
}

/** Lists whose items are more than words, which cannot be told while they are empty. */
const LISTS_OF_MAPS: ReadonlySet<string> = new Set(['routes', 'accounts']);

/** A list of plain words is typed one a line; any other as it stands in the file. */
export function hasItems({ key, value }: Pick<ConfigValue, 'key' | 'value'>): boolean {
  return !LISTS_OF_MAPS.has(key) && itemsOf(value) !== undefined;
}

/** Only what would change something. */
export function changesOf(values: readonly ConfigValue[], drafts: Drafts): Change[] {
  return values.flatMap((value): Change[] => {
    const to = drafts[value.key];
    if (to === undefined || (to === null && value.source !== 'file' && !value.overruled)) return [];
    if (to !== null && typedFrom(value, to) === typedFrom(value, value.value)) return [];
    return [{ key: value.key, from: value.value, to }];
  });
}

/** Those about a key itself or about something inside its value. */
export function issuesOf(issues: readonly Issue[], key: string): Issue[] {
  return issues.filter((issue) => issue.key.startsWith(key) && /^(?:$|[.[])/.test(issue.key.slice(key.length)));
}

/** Those that no field on the page can show. */
export function issuesElsewhere(issues: readonly Issue[], values: readonly ConfigValue[]): Issue[] {
  return issues.filter((issue) => !values.some(({ key }) => issuesOf([issue], key).length > 0));
}

function itemsOf(written: string): string[] | undefined {
  const inner = /^\[([^[\]{}#]*)\]$/.exec(written.trim())?.[1];
  if (inner === undefined) return undefined;
  return inner
    .split(',')
    .map((item) => unquoted(item.trim()))
    .filter((item) => item !== '');
}

/** A word that YAML would read as something else stands in quotes. */
function quotedItem(item: string): string {
  return /^[A-Za-z_][\w./@-]*$/.test(item) && !/^(true|false|null|yes|no|on|off)$/i.test(item)
    ? item
    : JSON.stringify(item);
}

function unquoted(text: string): string {
  if (/^'[^']*'$/.test(text)) return text.slice(1, -1);
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
