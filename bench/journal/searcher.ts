/** Somebody who searches as fast as a person types and clicks: a few questions a second through the admin API. A process of its own. */

import { createWorld } from '../../src/world.ts';
import { order, serveParent } from '../child.ts';

const { port, key } = order<{ readonly port: number; readonly key: string }>();
const world = createWorld();
const never = new AbortController().signal;
const PAUSE_MS = 300;
const QUESTIONS = [
  'q=there+is+no+such+text',
  'q=overloaded',
  'protocol=gemini&model=claude-sonnet-4-5',
  'outcome=failed',
  'flag=interrupted',
  'q=z9&outcome=failed',
  'q=sonnet&outcome=failed&status=5xx',
  'limit=1000',
];
let searching = false;
let asked = 0;

async function search(): Promise<void> {
  while (searching) {
    const question = QUESTIONS[asked % QUESTIONS.length];
    const answer = await fetch(`http://127.0.0.1:${port}/api/requests?${question}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    if (!answer.ok) throw new Error(`${question}: ${answer.status} ${await answer.text()}`);
    await answer.arrayBuffer();
    asked += 1;
    await world.sleep(PAUSE_MS, never);
  }
}
let running: Promise<void> = Promise.resolve();
serveParent(
  { port, pid: process.pid },
  {
    start: async () => {
      searching = true;
      running = search();
      return null;
    },
    stop: async () => {
      searching = false;
      await running;
      return asked;
    },
  },
);
