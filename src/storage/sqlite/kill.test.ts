/** A real process that writes the journal is killed without warning at random moments; what was old enough must be there, and whole. */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';

const KILLS = 8;
const DURABLE_AFTER_MS = 250;

const child = (directory: string) => `
import { writeSync } from 'node:fs';
import { openStorage } from ${JSON.stringify(new URL('./open.ts', import.meta.url).href)};
import { createRecordBuilder } from ${JSON.stringify(new URL('../../monitor/record.ts', import.meta.url).href)};
const world = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  alarm: (ms, ring) => { const t = setTimeout(ring, ms); return { cancel: () => clearTimeout(t) }; },
};
const recorder = (finished) => createRecordBuilder({
  finished, narrate: (f) => [{ level: 'info', msg: f.fact }], redact: String, bodies: () => ({ keep: 'full', bytesMax: 65536 }),
});
const storage = await openStorage({ directory: ${JSON.stringify(directory)}, world, recorder });
const body = new TextEncoder().encode('body '.repeat(2000));
let n = 0;
setInterval(() => {
  const id = process.pid + '-' + (n += 1);
  storage.journal.note({ fact: 'exchange-started', id, time: Date.now(), protocol: 'anthropic', method: 'POST', path: '/', model: 'm', stream: true, headers: {}, body });
  storage.journal.note({ fact: 'attempt-started', id, n: 1, ms: 0, account: 'a', provider: 'anthropic', mappedModel: 'm', restored: 0, degraded: 0, repaired: false });
  storage.journal.note({ fact: 'attempt-ended', id, n: 1, ms: 1, result: 'ok', usage: {} });
  storage.state.put('signatures', { key: id, value: '"v"', expires: Date.now() + 3600_000 });
  storage.journal.note({ fact: 'exchange-ended', id, ms: 1, outcome: 'ok', status: 200, flags: [], attempts: 1, account: 'a', mappedModel: 'm', usage: {}, responseHeaders: {}, responseBody: body, responseBytes: body.length });
  writeSync(1, id + ' ' + Date.now() + '\\n');
}, 5);
`;

/** Starts the writer, kills it `afterMs` after its first row, gives the rows it said it had noted, each with its age at the kill. */
async function killedAfter(script: string, afterMs: number): Promise<{ id: string; ageMs: number }[]> {
  const process_ = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  let killedAt = 0;
  process_.stdout.on('data', (chunk: Buffer) => {
    if (said === '') {
      setTimeout(() => {
        killedAt = Date.now();
        process_.kill('SIGKILL');
      }, afterMs);
    }
    said += chunk.toString();
  });
  await new Promise((resolve) => process_.once('close', resolve));
  const lines = said.split('\n').slice(0, -1);
  return lines.map((line) => {
    const [id = '', time = ''] = line.split(' ');
    return { id, ageMs: killedAt - Number(time) };
  });
}

it(`of a process killed at ${KILLS} random moments every row older than ${DURABLE_AFTER_MS} ms is kept, whole, with its state`, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'agt-kill-'));
  try {
    const script = join(directory, 'writer.mts');
    writeFileSync(script, child(directory));
    for (let kill = 0; kill < KILLS; kill += 1) {
      const noted = await killedAfter(script, 150 + Math.random() * 600);
      const journal = new DatabaseSync(join(directory, 'requests.db'));
      const state = new DatabaseSync(join(directory, 'state.db'));
      for (const database of [journal, state]) {
        expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
      }
      const column = (database: DatabaseSync, sql: string) =>
        new Set(
          database
            .prepare(sql)
            .all()
            .map((row) => String(Object.values(row)[0])),
        );
      const requests = column(journal, 'SELECT id FROM requests');
      const old = noted.filter((row) => row.ageMs > DURABLE_AFTER_MS).map((row) => row.id);
      expect(noted.length).toBeGreaterThan(0);
      expect(old.filter((id) => !requests.has(id))).toEqual([]);
      // No half of a request, no half of a batch.
      const seqs = column(journal, 'SELECT seq FROM requests');
      expect(column(journal, 'SELECT DISTINCT seq FROM attempts')).toEqual(seqs);
      expect(column(journal, 'SELECT seq FROM bodies')).toEqual(seqs);
      const counted = journal
        .prepare("SELECT sum(amount) AS n FROM tally WHERE kind = 'all' AND measure = 'requests'")
        .get();
      expect(counted).toEqual({ n: requests.size });
      const kept = noted.map((row) => requests.has(row.id));
      expect(kept.lastIndexOf(true) < kept.indexOf(false) || !kept.includes(false)).toBe(true);
      const signatures = column(state, 'SELECT key FROM entries');
      expect(old.filter((id) => !signatures.has(id))).toEqual([]);
      journal.close();
      state.close();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}, 60_000);
