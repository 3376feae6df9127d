/**
 * Judges one death by the bytes that went to the client, the bytes that came from the upstreams, and the journal. It reads all of them with the judges
 * of `test/contracts`, which share nothing with the gateway's readers, writers or seam.
 */

import type { Fact } from '../../src/model/journal.ts';
import { differences } from '../contracts/said/compare.ts';
import { saidInStream } from '../contracts/said/read.ts';
import type { Said } from '../contracts/said/said.ts';
import { type Finality, finalityIn } from './finality.ts';
import type { Death, Witness } from './house.ts';
import { faultsIn, known, lastCounts } from './known.ts';
import { requestFor, streamIn } from './recordings.ts';
import { signsIn, textShownIn, thoughtsIn, wholeEvents, wordsOf } from './sights.ts';
import { heirIn, isGlued, isPlainContradiction, type Story, storyOf } from './story.ts';

/**
 * `unbroken`: the upstream had already said why it stopped · `again`: nothing had been shown, another upstream answered · `resumed` · `told`: an error
 * event, and nothing after it.
 */
export type Fate = 'unbroken' | 'again' | 'resumed' | 'told';

export interface Judgement {
  readonly fate: Fate;
  /** One sentence for each broken promise. */
  readonly broken: readonly string[];
  /** Nobody could have told where the new text goes on. */
  readonly isAmbiguous: boolean;
  /** The second upstream said something else. */
  readonly isContradicted: boolean;
  readonly finality: Finality | undefined;
}

export function judge(death: Death, witness: Witness): Judgement {
  return new Case(death, witness).judgement();
}

type Ended = Extract<Fact, { fact: 'exchange-ended' }>;

class Case {
  readonly #broken: string[];
  readonly #death: Death;
  readonly #seen: Witness;
  readonly #whole: Said;
  readonly #heard: Said;
  readonly #heardText: string;
  readonly #isTold: boolean;
  readonly #story: Story;

  constructor(death: Death, seen: Witness) {
    const { client, recorded } = death;
    this.#death = death;
    this.#seen = seen;
    this.#broken = [...seen.faults];
    this.#whole = known(recorded).said;
    this.#heard = saidInStream[client](seen.shown);
    this.#heardText = textShownIn(client, seen.shown);
    this.#isTold = signsIn(client, seen.shown).endsWithError;
    this.#story = storyOf(death, seen, wordsOf(this.#whole));
  }

  judgement(): Judgement {
    const { client, recorded, hold, heir } = this.#death;
    const fate = this.#fate();
    const shownFirst = this.#seen.calls[1]?.shownBefore ?? this.#seen.shown;
    const finality = finalityIn(client, shownFirst, requestFor(recorded, client, heir !== undefined).json);
    this.#checkSigns(fate);
    this.#checkGrammar();
    this.#checkThoughts();
    this.#checkJournal(fate);
    if (fate === 'told') this.#checkTold(finality);
    else this.#checkWhole(fate, finality);
    if (fate === 'told' && hold !== 'live') this.#check(this.#heard.calls.length === 0, 'a call before the error');
    return { fate, finality, broken: this.#broken, ...this.#story };
  }

  #check(holds: boolean, sentence: string): void {
    if (!holds) this.#broken.push(sentence);
  }

  #fate(): Fate {
    if (this.#isTold) return 'told';
    const [, second] = this.#seen.calls;
    if (second === undefined) return 'unbroken';
    return second.shownBefore.length === 0 ? 'again' : 'resumed';
  }

  #checkSigns(fate: Fate): void {
    const { client, recorded } = this.#death;
    const { sight } = this.#seen;
    const signs = signsIn(client, this.#seen.shown);
    const due = signsIn(client, client === recorded.dialect ? recorded.stream : this.#seen.shown);
    this.#check(sight.opens === 1 && sight.ends === 1, `opened ${sight.opens} times, ended ${sight.ends} times`);
    this.#check(
      sight.writesAfterEnd === 0 && sight.status === 200,
      `status ${sight.status}, or written to after the end`,
    );
    // Some servers say their start in every chunk, or twice.
    this.#check(
      signs.starts <= Math.max(1, due.starts) && (client === 'gemini' || signs.starts >= 1),
      `${signs.starts} starts`,
    );
    this.#check(signs.errors === (fate === 'told' ? 1 : 0), `${signs.errors} errors`);
    const successes = client === 'gemini' && due.successes > 1 ? Math.min(1, signs.successes) : signs.successes;
    this.#check(successes === (fate === 'told' ? 0 : 1), `${signs.successes} endings in success`);
  }

  #checkGrammar(): void {
    const { client, recorded } = this.#death;
    const kind = (fault: string): string =>
      fault
        .replace(/^response\.\w+: /, '')
        .replace(/\d+/g, 'N')
        .slice(0, 48);
    const excused = new Set<string>();
    if (client === recorded.dialect) {
      // Real streams hold what the gateway itself would never write.
      for (const fault of known(recorded).faults) excused.add(kind(fault));
      for (const { dialect, sent } of this.#seen.calls.slice(1))
        if (dialect === client && !isSame(sent, recorded.stream))
          for (const fault of faultsIn(client, sent)) excused.add(kind(fault));
    }
    // The lab's replay gives a provider's tool the id it had before; a real upstream never does.
    if (this.#isReplayed()) for (const fault of ['two items with one id', 'two calls with one id']) excused.add(fault);
    // Gemini states a reason to stop while it runs code: a stream that breaks off then is taken for ended, as long as the peek holds to that reason.
    if (this.#seen.calls.length === 1) excused.add('it ends with the finish reason undefined');
    for (const fault of faultsIn(client, this.#seen.shown)) this.#check(excused.has(kind(fault)), `illegal: ${fault}`);
  }

  /** What is signed is a whole thought of one upstream, with that upstream's own signature where the dialects are the same. */
  #checkThoughts(): void {
    const { client } = this.#death;
    const { calls, shown } = this.#seen;
    const given = calls.flatMap(({ dialect, sent }) => thoughtsIn(dialect, wholeEvents(sent)));
    const isOwn = calls.every(({ dialect }) => dialect === client);
    // Who has gone on to speak has ended its thought.
    const ended = calls
      .map(({ dialect, sent }) => saidInStream[dialect](wholeEvents(sent)))
      .filter((said) => said.pieces.length > 0 || said.calls.length > 0 || said.ending !== 'none');
    for (const { text, signature } of thoughtsIn(client, shown)) {
      if (signature === '') continue;
      const isWhole = isOwn
        ? given.some((thought) => thought.text === text && thought.signature === signature)
        : text === '' || ended.some(({ thinking }) => thinking.includes(text));
      this.#check(isWhole, `a signature for the thought ${show(text)}, which no upstream signed`);
    }
  }

  #checkJournal(fate: Fate): void {
    const ends = this.#seen.facts.filter((fact): fact is Ended => fact.fact === 'exchange-ended');
    const [end] = ends;
    if (end === undefined || ends.length > 1) {
      this.#broken.push(`the journal has ${ends.length} endings`);
      return;
    }
    const { attempts, outcome, flags } = end;
    const wanted = fate === 'told' ? 'failed' : fate === 'unbroken' ? 'ok' : 'healed';
    this.#check(outcome === wanted, `journal: ${outcome} for ${wanted}`);
    this.#check(attempts === this.#seen.calls.length, `journal: ${attempts} attempts of ${this.#seen.calls.length}`);
    if (fate !== 'told')
      this.#check(flags.includes('resumed') === (fate === 'resumed'), `flags ${flags.join()}: ${fate}`);
    this.#check(flags.includes('interrupted') === (fate === 'told'), `flags ${flags.join()} of an answer ${fate}`);
  }

  #checkTold(finality: Finality | undefined): void {
    const { isContradicted, isAmbiguous: isUnclear } = this.#story;
    const isBeginning = wordsOf(this.#whole).startsWith(this.#heardText);
    this.#check(isBeginning || isContradicted || isUnclear, `before the error ${show(this.#heardText)}`);
    const isDue = finality !== undefined || isContradicted || isUnclear;
    this.#check(isDue, `an error without need: ${this.#error()}`);
  }

  #error(): string {
    const attempts = this.#seen.facts.flatMap((fact) => (fact.fact === 'attempt-ended' ? [fact.failure?.detail] : []));
    return attempts.join(' | ');
  }

  #checkWhole(fate: Fate, finality: Finality | undefined): void {
    const { client } = this.#death;
    const [first] = this.#seen.calls;
    const { isContradicted, isAmbiguous: isUnclear, newText, shownText } = this.#story;
    if (fate === 'unbroken') {
      const said = first && saidInStream[first.dialect](wholeEvents(first.sent));
      this.#check(said?.ending !== 'none', 'a broken answer that ends as a whole one');
      if (said) this.#broken.push(...differences(said, this.#heard, client));
      return;
    }
    if (fate === 'resumed') this.#check(finality?.isSure !== true, `gone on after ${finality?.why}`);
    this.#checkCounts();
    if (isUnclear) return;
    if (isContradicted) {
      this.#check(
        isGlued(this.#heardText, this.#story),
        `${show(this.#heardText)} is not ${show(shownText)} and then ${show(newText)}`,
      );
      this.#check(!isPlainContradiction(this.#story), 'a contradiction that nobody saw');
      return;
    }
    this.#broken.push(...differences(this.#wanted(this.#isReplayed()), this.#heard, client));
  }

  /** The second upstream told the recorded answer from its start, to the letter. */
  #isReplayed(): boolean {
    const second = heirIn(this.#seen);
    return second !== undefined && isSame(second.sent, streamIn(this.#death.recorded, second.dialect));
  }

  /** The calls of an upstream that goes on have ids of its own; what is neither text nor call it does not say again. */
  #wanted(isReplay: boolean): Said {
    const { pieces, calls } = this.#whole;
    const text = wordsOf(this.#whole);
    const joined = text === '' ? [] : [{ kind: 'text' as const, text }];
    return {
      ...this.#whole,
      pieces: isReplay ? pieces : joined,
      thinking: this.#wantedThinking(),
      ending: this.#wantedEnding(isReplay),
      counts: this.#heard.counts,
      calls: isReplay ? calls : calls.map(({ id: _id, ...call }) => call),
    };
  }

  /** The lab retells a refusal as plain words, and another dialect may have no word for a reason: then what the last upstream said holds. */
  #wantedEnding(isReplay: boolean): Said['ending'] {
    const last = this.#seen.calls.at(-1);
    const isElsewhere = last !== undefined && last.dialect !== this.#death.recorded.dialect;
    const isRetold = isElsewhere || (!isReplay && this.#heard.ending !== this.#whole.ending);
    return isRetold && last !== undefined ? saidInStream[last.dialect](last.sent).ending : this.#whole.ending;
  }

  /** What was shown of the first upstream's thoughts, then all those of the upstream that answered. */
  #wantedThinking(): string {
    const heard = this.#heard.thinking;
    const last = this.#seen.calls.at(-1);
    const again = last === undefined ? '' : saidInStream[last.dialect](last.sent).thinking;
    const before = heard.slice(0, heard.length - again.length).replace(/\n+$/, '');
    const isRight = heard.endsWith(again) && this.#whole.thinking.startsWith(before);
    // Once words were shown, thoughts that only lead to the rest of them would split the text.
    const isUntold = this.#story.shownText !== '' && this.#whole.thinking.startsWith(heard);
    return isRight || isUntold ? heard : `${this.#whole.thinking.slice(0, 20)}… and ${again}`;
  }

  /** Every count is one that an upstream stated, or the sum of two such. */
  #checkCounts(): void {
    const { client } = this.#death;
    const { calls } = this.#seen;
    const stated = calls.map(({ dialect, sent }) => saidInStream[dialect](wholeEvents(sent)).counts);
    const shown = saidInStream[client](calls[1]?.shownBefore ?? new Uint8Array()).counts;
    const { input, output } = saidInStream[client](lastCounts(client, this.#seen.shown)).counts;
    const inputs = [...stated, shown].map((counts) => counts.input ?? 0);
    this.#check(input === undefined || inputs.includes(input), `${input} tokens of input of ${inputs.join()}`);
    const isShown = (calls[1]?.shownBefore.length ?? 0) > 0;
    const firsts = isShown ? [stated[0]?.output ?? 0, shown.output ?? 0] : [0];
    const last = stated.at(-1)?.output ?? 0;
    const sums = firsts.map((count) => count + last);
    this.#check(output === undefined || sums.includes(output), `${output} tokens of output of ${sums.join()}`);
  }
}

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.from(left).equals(Buffer.from(right));
}

function show(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 60)}…${text.slice(-60)}` : text);
}
