/** One thing to say about a configuration file, with its place. Never carries a value that could be a secret. */

export interface ConfigIssue {
  readonly file: string;
  /** From 1; 0 = the file as a whole. */
  readonly line: number;
  readonly column?: number;
  /** Dotted path with list positions: `accounts[0].base_url`. Empty = the file as a whole. */
  readonly key: string;
  readonly message: string;
  /** What was probably meant. */
  readonly suggestion?: string;
}

/** What a check found, before it is known where in the file that stands. */
export interface Finding {
  readonly path: ConfigPath;
  readonly message: string;
  readonly suggestion?: string;
}

export type ConfigPath = readonly (string | number)[];

/** `FILE:LINE: KEY: message (did you mean …?)`. */
export function describeIssue(issue: ConfigIssue): string {
  const place = issue.line > 0 ? `${issue.file}:${issue.line}` : issue.file;
  const key = issue.key === '' ? '' : `${issue.key}: `;
  const hint = issue.suggestion === undefined ? '' : ` (did you mean ${issue.suggestion}?)`;
  return `${place}: ${key}${issue.message}${hint}`;
}

export function dotted(path: ConfigPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}
