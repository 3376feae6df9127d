/**
 * The script of a lab: which weather each call meets. The first request rule that matches wins, then what is written for the account,
 * then chance, then the default. Written in YAML or JSON; choosing is pure.
 */

import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { GOES_ON, parseResume } from './go-on.ts';
import { type LabReply, replySchema } from './reply.ts';
import { readBody, readRoute } from './route.ts';
import type { Chance, LabCall, LabResume } from './step.ts';
import { CLEAR, parseWeather, type Weather } from './weather.ts';

export interface LabScript {
  readonly seed: number;
  readonly default: Weather;
  /** By credential: the weather of each call in order; the last repeats. */
  readonly accounts: Readonly<Record<string, readonly Weather[]>>;
  readonly requests: readonly LabRule[];
  readonly chance: readonly LabChance[];
  /** How answers go on whose beginning a request shows; absent = as they should. */
  readonly resume?: LabResume | undefined;
  /** Recorded answers keep the pauses they had. */
  readonly paced?: boolean | undefined;
}
export interface LabRule {
  readonly match: LabMatch;
  /** What a rule does not say is decided as if it were not there. */
  readonly weather?: Weather | undefined;
  /** A recorded answer; no weather touches it. */
  readonly reply?: LabReply | undefined;
  readonly resume?: LabResume | undefined;
}
/** All that is said must hold. `path` and `model` may hold `*`; `n` counts the account's calls from 0, `order` the calls of all accounts for one model. */
export interface LabMatch {
  readonly path?: string | undefined;
  readonly model?: string | undefined;
  readonly account?: string | undefined;
  readonly n?: number | undefined;
  readonly order?: number | undefined;
  /** Whether a generation is asked for as a stream; calls of another sort never match. */
  readonly stream?: boolean | undefined;
}
export interface LabChance {
  readonly weather: Weather;
  readonly probability: number;
}

const SCRIPT_CHARS_MAX = 1_000_000;

/** A bare status such as 503 is a number in YAML. */
const weather = z.union([z.string(), z.number()]).transform((text, context): Weather => {
  const read = parseWeather(String(text));
  if ('weather' in read) return read.weather;
  context.addIssue({ code: 'custom', message: read.problem });
  return z.NEVER;
});
const resume = z.string().transform((text, context): LabResume => {
  const read = parseResume(text);
  if ('resume' in read) return read.resume;
  context.addIssue({ code: 'custom', message: read.problem });
  return z.NEVER;
});
const match = z.strictObject({
  path: z.string().optional(),
  model: z.string().optional(),
  account: z.string().optional(),
  n: z.number().int().min(0).optional(),
  order: z.number().int().min(0).optional(),
  stream: z.boolean().optional(),
});
const schema = z.strictObject({
  seed: z.number().int().default(1),
  default: weather.default(CLEAR),
  accounts: z.record(z.string(), z.union([weather.transform((one) => [one]), z.array(weather).min(1)])).default({}),
  requests: z
    .array(
      z.strictObject({
        match,
        weather: weather.optional(),
        reply: replySchema.optional(),
        resume: resume.optional(),
      }),
    )
    .default([]),
  chance: z.array(z.strictObject({ weather, probability: z.number().min(0).max(1) })).default([]),
  resume: resume.optional(),
  paced: z.boolean().optional(),
});
export type LabScriptInput = z.input<typeof schema>;
export type LabScriptReading = { readonly script: LabScript } | { readonly problems: readonly string[] };

export const FAIR_SCRIPT: LabScript = { seed: 1, default: CLEAR, accounts: {}, requests: [], chance: [] };

/** Reads the text of a script file. */
export function readScript(text: string): LabScriptReading {
  if (text.length > SCRIPT_CHARS_MAX) return { problems: [`the script is longer than ${SCRIPT_CHARS_MAX} characters`] };
  let value: unknown;
  try {
    value = parseYaml(text) ?? {};
  } catch (error) {
    return { problems: [error instanceof Error ? error.message : String(error)] };
  }
  return checkScript(value);
}

/** Checks a script that has been parsed already. */
export function checkScript(value: unknown): LabScriptReading {
  const result = schema.safeParse(value);
  if (result.success) return { script: result.data };
  return { problems: result.error.issues.flatMap((issue) => sentences(issue, [])) };
}

/** A script written in code, where a mistake is a bug of the program. */
export function labScript(input: LabScriptInput): LabScript {
  const read = checkScript(input);
  if ('script' in read) return read.script;
  throw new Error(`the lab's script is wrong: ${read.problems.join('; ')}`);
}

/** The weather of one call. `chance` is asked only when the script leaves something to it. */
export function weatherFor(script: LabScript, call: LabCall, chance: Chance): Weather {
  for (const rule of script.requests) if (rule.weather && matches(rule.match, call)) return rule.weather;
  if (call.path.endsWith('/token')) return CLEAR;
  const list = Object.hasOwn(script.accounts, call.account) ? script.accounts[call.account] : undefined;
  if (list) return list[Math.min(call.n, list.length - 1)] ?? script.default;
  if (script.chance.length === 0) return script.default;
  let roll = chance();
  for (const entry of script.chance) {
    if (roll < entry.probability) return entry.weather;
    roll -= entry.probability;
  }
  return script.default;
}

/** The recorded answer for this call: that of the first rule that matches and says what to answer. */
export function replyFor(script: LabScript, call: LabCall): LabReply | undefined {
  const says = ({ weather, reply }: LabRule): boolean => weather !== undefined || reply !== undefined;
  return script.requests.find((rule) => says(rule) && matches(rule.match, call))?.reply;
}

/** How this call goes on: the first rule that says it and matches, else what the script says for all. */
export function resumeFor(script: LabScript, call: LabCall): LabResume {
  const rule = script.requests.find((each) => each.resume !== undefined && matches(each.match, call));
  return rule?.resume ?? script.resume ?? GOES_ON;
}

function matches(rule: LabMatch, call: LabCall): boolean {
  if (rule.account !== undefined && rule.account !== call.account) return false;
  if (rule.n !== undefined && rule.n !== call.n) return false;
  if (rule.path !== undefined && !fits(rule.path, call.path)) return false;
  if (rule.order !== undefined && rule.order !== call.order) return false;
  if (rule.model === undefined && rule.stream === undefined) return true;
  const route = readRoute(call, readBody(call.body));
  if (rule.model !== undefined && !fits(rule.model, route.model)) return false;
  return rule.stream === undefined || (route.operation === 'generate' && rule.stream === (route.framing !== 'json'));
}

function fits(pattern: string, text: string): boolean {
  const parts = pattern.split('*');
  if (parts.length === 1) return pattern === text;
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found === -1 || found + part.length > text.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}

/** The sentences of one issue; of a union, those of its branches. */
function sentences(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): string[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const branches = issue.errors.map((branch) => branch.flatMap((each) => sentences(each, path)));
    return branches.find((branch) => !branch.some((sentence) => sentence.includes('expected'))) ?? branches[0] ?? [];
  }
  return [path.length === 0 ? issue.message : `${path.map(String).join('.')}: ${issue.message}`];
}
