/**
 * One turn of a client without a tool, with its time: through a gateway whose first account is sick, or straight to an upstream that has one
 * fault. The text of the answer is known before anybody is asked, so that nothing that happens on the way can change what is expected.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabCallRecord } from '../../src/lab/record.ts';
import { composeAnswer } from '../../src/lab/words.ts';
import { type Row, world } from '../scenarios/gateway.ts';
import type { Client, Turn } from './client.ts';
import type { Comparison, Fault } from './comparison.ts';
import { openAlone, openHouse } from './house.ts';
import { journalOf } from './visit.ts';

const answerWords = 220;
/** Long enough that a stream of it that is cut after forty frames breaks in the middle of its text. */
export const answer = composeAnswer('the harbour', 'plain turn', answerWords);
const prompt = `Tell me about the harbour, please. [[lab:answer=${answer}]]`;

export interface PlainTurn {
  readonly turn: Turn;
  readonly ms: number;
  /** What reached the upstream for generation, in order. */
  readonly calls: readonly LabCallRecord[];
}

export interface HealedTurn extends PlainTurn {
  /** The gateway's journal, oldest first. */
  readonly rows: readonly Row[];
}

export async function throughGateway(
  client: Client,
  folder: string,
  { upstream }: Pick<Comparison, 'upstream'>,
  { weather }: Pick<Fault, 'weather'>,
): Promise<HealedTurn> {
  const house = await openHouse({ upstream, weather, ownWaits: true });
  try {
    const timed = await timedTurn(client, folder, house.url);
    return { ...timed, calls: house.generations(), rows: await journalOf(house) };
  } finally {
    await house.close();
  }
}

export async function withoutGateway(
  client: Client,
  folder: string,
  { weather }: Pick<Fault, 'weather'>,
): Promise<PlainTurn> {
  const alone = await openAlone(weather);
  try {
    return { ...(await timedTurn(client, folder, alone.url)), calls: alone.generations() };
  } finally {
    await alone.close();
  }
}

/** Whether the person has the whole answer, and nothing else. */
export function isWhole({ turn }: PlainTurn): boolean {
  return turn.exit === 0 && turn.text.trim() === answer;
}

async function timedTurn(client: Client, folder: string, url: string): Promise<Pick<PlainTurn, 'turn' | 'ms'>> {
  const home = mkdtempSync(join(tmpdir(), 'agt-client-'));
  try {
    const from = world.elapsed();
    const turn = await client.turn({ folder, url, model: client.model, prompt, home, ownRetries: true });
    return { turn, ms: world.elapsed() - from };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
