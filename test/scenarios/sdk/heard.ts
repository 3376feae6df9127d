/** What a client of an SDK heard, in one shape for both SDKs, and the judgement over it. Never takes a part of an answer for the whole. */

import { expectedAnswer, type LabAnswer } from '../../../src/lab/answer.ts';
import { world } from '../gateway.ts';
import type { Cell } from './house.ts';

export interface Said {
  readonly text: string;
  readonly thinking: string;
  readonly calls: readonly { readonly name: string; readonly args: unknown }[];
  /** The dialect's own word. */
  readonly stop: string;
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
}

export interface Heard {
  /** What the SDK handed over until it ended or threw. */
  readonly said: Said;
  readonly sawContent: boolean;
  /** What the SDK threw. */
  readonly error?: unknown;
  /** The client's own patience ended. */
  readonly hung: boolean;
  /** Of the HTTP answer. */
  readonly status: number;
  readonly headers: Headers;
  /** The whole body as text, before the SDK read it; empty when it broke off. */
  readonly wire: Promise<string>;
}

/**
 * `whole`: exactly the lab's answer · `interrupted`: content, then the SDK's own error · `refused`: the SDK's own error before any content ·
 * `odd`: anything else the SDK took for an answer.
 */
export type Ending = 'whole' | 'interrupted' | 'refused' | 'odd';

export interface Verdict {
  readonly ending: Ending | 'hung' | 'twisted';
  readonly why: string;
}

export const nothingSaid: Said = {
  text: '',
  thinking: '',
  calls: [],
  stop: '',
  inputTokens: undefined,
  outputTokens: undefined,
};

/**
 * `isOwn`: whether an error is one of the SDK's own for an answer of the API, not a broken connection. `isJoined`: more than one attempt may have been
 * shown, so that thoughts may have been begun anew and what was generated is a sum.
 */
export function judge(heard: Heard, expected: Said, isOwn: (error: unknown) => boolean, isJoined = false): Verdict {
  if (heard.hung) return { ending: 'hung', why: `nothing more came within ${patienceMs} ms` };
  const { said, error } = heard;
  if (error === undefined) {
    const isWhole = JSON.stringify(isJoined ? unjoined(said, expected) : said) === JSON.stringify(expected);
    return isWhole
      ? { ending: 'whole', why: '' }
      : { ending: 'odd', why: `heard ${JSON.stringify(said)} instead of ${JSON.stringify(expected)}` };
  }
  if (!isOwn(error)) return { ending: 'twisted', why: `the SDK threw ${String(error)}` };
  if (!expected.text.startsWith(said.text)) {
    return { ending: 'twisted', why: `${JSON.stringify(said)} is no beginning of ${JSON.stringify(expected)}` };
  }
  return { ending: heard.sawContent ? 'interrupted' : 'refused', why: String(error) };
}

/** Text, calls and stop are held to the letter; thoughts to their last telling, and the counts, which are sums, to being there. */
function unjoined(said: Said, expected: Said): Said {
  const thinking = said.thinking.endsWith(expected.thinking) ? expected.thinking : said.thinking;
  const counted = (count: number | undefined, own: number | undefined) => ((count ?? 0) > 0 ? own : count);
  const inputTokens = counted(said.inputTokens, expected.inputTokens);
  return { ...said, thinking, inputTokens, outputTokens: counted(said.outputTokens, expected.outputTokens) };
}

/** The lab's answer to the last call of a cell, or to the one before it whose rest it is: every attempt of an exchange has the same whole. */
export function labAnswerOf(cell: Cell): LabAnswer {
  const answers = cell.calls().flatMap(({ path, body }) => expectedAnswer({ path, body }) ?? []);
  const last = answers.at(-1);
  if (last === undefined) throw new Error(`no readable call of ${cell.asks} reached the lab`);
  const calls = JSON.stringify(last.toolCalls);
  const isWholeOf = ({ text, toolCalls }: LabAnswer): boolean =>
    text.length > last.text.length && text.endsWith(last.text) && JSON.stringify(toolCalls) === calls;
  return answers.filter(isWholeOf).sort((one, other) => other.text.length - one.text.length)[0] ?? last;
}

export const patienceMs = 12_000;

/** Runs a client until it ends, or until its patience does. */
export async function patiently<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T & { readonly hung: boolean }> {
  const abort = new AbortController();
  const alarm = world.alarm(patienceMs, () => abort.abort());
  try {
    const heard = await run(abort.signal);
    return { ...heard, hung: abort.signal.aborted };
  } finally {
    alarm.cancel();
  }
}

type Kept = Pick<Heard, 'status' | 'headers' | 'wire'>;

/** A `fetch` for an SDK that keeps what the SDK does not show: status and headers beside an error, and the bytes themselves. */
export function keepingFetch(): { readonly fetch: typeof fetch; readonly last: () => Kept } {
  let last: Kept = { status: 0, headers: new Headers(), wire: Promise.resolve('') };
  return {
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      const { status, headers } = response;
      const wire = response.clone().text();
      last = { status, headers, wire: wire.catch(() => '') };
      return response;
    },
    last: () => last,
  };
}

/** Runs jobs a few at a time, in order; each job's promise is there at once. */
export function fewAtATime<In, Out>(
  inputs: readonly In[],
  atOnceMax: number,
  job: (input: In) => Promise<Out>,
): readonly Promise<Out>[] {
  const running = new Set<Promise<unknown>>();
  let line: Promise<unknown> = Promise.resolve();
  return inputs.map((input) => {
    const turn = line.then(async () => {
      while (running.size >= atOnceMax) await Promise.race(running);
    });
    const begun = turn.then(() => {
      const out = job(input);
      const settled: Promise<unknown> = out.catch(() => undefined).finally(() => running.delete(settled));
      running.add(settled);
      return { out };
    });
    line = begun.catch(() => undefined);
    const result = begun.then(({ out }) => out);
    result.catch(() => undefined);
    return result;
  });
}
