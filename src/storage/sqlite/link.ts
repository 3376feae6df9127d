/**
 * The main thread's end of a worker: questions out, answers back as promises. A worker that dies is started again by the next question;
 * its unanswered questions fail and may be asked again.
 */

import { Worker } from 'node:worker_threads';
import type { Answer, Ask, Envelope, Question, Reply, WorkerOptions } from './messages.ts';

export interface Link {
  ask<Q extends Question>(question: Q, ask: Ask<Q>): Promise<Answer<Q>>;
  /** Ends the thread at once; unanswered questions fail. */
  stop(why: string): Promise<void>;
}

/** `again`: the same question may succeed later. */
export class StorageError extends Error {
  readonly again: boolean;
  constructor(message: string, again: boolean) {
    super(message);
    this.name = 'StorageError';
    this.again = again;
  }
}

interface Asked {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: StorageError) => void;
}
interface Running {
  readonly worker: Worker;
  readonly asked: Map<number, Asked>;
}

export function createLink(options: WorkerOptions, notice: (text: string) => void): Link {
  let running: Running | undefined;
  let number = 0;

  function start(): Running {
    const asked = new Map<number, Asked>();
    const worker = new Worker(WORKER_FILE, { workerData: options, execArgv: QUIET });
    const started: Running = { worker, asked };
    const died = (message: string) => {
      if (running === started) running = undefined;
      failAll(asked, message);
    };
    worker.on('message', (reply: Reply) => settle(asked, reply, notice));
    worker.on('error', (error) => died(`the storage worker failed: ${error instanceof Error ? error.message : error}`));
    worker.on('exit', () => died('the storage worker has ended'));
    running = started;
    return started;
  }

  return {
    ask<Q extends Question>(question: Q, ask: Ask<Q>) {
      const { worker, asked } = running ?? start();
      number += 1;
      const envelope: Envelope = { number, question, ask };
      return new Promise<Answer<Q>>((resolve, reject) => {
        asked.set(envelope.number, { resolve: (answer) => resolve(answer as Answer<Q>), reject });
        worker.postMessage(envelope);
      });
    },
    async stop(why) {
      const last = running;
      if (last === undefined) return;
      running = undefined;
      failAll(last.asked, why);
      await last.worker.terminate();
    },
  };
}

function settle(asked: Map<number, Asked>, reply: Reply, notice: (text: string) => void): void {
  for (const text of reply.notices) notice(text);
  const waiting = asked.get(reply.number);
  asked.delete(reply.number);
  if (reply.failure !== undefined) waiting?.reject(new StorageError(reply.failure.message, reply.failure.again));
  else waiting?.resolve(reply.answer ?? null);
}

function failAll(asked: Map<number, Asked>, message: string): void {
  for (const { reject } of asked.values()) reject(new StorageError(message, true));
  asked.clear();
}

/** The same file under type stripping and in the build. */
const WORKER_FILE = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);
const QUIET = ['--disable-warning=ExperimentalWarning'];
