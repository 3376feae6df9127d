/** The real process is killed without warning in the middle of traffic, again and again over the same databases: they open, and what was answered is there. */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { ask, askJson } from './client.ts';
import { rolls } from './cuts.ts';
import { loopbackAccount, waitFor, world } from './gateway.ts';
import { type Home, makeHome, serveFrom } from './served-process.ts';
import { answerSmall, askedOf } from './small-answers.ts';
import { startUpstream, type Upstream } from './upstream.ts';

const kills = 50;
/** Data directories that go through their kills side by side. */
const lanes = 5;
const durableAfterMs = 250;
const clients = 4;
const trafficMsMin = 300;
const trafficMsMax = 1_000;

interface Finished {
  readonly id: string;
  readonly at: number;
}

it(`of a gateway killed at ${kills} random moments no request is missing that ended ${durableAfterMs} ms before, and its databases open`, async () => {
  const upstream = await startUpstream(answerSmall);
  try {
    const all = Array.from({ length: lanes }, (_, lane) => killedAgainAndAgain(upstream, lane));
    // Each lane ends its own process before anything is said about another.
    const ends = await Promise.allSettled(all);
    expect(ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []))).toEqual([]);
    const counts = ends.flatMap((end) => (end.status === 'fulfilled' ? end.value : []));
    expect(counts).toHaveLength(kills);
    // Otherwise there was no traffic to lose.
    expect(Math.min(...counts)).toBeGreaterThan(0);
  } finally {
    await upstream.close();
  }
}, 110_000);

/** How many requests had to be there after each kill. */
async function killedAgainAndAgain(upstream: Upstream, lane: number): Promise<number[]> {
  const roll = rolls(lane + 1);
  const accounts = [
    loopbackAccount('anthropic', 'ada', upstream.url),
    loopbackAccount('gemini', 'gus', upstream.url),
    loopbackAccount('gemini', 'guy', upstream.url),
  ];
  const home = makeHome({ accounts });
  const counts: number[] = [];
  try {
    for (let kill = 0; kill < kills / lanes; kill += 1) {
      const trafficMs = trafficMsMin + roll() * (trafficMsMax - trafficMsMin);
      const { finished, killedAt } = await killedAfter(home, trafficMs);
      const due = finished.filter(({ at }) => killedAt - at > durableAfterMs).map(({ id }) => id);
      const kept = inspect(home);
      expect(due.filter((id) => !kept.has(id))).toEqual([]);
      counts.push(due.length);
    }
  } finally {
    home.remove();
  }
  return counts;
}

async function killedAfter(home: Home, trafficMs: number): Promise<{ finished: Finished[]; killedAt: number }> {
  const gateway = await serveFrom(home);
  const finished: Finished[] = [];
  let killedAt = Number.POSITIVE_INFINITY;
  const traffic = Array.from({ length: clients }, async (_, client) => {
    const dialect = client % 2 === 0 ? 'anthropic' : 'gemini';
    const { path, body, streamPath, streamBody } = askedOf[dialect];
    const question = client < 2 ? { path, body } : { path: streamPath, body: streamBody };
    while (killedAt === Number.POSITIVE_INFINITY) {
      const answer = await askJson(`${gateway.url}${question.path}`, question.body).catch(() => undefined);
      if (answer === undefined) break;
      finished.push({ id: answer.headers['x-request-id'] ?? '', at: performance.now() });
      // A refused request is a row too.
      const refused = await ask(`${gateway.url}${path}`, { body: 'hello' }).catch(() => undefined);
      if (refused) finished.push({ id: refused.headers['x-request-id'] ?? '', at: performance.now() });
    }
  });
  try {
    await waitFor('the first answer', () => finished.length > 0, 30_000);
    await world.sleep(trafficMs, new AbortController().signal);
  } finally {
    killedAt = performance.now();
    gateway.child.kill('SIGKILL');
  }
  expect(await gateway.ended).toBe('SIGKILL');
  await Promise.all(traffic);
  return { finished, killedAt };
}

/** Opens both databases as they were left and gives the ids of all requests. */
function inspect(home: Home): ReadonlySet<string> {
  const open = (file: string): DatabaseSync => new DatabaseSync(join(home.dataDirectory, file));
  const [journal, state] = [open('requests.db'), open('state.db')];
  try {
    for (const database of [journal, state]) {
      expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
      expect(database.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
    }
    const short =
      'SELECT id FROM requests WHERE attempts > (SELECT count(*) FROM attempts WHERE attempts.seq = requests.seq)';
    expect(journal.prepare(short).all()).toEqual([]);
    const rows = journal.prepare('SELECT id FROM requests').all();
    return new Set(rows.map((row) => String(row.id)));
  } finally {
    journal.close();
    state.close();
  }
}
