/** One turn of a real client through a gateway of its own, with a tool call, and everything that is to be known of it afterwards. */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectedAnswer } from '../../src/lab/answer.ts';
import type { LabCallRecord } from '../../src/lab/record.ts';
import { type Row, waitFor } from '../scenarios/gateway.ts';
import type { Client, Turn } from './client.ts';
import { type ClientHouse, openHouse } from './house.ts';
import { carriesSignature } from './signed.ts';
import type { ClientRow } from './table.ts';

/** Stands in a file of the client's home and in no prompt: who knows it has run the tool. */
export const note = 'The kingfisher nests at pier 4711.';
const journalMsMax = 5_000;
const command = 'echo ran >> ran.txt && cat note.txt';

export interface Visit {
  readonly turn: Turn;
  /** What the lab said last. */
  readonly expected: string | undefined;
  /** How often the tool ran. */
  readonly runs: number;
  /** Whether the tool's result reached the upstream. */
  readonly toldResult: boolean;
  /** Whether a signature of the lab stands in the last request; undefined where the lab gave none. */
  readonly signed: boolean | undefined;
  readonly calls: readonly LabCallRecord[];
  /** Oldest first. */
  readonly rows: readonly Row[];
}

export async function visit(client: Client, folder: string, row: ClientRow): Promise<Visit> {
  const house = await openHouse(row);
  const home = mkdtempSync(join(tmpdir(), 'agt-client-'));
  try {
    writeFileSync(join(home, 'note.txt'), note);
    const { name, args } = client.call(command);
    const prompt = `Read the note, please. [[lab:call=${name} ${JSON.stringify(args)}]]`;
    const turn = await client.turn({ folder, url: house.url, model: row.model ?? client.model, prompt, home });
    const calls = house.generations();
    const last = calls.at(-1);
    const runs = existsSync(join(home, 'ran.txt'))
      ? readFileSync(join(home, 'ran.txt'), 'utf8').split('\n').length - 1
      : 0;
    return {
      turn,
      expected: last && expectedAnswer({ path: last.path, body: last.body })?.text,
      runs,
      toldResult: last !== undefined && Buffer.from(last.body).includes(note),
      signed: wasSigned(calls) ? carriesSignature(last) : undefined,
      calls,
      rows: await journalOf(house),
    };
  } finally {
    await house.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/** The journal is written behind the answers: looks until it accounts for every call of the lab, and for a while at most. */
export async function journalOf({ gateway, generations }: ClientHouse): Promise<readonly Row[]> {
  const settled = async (): Promise<readonly Row[] | undefined> => {
    const rows = await gateway.rows();
    const attempts = rows.reduce((sum, row) => sum + row.attempts, 0);
    return attempts >= generations().length ? rows.reverse() : undefined;
  };
  return waitFor('the journal', settled, journalMsMax).catch(async () => (await gateway.rows()).reverse());
}

function wasSigned(calls: readonly LabCallRecord[]): boolean {
  const answers = calls.map(({ path, body, status }) => (status === 200 ? expectedAnswer({ path, body }) : undefined));
  return answers.some((answer) => answer?.stop === 'tool' && answer.thinking !== undefined);
}
