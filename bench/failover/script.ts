/** What a route does when it is asked, as data. A scenario is two of these scripts; `route.ts` carries them out over a socket. */

import type { AskForm } from './answer.ts';
import type { RefusalKind } from './dialects/dialect.ts';

export type Act =
  | {
      readonly do: 'answer';
      /** Headers and the opening come at once, the first token after this. */
      readonly firstTokenAfterMs?: number;
      /** The connection ends after so many tokens of the whole answer, without the end of the body. */
      readonly cutAfterTokens?: number;
      /** Nothing more comes after so many tokens of the whole answer, and the connection stays. */
      readonly silentAfterTokens?: number;
      /** The event of this number, counted from 1, is cut in its middle, and its token is lost. */
      readonly brokenEvent?: number;
      /** The mark of the end is left out, and the body ends as the dialect's `unmarkedEnd` says. */
      readonly unmarked?: boolean;
    }
  | { readonly do: 'refuse'; readonly kind: RefusalKind; readonly retryAfterSeconds?: number }
  /** Reads the request and resets the connection. */
  | { readonly do: 'reset' }
  /** Reads the request and says nothing at all. */
  | { readonly do: 'silent' };

export interface AskFacts {
  /** Which ask of this route it is, from 1. */
  readonly number: number;
  readonly form: AskForm;
  /** Since the first request of the cell was sent. */
  readonly sinceStartMs: number;
  /** Since the first ask of this route. */
  readonly sinceFirstAskMs: number;
}

export type Script = (ask: AskFacts) => Act;

/** How the body of an unmarked answer ends: properly, without its last chunk, or not at all. */
export type UnmarkedEnd = 'clean' | 'torn' | 'open';

export const unmarkedEnds = { anthropic: 'clean', gemini: 'torn', chat: 'clean', responses: 'open' } as const;

/** How the answer to an ask ended: `left` = the other side went away first. */
export type AskEnd = 'whole' | 'refused' | 'reset' | 'cut' | 'silent' | 'left';

/** One ask as the route saw it, for the checks. */
export interface AskRecord {
  readonly route: 'primary' | 'fallback';
  /** The number that the client's question carries, or undefined when nobody's question is in it. */
  readonly question: number | undefined;
  readonly atMs: number;
  readonly form: AskForm;
  readonly body: string;
  readonly act: Act;
  endedMs: number | undefined;
  end: AskEnd | undefined;
}
