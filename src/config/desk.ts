/**
 * The desk at which settings are read and changed while the gateway runs. A change is checked as a whole before anything is written, is refused when the file
 * is not the one it was made for, and takes effect the way any other change of the file does. It never gives out a secret, and never touches another file.
 */

import { createHash } from 'node:crypto';
import type { ConfigDesk, ConfigOutcome } from '../monitor/config-routes.ts';
import type { ConfigChange, ConfigRefusal, ConfigView } from '../monitor/setting-views.ts';
import { KEYS } from './describe.ts';
import { type Edit, editConfig } from './edit.ts';
import { HIDDEN, hideIn, hideSecrets } from './hide.ts';
import { describeIssue } from './issue.ts';
import { type BadConfig, type GoodConfig, parseConfig, type ReadFile } from './load.ts';
import type { Settled } from './overrides.ts';
import { replaceFile } from './replace-file.ts';
import { showValues } from './show.ts';
import { refusesToStart } from './startup.ts';
import { unbuiltKeys } from './unbuilt.ts';

export interface DeskDeps {
  /** The file that is followed; it need not exist yet. */
  readonly file?: string;
  readonly settled: Settled;
  readonly readFile: ReadFile;
  /** Takes known secrets out of a text, wherever they stand in it. */
  readonly redact: (text: string) => string;
  /** The file was written: takes it into force. */
  readonly written: () => void;
}

export interface RunningDesk extends ConfigDesk {
  /** The file as it stands now was taken into force. */
  taken(): void;
}

export function createConfigDesk(deps: DeskDeps): RunningDesk {
  const { file, settled } = deps;
  const name = file ?? 'config.yaml';
  const read = (): string | undefined => (file === undefined ? undefined : readText(deps.readFile, file));
  let inForce = read() ?? '';
  let turn: Promise<unknown> = Promise.resolve();
  const view = (): ConfigView => {
    const text = read();
    const now = parseConfig(text ?? '', name);
    const shown = 'errors' in now ? inForce : (text ?? '');
    const good = 'errors' in now ? goodOf(shown, name) : now;
    return {
      file: file ?? null,
      version: versionOf(text),
      values: showValues({ text: shown, good, settled, isEditable: file !== undefined }).map((each) => {
        // A comment inside a list may quote what stands elsewhere.
        return { ...each, value: deps.redact(hideIn(each.value, good.config)) };
      }),
      // What does not read as a configuration cannot be cleaned of its secrets.
      text: 'errors' in now ? '' : deps.redact(hideSecrets(text ?? '', now.config)),
      warnings: warningsOf(now, settled).map(deps.redact),
    };
  };
  const change = async (asked: ConfigChange): Promise<ConfigOutcome> => {
    if (file === undefined) return refusal('this gateway follows no configuration file', []);
    const text = read();
    if (versionOf(text) !== asked.version) return { conflict: CHANGED };
    const edited = apply(text ?? '', file, asked, settled);
    if ('refusal' in edited) return edited;
    try {
      const isWritten = edited.text === text || (await replaceFile(file, edited.text, () => read() === text));
      if (!isWritten) return { conflict: CHANGED };
    } catch (error) {
      return { fault: `${file} cannot be written: ${codeOf(error)}` };
    }
    deps.written();
    return { view: view() };
  };
  return {
    view: async () => view(),
    change(asked) {
      // One after the other: each is checked against the file that the one before it left.
      const mine = turn.then(() => change(asked));
      turn = mine.catch(() => undefined);
      return mine;
    },
    taken: () => {
      inForce = read() ?? '';
    },
  };
}

function apply(text: string, file: string, { changes }: ConfigChange, settled: Settled) {
  const edits: Edit[] = [];
  for (const [key, value] of Object.entries(changes)) {
    const known = KEYS.find((each) => each.key === key);
    if (known === undefined) return fault(key, 'is not a key that can be changed');
    if (known.fixed !== undefined) return fault(key, known.fixed);
    if (value?.includes(HIDDEN)) return fault(key, `${HIDDEN} stands for what is not shown: write the whole value`);
    edits.push({ key, value, isText: known.kind === 'text' });
  }
  const edited = editConfig(text, file, edits);
  if ('fault' in edited) return fault(edited.key, edited.fault);
  const parsed = parseConfig(edited.text, file);
  if ('errors' in parsed) return refusal('the configuration would not be valid', parsed.errors);
  const { host, port } = settled.config.server;
  // As it would run now, on the open socket, and as it would after the next start.
  const running = { ...parsed.config, server: { ...parsed.config.server, host, port } };
  const reason = refusesToStart(running) ?? refusesToStart(parsed.config);
  return reason === undefined ? edited : refusal(reason, [{ key: 'server.host', line: 0, message: reason }]);
}

const CHANGED = 'the file has changed since it was shown: look at it again before changing it';

function fault(key: string, message: string): { refusal: ConfigRefusal } {
  return refusal(`${key}: ${message}`, [{ key, line: 0, message }]);
}

type Issue = { readonly key: string; readonly line: number; readonly message: string; readonly suggestion?: string };

function refusal(message: string, issues: readonly Issue[]): { refusal: ConfigRefusal } {
  const told = issues.map(({ key, line, message: text, suggestion }) => {
    return { key, line, message: suggestion === undefined ? text : `${text} (did you mean ${suggestion}?)` };
  });
  return { refusal: { error: { message, issues: told } } };
}

function warningsOf(now: GoodConfig | BadConfig, { config, sources }: Settled): string[] {
  if ('errors' in now) return now.errors.map((issue) => `not in force: ${describeIssue(issue)}`);
  const bound = (['host', 'port'] as const).filter((key) => !['flag', 'environment'].includes(sources[key]));
  const waiting = bound.filter((key) => now.config.server[key] !== config.server[key]);
  return [
    ...waiting.map(
      (key) => `server.${key}: ${now.config.server[key]} holds after a restart; now: ${config.server[key]}`,
    ),
    ...now.warnings.map(describeIssue),
    ...unbuiltKeys(now.config, now.stated),
  ];
}

/** For a text that was good once. */
function goodOf(text: string, name: string): GoodConfig {
  const parsed = parseConfig(text, name);
  return 'errors' in parsed ? (parseConfig('', 'config.yaml') as GoodConfig) : parsed;
}

function versionOf(text: string | undefined): string {
  return text === undefined ? 'none' : createHash('sha256').update(text).digest('base64url');
}

/** A file that cannot be read counts as absent here: writing to it will say why. */
function readText(readFile: ReadFile, file: string): string | undefined {
  try {
    return readFile(file);
  } catch {
    return undefined;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
