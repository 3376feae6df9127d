/** When those that a request was waiting for may be asked again. Pure; it guesses no time that neither the pool nor the answer named. */

import type { AccountView, RequestView } from '../../../../src/monitor/views.ts';

export interface ReadyTime {
  /** An account, or empty for what the caller was told. */
  readonly who: string;
  readonly untilMs: number;
  readonly reason: string;
}

type Asked = Pick<
  RequestView,
  'attempts' | 'account_email' | 'mapped_model' | 'time' | 'duration_ms' | 'response' | 'error'
>;

/** Of the accounts that the request asked, those that rest; else the `Retry-After` that its caller was given. Earliest first. */
export function readyTimes(view: Asked, accounts: readonly AccountView[]): ReadyTime[] {
  const models = new Set([view.mapped_model, ...view.attempts.map((attempt) => attempt.mapped_model)]);
  const asked = new Set([view.account_email, ...view.attempts.map((attempt) => attempt.account_email)]);
  const rests = accounts
    .filter(({ email }) => asked.has(email))
    .flatMap((account): ReadyTime[] => {
      const until = account.rests
        .filter(({ model }) => model === null || models.has(model))
        .map((rest) => ({ who: account.email, untilMs: Date.parse(rest.until), reason: rest.reason }))
        .filter(({ untilMs }) => Number.isFinite(untilMs));
      return until.toSorted((a, b) => b.untilMs - a.untilMs).slice(0, 1);
    });
  const known = rests.length > 0 ? rests : toldToWait(view);
  return known.toSorted((a, b) => a.untilMs - b.untilMs);
}

/** Of accounts that rested already the sentence has the whole time; the header has at most what a client may be told. */
function toldToWait({ response, time, duration_ms, error }: Asked): ReadyTime[] {
  const header = Object.entries(response.headers).find(([name]) => name.toLowerCase() === 'retry-after')?.[1];
  const told = /\bis resting for (\d{1,9}) s \(/.exec(error ?? '')?.[1] ?? header;
  if (told === undefined || !/^\d{1,9}$/.test(told.trim())) return [];
  return [{ who: '', untilMs: Date.parse(time) + duration_ms + Number(told) * 1_000, reason: '' }];
}
