/** The command `lab`: the simulator alone, until a signal ends it. It prints its address and how to use it, and never a credential. */

import { readFile } from 'node:fs/promises';
import { PROMPT_CONTROLS } from '../lab/prompt-controls.ts';
import { readRecordings } from '../lab/recordings.ts';
import { FAIR_SCRIPT, type LabScript, readScript } from '../lab/script.ts';
import { startLab } from '../lab/server.ts';
import { WEATHER, WEATHER_NAMES } from '../lab/weather.ts';
import { createWorld } from '../world.ts';
import type { CommandIo } from './io.ts';

type LabIo = Pick<CommandIo, 'out' | 'err' | 'signal'>;

const EXIT_FINE = 0;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const NAME_WIDTH = 24;

export interface LabFlags {
  readonly port?: number;
  /** A script, or a recording. */
  readonly script?: string;
  readonly replay?: string;
  /** Recorded answers keep the pauses they had. */
  readonly paced?: boolean;
}

/** Resolves with the exit code. */
export async function lab(options: LabFlags, io: LabIo): Promise<number> {
  if (options.script !== undefined && options.replay !== undefined) {
    io.err('--script and --replay name the same thing: say one of them');
    return EXIT_USAGE;
  }
  const script = await loadScript(options.script ?? options.replay, options.paced === true, io);
  if (!script) return EXIT_USAGE;
  let server: Awaited<ReturnType<typeof startLab>>;
  try {
    server = await startLab({ port: options.port ?? 0, script, world: createWorld(), log: io.out });
  } catch (error) {
    io.err(`The lab cannot listen on port ${options.port ?? 0}: ${messageOf(error)}`);
    return EXIT_FAILED;
  }
  try {
    for (const line of manual(server.url)) io.out(line);
    await ended(io.signal);
  } finally {
    await server.close();
  }
  return EXIT_FINE;
}

async function loadScript(file: string | undefined, paced: boolean, io: LabIo): Promise<LabScript | undefined> {
  if (file === undefined) return FAIR_SCRIPT;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    io.err(`The script cannot be read: ${messageOf(error)}`);
    return undefined;
  }
  const read = readRecordings(text) ?? readScript(text);
  if ('script' in read) return paced ? { ...read.script, paced } : read.script;
  io.err(`The script ${file} is wrong: ${read.problems.join('; ')}`);
  return undefined;
}

function manual(url: string): string[] {
  return [
    `antigravity-tools lab ready on ${url}`,
    '',
    'It speaks the Anthropic Messages API, the Gemini API, Vertex AI, and the Chat Completions and Responses of OpenAI. Any key is an account.',
    `  ANTHROPIC_BASE_URL=${url}  GOOGLE_GEMINI_BASE_URL=${url}  OPENAI_BASE_URL=${url}/v1`,
    '',
    'A recording (--replay FILE: an HTTP archive or JSON lines, as `export` writes them) is answered again, path by path and model by model.',
    '',
    'Weathers for --script FILE (seed, default, accounts, requests, chance, resume), as name or name:key=value,…',
    ...WEATHER_NAMES.map((name) => `  ${heading(name)} ${WEATHER[name].does}`),
    '',
    'Ways to go on with an answer whose beginning a request shows, as resume: continue, restart, overlap:N (characters) or contradict',
    '',
    'Wishes in a prompt, as [[lab:name]] or [[lab:name=value]]',
    ...Object.entries(PROMPT_CONTROLS).map(([name, does]) => `  ${name.padEnd(NAME_WIDTH)} ${does}`),
    '',
  ];
}

function heading(name: keyof typeof WEATHER): string {
  const params = Object.entries(WEATHER[name].params).map(([key, value]) => `${key}=${value}`);
  return (params.length === 0 ? name : `${name}:${params.join(',')}`).padEnd(NAME_WIDTH);
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
