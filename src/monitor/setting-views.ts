/** The JSON of settings, session and sign-in that the admin API hands out, as types alone; the rest stands in `views.ts`. No secret ever stands in any of these. */

export type ValueSource = 'flag' | 'environment' | 'file' | 'default';

/** `GET /api/config`. */
export interface ConfigView {
  /** The file that is followed; null when there is none. */
  readonly file: string | null;
  /** Names the file's present content; `PUT` sends it back, and is refused with 409 when the file has changed since. */
  readonly version: string;
  readonly values: readonly ConfigValue[];
  /** The file as it stands, literal secrets taken out. */
  readonly text: string;
  /** Sentences about keys that have no effect, weak keys and the like. */
  readonly warnings: readonly string[];
}
export interface ConfigValue {
  /** Dotted, in the file's own names: `healing.first_byte`. */
  readonly key: string;
  readonly kind: 'duration' | 'size' | 'number' | 'flag' | 'choice' | 'text' | 'list' | 'secret' | 'map';
  readonly choices: readonly string[] | null;
  /** As it would be written in the file: `30s`, `true`, `[a, b]`. Secrets are told by their number alone. */
  readonly value: string;
  readonly default: string;
  readonly source: ValueSource;
  /** A flag or the environment overrules the file: a change of the file has no effect now. */
  readonly overruled: boolean;
  readonly needs_restart: boolean;
  readonly editable: boolean;
  /** One English line of what it does. */
  readonly about: string;
}
/** `PUT /api/config`. `null` takes the key out of the file. */
export interface ConfigChange {
  readonly version: string;
  readonly changes: Readonly<Record<string, string | null>>;
}
/** The body of a 400 to `PUT /api/config`: nothing was written. */
export interface ConfigRefusal {
  readonly error: {
    readonly message: string;
    readonly issues: readonly { readonly key: string; readonly line: number; readonly message: string }[];
  };
}

/** `GET /api/session`; 401 without one. */
export interface SessionView {
  readonly version: string;
  readonly by: 'session' | 'key';
}
/** `POST /api/session/link`, with the admin key only. */
export interface SignInLink {
  readonly url: string;
  readonly expires_in_s: number;
}
