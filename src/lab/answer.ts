/**
 * What the lab says to a request: a pure function of the conversation, so that a test can know the whole answer beforehand.
 * A request that shows the beginning of an answer (as a trailing model turn, or followed by a user turn that asks to go on) gets the rest of it.
 */

import { ANY_TOOL, type Ask, type AskTool, type AskTurn, CHARS_PER_TOKEN, countTokens, object } from './ask.ts';
import { asksToGoOn, GOES_ON, goOn, type ShownBeginning, shownBeginning, shownChars } from './go-on.ts';
import { type PromptControls, readControls, withoutControls } from './prompt-controls.ts';
import { readAsk } from './read-ask.ts';
import { readBody, readRoute } from './route.ts';
import { between, createChance, pick } from './seed.ts';
import type { Chance, Json, LabRequest, LabResume } from './step.ts';
import { boundary, composeAnswer, composeThought, sampleArgument } from './words.ts';

export interface LabToolCall {
  readonly name: string;
  readonly args: Json;
  /** The arguments as somebody else wrote them, to the letter. */
  readonly json?: string;
}

/** The arguments as JSON text. */
export function argumentsText(call: LabToolCall): string {
  return call.json ?? JSON.stringify(call.args);
}

export interface LabAnswer {
  /** Absent when the model does not think. Whether the caller sees it is the dialect's matter. */
  readonly thinking?: string;
  readonly redacted: boolean;
  readonly text: string;
  readonly toolCalls: readonly LabToolCall[];
  readonly stop: 'end' | 'tool' | 'length';
  /** Of a recording: its own word for why it stopped. Nothing is added to its thoughts. */
  readonly recordedStop?: string;
  /** The text is streamed in exactly so many pieces. */
  readonly pieces?: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Part of `outputTokens`. */
  readonly thinkingTokens: number;
}

const TOPIC_CHARS_MAX = 80;
const DEPTH_MAX = 4;
const BEFORE_TOOLS = 'I will look that up before I answer.';

/** The answer the lab gives to this request when nothing goes wrong. Undefined when the body cannot be read. */
export function expectedAnswer(request: LabRequest): LabAnswer | undefined {
  const json = readBody(request.body);
  return json === undefined ? undefined : answerTo(readAsk(readRoute(request, json), json), request.resume);
}

export function answerTo(ask: Ask, resume: LabResume = GOES_ON): LabAnswer {
  const shown = shownBeginning(ask.turns);
  const rest = shown && restOf(ask, shown, resume);
  if (rest) return rest;
  return fresh(ask, shown && shown.note === undefined ? shown.turns : ask.turns);
}

/** The rest of an answer whose beginning has been said; undefined when what was said is no unfinished answer of the lab. */
function restOf(ask: Ask, shown: ShownBeginning, resume: LabResume): LabAnswer | undefined {
  const { whole, controls } = compose(ask, shown.turns);
  const at = shownChars(whole.text, shown.said);
  if (at === undefined) return undefined;
  const owed = whole.toolCalls.length > 0;
  if (at === whole.text.length && !owed && !asksToGoOn(shown)) return undefined;
  const { text, calls } = goOn(whole.text, at, owed, wishedWay(controls, shown.said) ?? resume);
  return limited(ask, { ...whole, text, toolCalls: calls ? whole.toolCalls : [] });
}

/** What the prompt says of going on is stronger than what the lab was told. */
function wishedWay(controls: PromptControls, said: string): LabResume | undefined {
  if (controls.restart) return { way: 'restart' };
  if (controls.overlap > 0) return { way: 'overlap', chars: lastWords(said, controls.overlap).length };
  return controls.resume;
}

function fresh(ask: Ask, turns: readonly AskTurn[]): LabAnswer {
  return limited(ask, compose(ask, turns).whole);
}

type Composed = Pick<LabAnswer, 'thinking' | 'redacted' | 'text' | 'toolCalls' | 'pieces'>;

function compose(ask: Ask, turns: readonly AskTurn[]): { whole: Composed; controls: PromptControls } {
  const asking = turns.findLastIndex((turn) => turn.who === 'user' && turn.results === 0);
  const texts = turns[asking]?.texts ?? [];
  const rounds = turns.slice(asking + 1).filter((turn) => turn.results > 0).length;
  const controls = readControls(texts.join('\n'));
  const topic = topicOf(texts[0] ?? '');
  const seed = `${topic} ${rounds}`;
  const toolCalls = callsOf(ask, controls, texts, rounds, seed);
  const thinking = ask.thinks || controls.think ? { thinking: composeThought(seed, controls.thinkWords) } : {};
  const whole: Composed = {
    ...thinking,
    redacted: controls.redacted,
    text: toolCalls.length > 0 ? (controls.say ? BEFORE_TOOLS : '') : textOf(controls, topic, seed),
    toolCalls,
    ...(controls.events === undefined ? {} : { pieces: controls.events }),
  };
  return { whole, controls };
}

function textOf(controls: PromptControls, topic: string, seed: string): string {
  if (controls.answer !== undefined) return controls.answer;
  if (controls.events === undefined || controls.words !== undefined) return composeAnswer(topic, seed, controls.words);
  return composeAnswer(topic, seed, Math.max(controls.events, 1));
}

function callsOf(
  ask: Ask,
  controls: PromptControls,
  texts: readonly string[],
  rounds: number,
  seed: string,
): LabToolCall[] {
  if (ask.tools.length === 0 || ask.toolsForbidden) return [];
  const { call } = controls;
  if (call !== undefined && ask.forcedTool === undefined) {
    return rounds < controls.steps && ask.tools.some((tool) => tool.name === call.name) ? [call] : [];
  }
  const named = ask.tools.find((tool) => asksFor(tool.name, texts));
  const wanted = Math.max(controls.tools, named ? 1 : 0);
  const forced = ask.forcedTool !== undefined;
  if (!forced && (wanted === 0 || rounds >= controls.steps)) return [];
  const first = ask.tools.find((tool) => tool.name === ask.forcedTool && ask.forcedTool !== ANY_TOOL) ?? named;
  const start = first ? ask.tools.indexOf(first) : rounds;
  const calls: LabToolCall[] = [];
  for (let at = 0; at < Math.max(wanted, 1); at += 1) {
    const tool = ask.tools[(start + at) % ask.tools.length]!;
    calls.push({ name: tool.name, args: argumentsFor(tool, controls, `${seed} ${at}`) });
  }
  return calls;
}

function asksFor(name: string, texts: readonly string[]): boolean {
  if (name === '') return false;
  return texts.some((text) => text.includes(`use ${name}`) || text.includes(`call ${name}`));
}

function argumentsFor(tool: AskTool, controls: PromptControls, seed: string): Json {
  if (controls.bare) return {};
  const made = valueFor(tool.schema, 0, createChance(`${tool.name} ${seed}`), controls.argumentChars);
  return object(made);
}

function valueFor(schema: Json, depth: number, chance: Chance, chars: number | undefined): unknown {
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return pick(schema.enum, chance);
  const type = String(Array.isArray(schema.type) ? schema.type[0] : (schema.type ?? '')).toLowerCase();
  if (type === 'integer') return between(1, 99, chance);
  if (type === 'number') return between(1, 999, chance) / 10;
  if (type === 'boolean') return chance() < 0.5;
  if (type === 'null' || depth >= DEPTH_MAX) return null;
  if (type === 'array') return [valueFor(object(schema.items), depth + 1, chance, chars)];
  if (type === 'object' || depth === 0) {
    const members = Object.entries(object(schema.properties));
    return Object.fromEntries(
      members.map(([name, member]) => [name, valueFor(object(member), depth + 1, chance, chars)]),
    );
  }
  return sampleArgument(chance, chars);
}

/** Counts the answer, and cuts it where the request's limit of output tokens ends it. */
function limited(ask: Ask, whole: Composed): LabAnswer {
  const thinkingTokens = whole.thinking === undefined ? 0 : countTokens(whole.thinking);
  const callTokens = whole.toolCalls.reduce((sum, call) => sum + countTokens(call.name + JSON.stringify(call.args)), 0);
  const outputTokens = Math.max(1, thinkingTokens + countTokens(whole.text) + callTokens);
  const max = ask.outputTokensMax;
  const stop = whole.toolCalls.length > 0 ? 'tool' : 'end';
  if (max === undefined || outputTokens <= max) {
    return { ...whole, stop, inputTokens: ask.promptTokens, outputTokens, thinkingTokens };
  }
  const room = Math.max(0, max - thinkingTokens) * CHARS_PER_TOKEN;
  const text = whole.text.slice(0, room === 0 ? 0 : boundary(whole.text, room));
  const spent = Math.max(1, thinkingTokens + countTokens(text));
  return {
    ...whole,
    text,
    toolCalls: [],
    stop: 'length',
    inputTokens: ask.promptTokens,
    outputTokens: spent,
    thinkingTokens,
  };
}

/** The first line of the first text, so that a note appended to the prompt does not change the answer. */
function topicOf(text: string): string {
  const line = withoutControls(text).trim().split('\n', 1)[0]!.trim();
  return line.slice(0, boundary(line, TOPIC_CHARS_MAX));
}

function lastWords(text: string, words: number): string {
  const list = text.match(/\s*\S+\s*/g) ?? [];
  return list.slice(-words).join('');
}
