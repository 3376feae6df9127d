/**
 * Hot reload: tells of a changed configuration file once it has settled. A bad file is refused whole, and the old configuration stays.
 * The directory is watched, not the file, because editors put a new file in the place of the old one.
 */

import { type FSWatcher, realpathSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Alarm, World } from '../model/ports.ts';
import { type BadConfig, type GoodConfig, parseConfig, type ReadFile } from './load.ts';

export interface WatchDeps {
  readonly world: Pick<World, 'alarm'>;
  readonly readFile: ReadFile;
  /** The text that is in force; undefined when there was no file. Left away, it is read now. */
  readonly text?: string;
}

export interface ConfigWatch {
  /** Reads the file now, for a signal or a save through the admin API; silent when the text has not changed. */
  check(): void;
  close(): void;
}

export function watchConfig(
  file: string,
  deps: WatchDeps,
  onChange: (change: GoodConfig | BadConfig) => void,
): ConfigWatch {
  let closed = false;
  let pending: Alarm | undefined;
  let last = deps.text ?? readText(file, deps.readFile);
  let emptyOnce = false;

  const settleThenCheck = (ms: number) => {
    pending?.cancel();
    if (!closed) pending = deps.world.alarm(ms, check);
  };
  const check = () => {
    pending?.cancel();
    pending = undefined;
    if (closed) return;
    const text = readText(file, deps.readFile);
    if (text === last) {
      emptyOnce = false;
      return;
    }
    // An editor that empties the file before it writes would, for a moment, take every account away.
    if ((text ?? '').trim() === '' && (last ?? '').trim() !== '' && !emptyOnce) {
      emptyOnce = true;
      settleThenCheck(EMPTY_SETTLE_MS);
      return;
    }
    emptyOnce = false;
    last = text;
    onChange(text === undefined ? gone(file) : parseConfig(text, file));
  };
  const watchers = watchDirectories(
    file,
    () => settleThenCheck(SETTLE_MS),
    (code) => onChange(unwatched(file, code)),
  );
  const close = () => {
    closed = true;
    pending?.cancel();
    for (const watcher of watchers) watcher.close();
  };
  return { check, close };
}

/** Watches where the file is and, for a link, where it really is. */
function watchDirectories(file: string, onEvent: () => void, onFailure: (code: string) => void): FSWatcher[] {
  const real = realPath(file);
  const names = new Set([basename(file), basename(real), LINKED_DIRECTORY]);
  const watchers: FSWatcher[] = [];
  for (const directory of new Set([dirname(file), dirname(real)])) {
    try {
      const watcher = watch(directory, { persistent: false }, (_kind, name) => {
        if (name === null || names.has(name)) onEvent();
      });
      watcher.on('error', (error) => onFailure(codeOf(error)));
      watchers.push(watcher);
    } catch (error) {
      onFailure(codeOf(error));
    }
  }
  return watchers;
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

function readText(file: string, readFile: ReadFile): string | undefined {
  try {
    return readFile(file);
  } catch {
    return undefined;
  }
}

function gone(file: string): BadConfig {
  const message = 'the file cannot be read any more: the configuration in force stays';
  return { errors: [{ file, line: 0, key: '', message }], unreadable: true };
}

function unwatched(file: string, code: string): BadConfig {
  const message = `changes of the file cannot be seen (${code}): they need a restart`;
  return { errors: [{ file, line: 0, key: '', message }], unreadable: true };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

/** Long enough for an editor's second write, short enough to feel immediate. */
const SETTLE_MS = 100;
const EMPTY_SETTLE_MS = 1_000;
/** Container platforms swap a mounted configuration by replacing this link beside it. */
const LINKED_DIRECTORY = '..data';
