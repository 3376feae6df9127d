/** Starts the processes of a benchmark and stops them by their ids, and by nothing else. */

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { World } from '../src/model/ports.ts';
import type { Question, Ready, Reply } from './child.ts';

export interface Running extends Ready {
  readonly ask: <T>(question: string, ask: unknown) => Promise<T>;
  readonly stop: () => Promise<void>;
}

/** A process that has not said that it is ready by then has failed. */
const readyMs = 60_000;
const stopMs = 3_000;

export interface Processes {
  /** `file` is relative to the benchmark's directory. Rejects when the process ends before it is ready. */
  start(file: string, order: unknown, nodeFlags?: readonly string[]): Promise<Running>;
  stopAll(): Promise<void>;
}

export function createProcesses(world: World): Processes {
  const running = new Set<() => Promise<void>>();
  return {
    async start(file, order, nodeFlags = []) {
      const child = fork(fileURLToPath(new URL(file, import.meta.url)), [JSON.stringify(order)], {
        execArgv: ['--disable-warning=ExperimentalWarning', ...nodeFlags],
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      const stop = async (): Promise<void> => {
        await stopChild(child, world);
        running.delete(stop);
      };
      running.add(stop);
      const ready = await readiness(child, file, world);
      return { ...ready, ask: questions(child, file), stop };
    },
    async stopAll() {
      await Promise.all([...running].map((stop) => stop()));
    },
  };
}

function readiness(child: ChildProcess, file: string, world: World): Promise<Ready> {
  return new Promise((resolve, reject) => {
    const late = world.alarm(readyMs, () => reject(new Error(`${file} was not ready within ${readyMs} ms`)));
    child.once('message', (ready: Ready) => {
      late.cancel();
      resolve(ready);
    });
    child.once('exit', (code) => {
      late.cancel();
      reject(new Error(`${file} ended with ${code} before it was ready`));
    });
  });
}

function questions(child: ChildProcess, file: string): Running['ask'] {
  const asked = new Map<number, (reply: Reply) => void>();
  let number = 0;
  child.on('message', (reply: Reply) => {
    const settle = asked.get(reply.number);
    asked.delete(reply.number);
    settle?.(reply);
  });
  child.once('exit', () => {
    for (const [one, settle] of asked) settle({ number: one, failure: 'the process has ended' });
  });
  return <T>(question: string, ask: unknown): Promise<T> => {
    number += 1;
    const envelope: Question = { number, question, ask };
    return new Promise<T>((resolve, reject) => {
      asked.set(envelope.number, ({ answer, failure }) => {
        if (failure === undefined) resolve(answer as T);
        else reject(new Error(`${file}: ${question}: ${failure}`));
      });
      child.send(envelope);
    });
  };
}

async function stopChild(child: ChildProcess, world: World): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const late = world.alarm(stopMs, () => child.kill('SIGKILL'));
  await ended;
  late.cancel();
}
