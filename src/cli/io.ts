/** What a command may touch of the outside: two streams of lines, the environment, and the signal that ends it. */

export interface CommandIo {
  out(line: string): void;
  err(line: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts when the person asks the command to end. */
  readonly signal: AbortSignal;
}

/** For commands that show tables or write files to stdout. Its signal also aborts when nobody reads what they say any more. */
export interface TerminalIo extends CommandIo {
  /** Resolves when more may be written. */
  write(bytes: Uint8Array | string): Promise<void>;
  readonly terminal: {
    readonly isTty: boolean;
    /** Asked anew for every line: a window changes its size. */
    columns(): number;
  };
}
