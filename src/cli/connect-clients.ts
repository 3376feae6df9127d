/** What each client reads: its environment, its own settings files, and the edits that point them at the gateway. Pure; touches no file. */

import { join } from 'node:path';
import { setDotenv } from './connect-dotenv.ts';
import { jsonStringAt, setJson } from './connect-json.ts';
import { setToml, tomlStringAt } from './connect-toml.ts';

export type ClientName = keyof typeof CLIENTS;

export interface Connection {
  /** The gateway's origin, without a slash at the end. */
  readonly url: string;
  /** Never empty: clients refuse to start without a key. */
  readonly key: string;
  /** Names for clients that must be told which models there are. */
  readonly models: readonly string[];
}

/** Where the client looks for its files. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

export type EditedText = { readonly text: string } | { readonly fault: string };

export interface SettingsFile {
  readonly path: string;
  /** From the file's text (empty when there is none) to the text that connects the client. */
  edit(text: string, connection: Connection): EditedText;
  /** What a person should know about the file as it stands. */
  notes?(text: string): readonly string[];
}

export interface Client {
  readonly title: string;
  environment(connection: Connection): readonly (readonly [name: string, value: string])[];
  /** Every file that may ever have been written, for `--undo`. */
  files(place: Surroundings): readonly SettingsFile[];
  /** Variables of the shell that win over the files. */
  readonly shellWins: readonly string[];
  /** Which of the files are written; all of them where this is absent. */
  chosen?(files: readonly SettingsFile[], exists: (path: string) => boolean): readonly SettingsFile[];
  /** Said below the environment. */
  readonly environmentHint?: (connection: Connection) => string;
  /** Said once the settings are changed. */
  readonly writtenHint?: (connection: Connection) => string;
}

const PROVIDER = 'antigravity-tools';
const CODEX_KEY = 'ANTIGRAVITY_TOOLS_KEY';

export const CLIENTS = {
  claude: {
    title: 'Claude Code',
    environment: ({ url, key }) => [
      ['ANTHROPIC_BASE_URL', url],
      ['ANTHROPIC_AUTH_TOKEN', key],
    ],
    files: ({ env, home }) => [claudeSettings(join(env.CLAUDE_CONFIG_DIR || join(home, '.claude'), 'settings.json'))],
    shellWins: [],
  },
  gemini: {
    title: 'Gemini CLI',
    environment: geminiVariables,
    files: ({ env, home }) => geminiFiles(join(env.GEMINI_CLI_HOME || home, '.gemini')),
    shellWins: ['GOOGLE_GEMINI_BASE_URL', 'GEMINI_API_KEY'],
  },
  codex: {
    title: 'Codex',
    environment: ({ url, key }) => [
      ['OPENAI_BASE_URL', `${url}/v1`],
      ['OPENAI_API_KEY', key],
      [CODEX_KEY, key],
    ],
    files: ({ env, home }) => codexFiles(env.CODEX_HOME || join(home, '.codex')),
    shellWins: [],
    environmentHint: ({ url }) =>
      `Codex versions that take no address from the environment are started with: ${codexCommand(url)}`,
  },
  opencode: {
    title: 'opencode',
    environment: (connection) => [['OPENCODE_CONFIG_CONTENT', JSON.stringify(opencodeDocument(connection))]],
    files: ({ env, home }) => {
      const folder = join(env.XDG_CONFIG_HOME || join(home, '.config'), 'opencode');
      return ['opencode.json', 'opencode.jsonc'].map((name) => ({ path: join(folder, name), edit: editOpencode }));
    },
    chosen: (files, exists) =>
      [files.find(({ path }) => exists(path)) ?? files[0]].filter((file) => file !== undefined),
    shellWins: [],
    environmentHint: chooseModel,
    writtenHint: chooseModel,
  },
} as const satisfies Readonly<Record<string, Client>>;

function claudeSettings(path: string): SettingsFile {
  return {
    path,
    edit(text, { url, key }) {
      // A key beside a token makes Claude Code warn of a conflict: the one that is there is used.
      const has = (name: string): boolean => jsonStringAt(text, ['env', name]) !== undefined;
      const carrier = has('ANTHROPIC_API_KEY') && !has('ANTHROPIC_AUTH_TOKEN') ? 'API_KEY' : 'AUTH_TOKEN';
      const settings = [
        { path: ['env', 'ANTHROPIC_BASE_URL'], value: url },
        { path: ['env', `ANTHROPIC_${carrier}`], value: key },
      ];
      return setJson(text, settings, { comments: false });
    },
  };
}

function geminiVariables({ url, key }: Connection): readonly (readonly [string, string])[] {
  return [
    ['GOOGLE_GEMINI_BASE_URL', url],
    ['GEMINI_API_KEY', key],
  ];
}

function geminiFiles(folder: string): SettingsFile[] {
  const selected = { path: ['security', 'auth', 'selectedType'], value: 'gemini-api-key' };
  return [
    { path: join(folder, '.env'), edit: (text, connection) => setDotenv(text, geminiVariables(connection)) },
    { path: join(folder, 'settings.json'), edit: (text) => setJson(text, [selected], { comments: true }) },
  ];
}

/** Codex reads its key from the environment only; `.env` in its folder is part of that. */
function codexFiles(folder: string): SettingsFile[] {
  const table = ['model_providers', PROVIDER];
  return [
    {
      path: join(folder, 'config.toml'),
      edit(text, { url }) {
        const settings = [
          { table: [], key: 'model_provider', value: PROVIDER },
          { table, key: 'name', value: PROVIDER },
          { table, key: 'base_url', value: `${url}/v1` },
          { table, key: 'env_key', value: CODEX_KEY },
          { table, key: 'wire_api', value: 'responses' },
        ];
        return setToml(text, settings, 'written by antigravity-tools connect codex; taken back with --undo');
      },
      notes(text) {
        const profile = tomlStringAt(text, ['profile']);
        const own = profile === undefined ? undefined : tomlStringAt(text, ['profiles', profile, 'model_provider']);
        if (own === undefined || own === PROVIDER) return [];
        return [
          'the profile that is chosen in this file names a model_provider of its own, and Codex follows that one',
        ];
      },
    },
    { path: join(folder, '.env'), edit: (text, { key }) => setDotenv(text, [[CODEX_KEY, key]]) },
  ];
}

function codexCommand(url: string): string {
  const fields = `name="${PROVIDER}",base_url="${url}/v1",env_key="${CODEX_KEY}",wire_api="responses"`;
  return `codex -c model_provider=${PROVIDER} -c 'model_providers.${PROVIDER}={${fields}}'`;
}

function chooseModel({ models }: Connection): string {
  return `choose a model with /models, or: opencode run -m ${PROVIDER}/${models[0] ?? 'NAME'}`;
}

function opencodeProvider({
  url,
  key,
}: Connection): Readonly<Record<string, string | { readonly [name: string]: string }>> {
  return { npm: '@ai-sdk/anthropic', name: PROVIDER, options: { baseURL: `${url}/v1`, apiKey: key } };
}

function opencodeDocument(connection: Connection): unknown {
  const models = Object.fromEntries(connection.models.map((model) => [model, opencodeModel(model)]));
  return { provider: { [PROVIDER]: { ...opencodeProvider(connection), models } } };
}

function editOpencode(text: string, connection: Connection): EditedText {
  const at = ['provider', PROVIDER];
  const { url, key, models } = connection;
  const settings = [
    ...(text.trim() === '' ? [{ path: ['$schema'], value: 'https://opencode.ai/config.json' }] : []),
    { path: [...at, 'npm'], value: '@ai-sdk/anthropic' },
    { path: [...at, 'name'], value: PROVIDER },
    { path: [...at, 'options', 'baseURL'], value: `${url}/v1` },
    { path: [...at, 'options', 'apiKey'], value: key },
    ...models.map((model) => ({
      path: [...at, 'models', model],
      value: opencodeModel(model),
      ifAbsent: true as const,
    })),
  ];
  return setJson(text, settings, { comments: true });
}

/** A model is asked in the dialect of its maker, so that its answers need no translation. */
function opencodeModel(model: string): Readonly<Record<string, unknown>> {
  if (model.startsWith('claude-')) return {};
  return { provider: { npm: model.startsWith('gemini-') ? '@ai-sdk/google' : '@ai-sdk/openai-compatible' } };
}
