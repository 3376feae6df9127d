/** What a command may touch of the outside: two streams of lines, the environment, and the signal that ends it. */

export interface CommandIo {
  out(line: string): void;
  err(line: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts when the person asks the command to end. */
  readonly signal: AbortSignal;
}
