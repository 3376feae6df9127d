/**
 * The child's half of a process of the benchmark: says when it is ready, answers questions, and ends with its parent, however that ends.
 */

export interface Ready {
  readonly port: number;
  /** The process to be measured; a helper that only starts another program names that one. */
  readonly pid: number;
}

export type Answers = Readonly<Record<string, (ask: never) => Promise<unknown>>>;

export interface Question {
  readonly number: number;
  readonly question: string;
  readonly ask: unknown;
}
export interface Reply {
  readonly number: number;
  readonly answer?: unknown;
  readonly failure?: string;
}

export function serveParent(ready: Ready, answers: Answers, stop: () => Promise<void> | void = () => undefined): void {
  const end = async (): Promise<void> => {
    await stop();
    process.exit(0);
  };
  process.once('disconnect', end);
  // A signal to the whole group comes twice, from the sender and from the parent; the second must not cut the first short.
  process.on('SIGTERM', end);
  process.on('message', ({ number, question, ask }: Question) => {
    const answer = answers[question] as ((ask: unknown) => Promise<unknown>) | undefined;
    if (answer === undefined) return send({ number, failure: `nothing answers ${question}` });
    answer(ask).then(
      (value) => send({ number, answer: value }),
      (error: unknown) => send({ number, failure: String(error) }),
    );
  });
  process.send?.(ready);
}

/** What the parent handed over on the command line. */
export function order<T>(): T {
  return JSON.parse(process.argv[2] ?? '{}') as T;
}

function send(reply: Reply): void {
  process.send?.(reply);
}
