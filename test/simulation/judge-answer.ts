/** Judges the answer that one client got: the lab's own words, whole and once, under the client's grammar, ended as an upstream ended it; and what the journal says of it. */

import { expectedAnswer, type LabAnswer } from '../../src/lab/answer.ts';
import { checkSignature } from '../../src/lab/signature.ts';
import type { Protocol } from '../../src/model/request.ts';
import { saidInStream } from '../contracts/said/read.ts';
import type { Said } from '../contracts/said/said.ts';
import type { Case } from './judge.ts';

export function judgeAnswer(exchange: Case, hasLeft: boolean): string[] {
  const { seen, story } = exchange;
  // The words of the lab follow from the prompt alone, whichever model and dialect is asked.
  const expected = expectedAnswer({ path: seen.visit.path, body: seen.request.body });
  if (expected === undefined) return ['the lab cannot read the request'];
  const broken = [...story.faults, ...judgeThoughts(exchange), ...judgeAsking(exchange, expected)];
  if (!hasLeft) broken.push(...judgeEnding(exchange));
  if (story.isComplete) return [...broken, ...judgeWhole(exchange, expected)];
  if (!expected.text.startsWith(story.text)) {
    broken.push(`the text is no beginning of the answer: ${show(story.text)} of ${show(expected.text)}`);
  }
  return broken;
}

/** Who is asked to go on is told the very text that was shown, as far as the journal says. */
function judgeAsking({ starts, calls }: Case, { text }: LabAnswer): string[] {
  return starts.flatMap(({ resume, n }, at) => {
    if (resume === undefined || resume.shownCharacters === 0) return [];
    const told = JSON.stringify(text.slice(0, resume.shownCharacters));
    const body = Buffer.from(calls[at]?.body ?? []).toString('utf8');
    return body.includes(told) ? [] : [`attempt ${n} was asked to go on from something else than ${told}`];
  });
}

function judgeEnding({ seen, story, end, starts, ends, facts }: Case): string[] {
  const broken: string[] = [];
  const check = (holds: boolean, sentence: string): void => void (holds || broken.push(sentence));
  const { isComplete, error, isShown } = story;
  check(isComplete !== (error !== undefined), `complete ${isComplete}, error ${error}`);
  const succeeded = end.outcome === 'ok' || end.outcome === 'healed';
  check(succeeded === isComplete, `journal: ${end.outcome}, client: complete ${isComplete}`);
  if (succeeded) check((end.outcome === 'healed') === starts.length > 1, `${end.outcome} by ${starts.length} attempts`);
  const flag = (name: (typeof end.flags)[number]): boolean => end.flags.includes(name);
  const isInterrupted = !isComplete && isShown && seen.visit.stream;
  check(flag('interrupted') === isInterrupted, `interrupted: journal ${flag('interrupted')}, client ${isInterrupted}`);
  const isResumed = isComplete && starts.at(-1)?.resume !== undefined;
  if (isComplete) check(flag('resumed') || !isResumed, 'was gone on with, and the journal does not say so');
  const wasAsked = starts.some(({ resume }) => resume !== undefined);
  check(!flag('resumed') || wasAsked, 'resumed, says the journal, but nobody was asked to go on');
  check(flag('resumed') === facts.some(({ fact }) => fact === 'resumed'), 'the fact and the flag of resuming differ');
  check(flag('fallback') || !starts.some(isFallback(seen.visit.models[0])), 'another model is no fallback');
  check(ends.length === starts.length, `${starts.length} attempts began, ${ends.length} ended`);
  return broken;
}

function isFallback(home: string | undefined) {
  return ({ mappedModel }: { readonly mappedModel: string }): boolean => mappedModel !== home;
}

function judgeWhole(exchange: Case, expected: LabAnswer): string[] {
  const { seen, story, calls, said } = exchange;
  const broken: string[] = [];
  if (story.text !== expected.text) broken.push(`text ${show(story.text)} instead of ${show(expected.text)}`);
  if (seen.sight.status !== 200) broken.push(`a whole answer with status ${seen.sight.status}`);
  if (story.said !== undefined) {
    const wanted = JSON.stringify(expected.toolCalls.map(({ name, args }) => [name, args]));
    const heard = JSON.stringify(story.said.calls.map(({ name, input }) => [name, input]));
    if (heard !== wanted) broken.push(`tool calls ${heard} instead of ${wanted}`);
  }
  // A stream may be cut inside a character.
  const heardOf = (call: (typeof calls)[number]): Uint8Array => Buffer.from(Buffer.from(said(call)).toString('utf8'));
  const statements = calls.map((call) => saidInStream[dialectOf(call.path)](heardOf(call)));
  const last = statements.at(-1);
  if (last === undefined || last.ending === 'none') broken.push('a success that no upstream stated');
  if (story.said !== undefined) broken.push(...judgeCounts(exchange, story.said, statements));
  return broken;
}

/** Prompts are counted once, what was generated is added up over what was delivered, and nothing is counted that no upstream stated. */
function judgeCounts({ seen, starts, end }: Case, heard: Said, statements: readonly Said[]): string[] {
  const { protocol, stream } = seen.visit;
  const broken: string[] = [];
  const first = starts.findLastIndex(({ resume }) => resume === undefined);
  const joined = statements.slice(stream ? Math.max(0, first) : -1);
  const last = statements.at(-1);
  const output = heard.counts.output ?? 0;
  const least = last?.counts.output ?? 0;
  const most = stream ? joined.reduce((sum, { counts }) => sum + (counts.output ?? 0), 0) : least;
  const isAsked = protocol !== 'openai-chat' || !stream || heard.counts.output !== undefined;
  if (isAsked && (output < least || output > most)) {
    broken.push(`${output} output tokens where upstreams stated ${least} to ${most}`);
  }
  const prompts = joined.map(({ counts }) => counts.input ?? 0);
  const input = heard.counts.input ?? 0;
  if (isAsked && !prompts.includes(input))
    broken.push(`${input} input tokens where upstreams stated ${prompts.join()}`);
  const { inputTokens, cacheReadTokens = 0, cacheWriteTokens = 0, outputTokens } = end.usage;
  if (isAsked && inputTokens !== undefined && inputTokens + cacheReadTokens + cacheWriteTokens !== input) {
    broken.push(`journal: ${inputTokens} input tokens, client: ${input}`);
  }
  if (isAsked && outputTokens !== undefined && outputTokens !== output) {
    broken.push(`journal: ${outputTokens} output tokens, client: ${output}`);
  }
  return broken;
}

/** The dialect of an upstream's answer, by the path of the call. */
function dialectOf(path: string): Protocol {
  if (path.endsWith('/v1/messages')) return 'anthropic';
  if (path.endsWith('/chat/completions')) return 'openai-chat';
  return path.endsWith('/responses') ? 'openai-responses' : 'gemini';
}

/** Thinking that was cut short carries no signature; one that is carried signs what stands before it. */
function judgeThoughts({ story }: Case): string[] {
  return story.thoughts.flatMap(({ text, signature }) => {
    // A foreign maker's signature travels sealed.
    if (signature === '' || signature.startsWith('agt1.')) return [];
    return checkSignature('claude', signature, text) ? [] : [`a signature on thinking that was cut: ${show(text)}`];
  });
}

function show(text: string): string {
  return JSON.stringify(text.length > 300 ? `${text.slice(0, 300)}…` : text);
}
