/**
 * Every sentence that users search the log for, by fact. Pure. The keywords are a promise of the contract: change them nowhere,
 * and write none of them anywhere else. A sentence must never say more than the fact does.
 */

import type { Usage } from '../model/events.ts';
import type { BackoffKind, RetryDecision } from '../model/failure.ts';
import type { Fact } from '../model/journal.ts';
import type { Protocol } from '../model/request.ts';

export type Level = 'debug' | 'info' | 'warn' | 'error';
export interface Phrase {
  readonly level: Level;
  readonly msg: string;
}

type AttemptEnded = Extract<Fact, { fact: 'attempt-ended' }>;
type ExchangeEnded = Extract<Fact, { fact: 'exchange-ended' }>;
type Told = NonNullable<AttemptEnded['failure']>;

/** `account` is that of the latest attempt; `forMs` how long that attempt had been under way. */
export interface Scene {
  readonly account: string;
  readonly forMs: number;
}

export function phrases(fact: Fact, protocol: Protocol, scene: Scene = { account: '', forMs: 0 }): Phrase[] {
  switch (fact.fact) {
    case 'exchange-started':
      return [info(`${protocol} request ${fact.method} ${fact.path}, model ${fact.model}${streamWord(fact.stream)}`)];
    case 'attempt-started':
      return [attemptStarted(fact)];
    case 'attempt-answered':
      return [debug(`Attempt ${fact.n} answered ${fact.status} after ${seconds(scene.forMs)}`)];
    case 'first-content':
      return [debug(`Attempt ${fact.n} began its content after ${seconds(scene.forMs)}`)];
    case 'attempt-ended':
      return attemptEnded(fact, protocol, scene);
    case 'waiting':
      return [waiting(fact.backoff, fact.forMs, fact.why)];
    case 'resumed':
      return [streamResumed(fact.account, fact.mappedModel, `after ${fact.shownCharacters} characters`)];
    case 'passed-over':
      return [info(`Passing over model ${fact.model}: it kept failing, its circuit is open`)];
    case 'opened-early':
      return [info('The stream was opened before its content, to keep the waiting client connected')];
    case 'queued':
      return [warn(`Every account is resting: waiting ${seconds(fact.forMs)} for the first to return (${fact.why})`)];
    case 'exchange-ended':
      return [summary(fact, scene)];
  }
}

/** An answer goes on from where a dead upstream left it. */
export function streamResumed(account: string, mappedModel: string, detail: string): Phrase {
  return warn(`Stream resumed: ${account}, model ${mappedModel}${inBrackets(detail)}`);
}

// ---------------------------------------------------------------- an attempt's end

function attemptEnded(fact: AttemptEnded, protocol: Protocol, scene: Scene): Phrase[] {
  const { failure, decision } = fact;
  if (failure === undefined) {
    return [debug(`Attempt ${fact.n} ended ${fact.result} after ${seconds(scene.forMs)}`)];
  }
  return [failureLine(fact, failure, protocol, scene), ...decisionLines(decision, scene.account)];
}

function failureLine(fact: AttemptEnded, failure: Told, protocol: Protocol, scene: Scene): Phrase {
  const { status, decision } = fact;
  if (failure.reach === 'committed') return warn(`Stream interrupted: ${failure.kind}: ${oneLine(failure.detail)}`);
  if (failure.kind === 'signature-refused' && decision?.action === 'retry' && decision.remedy === 'signature-repair') {
    const detail = oneLine(failure.detail);
    return warn(`Unexpected thinking signature error (${detail}). Retrying with all thinking blocks removed.`);
  }
  const sentence = peekSentence(failure, protocol, scene);
  if (sentence !== undefined) return warn(`${sentence}, ${decision?.action === 'retry' ? 'retrying...' : 'giving up'}`);
  const from = status === undefined ? '' : ` with status ${status}`;
  const whom = scene.account === '' ? '' : ` from ${scene.account}`;
  return warn(`Upstream failure${whom}${from}: ${failure.kind}: ${oneLine(failure.detail)}`);
}

/** What a failure before the first content is called; undefined for a refusal with a status, which is no failure of a stream. */
function peekSentence(failure: Told, protocol: Protocol, scene: Scene): string | undefined {
  const gemini = protocol === 'gemini';
  const prefix = gemini ? '[Gemini] ' : '';
  switch (failure.kind) {
    case 'empty':
      return gemini ? '[Gemini] Empty first chunk received' : 'Stream ended during peek (Empty Response)';
    case 'ended':
      return gemini ? '[Gemini] Stream ended immediately' : 'Stream ended during peek (Empty Response)';
    case 'silent':
      return `${prefix}Timeout waiting for first data (${seconds(scene.forMs)})`;
    default:
      // Every other kind is an error of the stream once there was one: a rate limit may also arrive inside a 200.
      return failure.reach === 'streaming'
        ? `${prefix}Stream error during peek: ${oneLine(failure.detail)}`
        : undefined;
  }
}

function decisionLines(decision: RetryDecision | undefined, account: string): Phrase[] {
  if (decision === undefined) return [];
  const lines: Phrase[] = [];
  if (decision.action === 'retry') {
    const from = account === '' ? 'none' : account;
    if (decision.account === 'same') lines.push(info(`Keeping same account: ${from} (${decision.why})`));
    if (decision.account === 'another') lines.push(info(`Rotating account: ${from} → another (${decision.why})`));
    if (decision.account === 'next-model') lines.push(info(`Trying the route's next model (${decision.why})`));
  } else {
    lines.push(warn(`Giving up: ${decision.why}`));
  }
  const rest = decision.cooldown;
  if (rest !== undefined && account !== '') {
    const scope = rest.scope === 'account' ? 'for every model' : 'for this model';
    lines.push(info(`Account ${account} rests ${seconds(rest.ms)} ${scope}: ${oneLine(rest.reason)}`));
  }
  return lines;
}

// ---------------------------------------------------------------- the other facts

function attemptStarted(fact: Extract<Fact, { fact: 'attempt-started' }>): Phrase {
  const extras = [
    fact.restored > 0 ? `${fact.restored} signatures restored` : '',
    fact.degraded > 0 ? `${fact.degraded} signatures left out` : '',
    fact.repaired ? 'history repaired' : '',
    fact.hedge === true ? 'beside a slow one' : '',
    resumeWords(fact.resume),
  ].filter((extra) => extra !== '');
  const msg = `Attempt ${fact.n}: ${fact.account} (${fact.provider}), model ${fact.mappedModel}`;
  return info(`${msg}${inBrackets(extras.join(', '))}`);
}

function resumeWords(resume: Extract<Fact, { fact: 'attempt-started' }>['resume']): string {
  if (resume === undefined) return '';
  const where =
    resume.shownCharacters === 0 ? 'begun anew' : `asked to go on after ${resume.shownCharacters} characters`;
  return resume.note === undefined ? where : `${where}: ${resume.note}`;
}

const WAIT_SENTENCE: Readonly<Record<BackoffKind, string>> = {
  none: 'Retry after',
  fixed: 'Retry with fixed delay:',
  linear: 'Retry with linear backoff:',
  exponential: 'Retry with exponential backoff:',
};
function waiting(backoff: BackoffKind, forMs: number, why: string): Phrase {
  return info(`${WAIT_SENTENCE[backoff]} ${Math.round(forMs)} ms${inBrackets(why)}`);
}

const ENDING: Readonly<Record<ExchangeEnded['outcome'], { readonly level: Level; readonly word: string }>> = {
  ok: { level: 'info', word: 'completed' },
  healed: { level: 'info', word: 'completed after healing' },
  failed: { level: 'warn', word: 'failed' },
  cancelled: { level: 'info', word: 'cancelled by the client' },
};
function summary(fact: ExchangeEnded, scene: Scene): Phrase {
  const { level, word } = ENDING[fact.outcome];
  const parts = [
    `status ${fact.status}`,
    `account ${fact.account === '' ? scene.account || 'none' : fact.account}`,
    `model ${fact.mappedModel === '' ? 'none' : fact.mappedModel}`,
    tokens(fact.usage),
    `${fact.attempts} ${fact.attempts === 1 ? 'attempt' : 'attempts'}`,
    seconds(fact.ms),
    fact.stopReason === undefined ? '' : `stop ${fact.stopReason}`,
    fact.flags.length === 0 ? '' : `flags ${fact.flags.join(' ')}`,
    fact.error === undefined ? '' : `error ${oneLine(fact.error)}`,
  ].filter((part) => part !== '');
  return { level, msg: `${word}: outcome ${fact.outcome}, ${parts.join(', ')}` };
}

function tokens(usage: Usage): string {
  const count = (n: number | undefined) => (n === undefined ? '?' : String(n));
  return `tokens ${count(usage.inputTokens)} in ${count(usage.outputTokens)} out`;
}

// ---------------------------------------------------------------- words

/** A provider's sentence may be long and have line breaks; a line of the log has neither. */
const DETAIL_CHARS_MAX = 500;
function oneLine(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length > DETAIL_CHARS_MAX ? `${flat.slice(0, DETAIL_CHARS_MAX)}…` : flat;
}
function seconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)}ms` : `${Number((ms / 1000).toFixed(1))}s`;
}
function inBrackets(text: string): string {
  return text === '' ? '' : ` (${oneLine(text)})`;
}
function streamWord(stream: boolean): string {
  return stream ? ', streamed' : '';
}
function debug(msg: string): Phrase {
  return { level: 'debug', msg };
}
function info(msg: string): Phrase {
  return { level: 'info', msg };
}
function warn(msg: string): Phrase {
  return { level: 'warn', msg };
}
