/**
 * `demo`: the main job with nothing configured. It starts the lab and a gateway in front of it, lets one account after the other go wrong,
 * asks as a client would, and shows each answer and what it took. Everything it starts and writes is gone when it ends.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../config/load.ts';
import { settle } from '../config/overrides.ts';
import { expectedAnswer } from '../lab/answer.ts';
import { planAnswer } from '../lab/plan.ts';
import { type Lab, startLab } from '../lab/server.ts';
import { CLEAR, parseWeather, type Weather } from '../lab/weather.ts';
import { type Gateway, startGateway } from '../main.ts';
import type { Fact } from '../model/journal.ts';
import type { World } from '../model/ports.ts';
import { createWorld } from '../world.ts';
import { ask, type Heard } from './demo-client.ts';
import { requestOf, SCENES, type Scene } from './demo-scenes.ts';
import { healedBy, paint, type Row, table, wrap } from './demo-show.ts';
import type { CommandIo } from './io.ts';
import { minutes } from './open.ts';

const people = ['ada', 'grace', 'edsger'] as const;

/** Resolves with 0 when every answer was whole, else 1. */
export async function demo(options: { readonly once?: boolean }, io: CommandIo): Promise<number> {
  const world = createWorld();
  const directory = await mkdtemp(join(tmpdir(), 'antigravity-tools-demo-'));
  const stage = createStage();
  const facts: Fact[] = [];
  let lab: Lab | undefined;
  let gateway: Gateway | undefined;
  try {
    lab = await startLab({ world, planner: stage.planner });
    gateway = await openGateway(lab.url, directory, world, (fact) => facts.push(fact));
    io.out(paint('bold', 'antigravity-tools: what happens when an upstream goes wrong'));
    io.out(
      `Gateway ${gateway.url}, in front of a simulated upstream with six accounts. The account asked first goes wrong.\n`,
    );
    const rows: Row[] = [];
    for (const [index, scene] of SCENES.entries())
      rows.push(await play(scene, index, { gateway, lab, stage, facts, world, io }));
    for (const line of table(rows)) io.out(line);
    const whole = rows.filter((row) => row.whole).length;
    io.out(`\n${whole} of ${rows.length} answers arrived whole. No client saw anything but its answer.`);
    if (!options.once && !io.signal.aborted) {
      for (const line of invitation(gateway)) io.out(line);
      await new Promise<void>((resolve) => io.signal.addEventListener('abort', () => resolve(), { once: true }));
    }
    return whole === rows.length ? 0 : 1;
  } finally {
    await gateway?.close();
    await lab?.close();
    await rm(directory, { recursive: true, force: true });
  }
}

interface Company {
  readonly gateway: Gateway;
  readonly lab: Lab;
  readonly stage: Stage;
  readonly facts: Fact[];
  readonly world: World;
  readonly io: CommandIo;
}

async function play(scene: Scene, index: number, { gateway, lab, stage, facts, world, io }: Company): Promise<Row> {
  const dialect = scene.dialect === 'anthropic' ? 'Claude' : 'Gemini';
  const title = `${dialect}, ${scene.stream ? 'streamed' : 'not streamed'}: the upstream ${scene.wrong}`;
  io.out(`${paint('bold', String(index + 1).padStart(2))}  ${paint('bold', title)}`);
  io.out(paint('dim', `    “${scene.ask}”`));
  stage.set(scene.weather);
  facts.length = 0;
  const request = requestOf(scene);
  const callsBefore = lab.calls.length;
  const show = wrap((line) => io.out(paint('cyan', `    ${line}`)));
  const heard = await ask(gateway.url, request, () => world.elapsed(), show.words);
  show.end();
  // Who is asked to go on says only the rest: the whole is the answer to what was asked for last without a beginning.
  const fresh = facts.filter((fact) => fact.fact === 'attempt-started' && fact.resume === undefined).length;
  const answered = lab.calls[callsBefore + fresh - 1];
  const expected = answered && expectedAnswer({ path: answered.path, body: answered.body });
  const whole = heard.whole && heard.text === expected?.text;
  const done = healedBy(facts);
  io.out(verdict(heard, whole, done));
  io.out('');
  return { number: index + 1, dialect, stream: scene.stream, wrong: scene.wrong, done, tookMs: heard.tookMs, whole };
}

function verdict(heard: Heard, whole: boolean, done: string): string {
  const took = `${Math.round(heard.tookMs)} ms`;
  if (whole) return paint('green', `    whole, from ${heard.account}, ${took}: ${done}`);
  return paint(
    'red',
    `    not whole (status ${heard.status}${heard.error ? `: ${heard.error}` : ''}), ${took}: ${done}`,
  );
}

interface Stage {
  set(weather: string): void;
  readonly planner: typeof planAnswer;
}

/** Whichever account is asked first in a scene is the sick one, for the whole scene. */
function createStage(): Stage {
  let weather: Weather = CLEAR;
  let sick: string | undefined;
  return {
    set(text) {
      const read = parseWeather(text);
      if ('problem' in read) throw new Error(read.problem);
      weather = read.weather;
      sick = undefined;
    },
    planner(call, _scripted, chance) {
      if (call.method !== 'POST') return planAnswer(call, CLEAR, chance);
      sick ??= call.account;
      return planAnswer(call, call.account === sick ? weather : CLEAR, chance);
    },
  };
}

async function openGateway(
  labUrl: string,
  directory: string,
  world: World,
  note: (fact: Fact) => void,
): Promise<Gateway> {
  const accounts = (['anthropic', 'gemini'] as const).flatMap((provider) =>
    people.map((name) => ({
      email: `${name}@${provider}.example`,
      provider,
      credential: `demo-credential-of-${name}-at-${provider}`,
      base_url: labUrl,
      allow_private: true,
    })),
  );
  // Short clocks, so that silence and overload do not bore the audience; everything else is as by default.
  const overload = { kind: 'exponential', base: '400ms', max: '2s' };
  const healing = {
    first_byte: '1200ms',
    first_content: '2s',
    idle: '1200ms',
    backoff: { '503': overload, '529': overload },
  };
  const parsed = parseConfig(JSON.stringify({ accounts, healing }), 'demo.json');
  if ('errors' in parsed) throw new Error(parsed.errors.map((issue) => issue.message).join('; '));
  const settled = settle(parsed.config, { port: 0, dataDir: directory }, {});
  if ('errors' in settled) throw new Error(settled.errors.map((fault) => fault.message).join('; '));
  return startGateway({ settled, env: {}, world, notice: () => undefined, readers: [{ note }] });
}

function invitation(gateway: Gateway): string[] {
  const link = gateway.signIn();
  return [
    '',
    `It stays up: ${paint('bold', gateway.url)}  (Ctrl-C ends it)`,
    `  a client:    ANTHROPIC_BASE_URL=${gateway.url}  or  GOOGLE_GEMINI_BASE_URL=${gateway.url}, any key`,
    `  the Monitor: ${link.url} (once, within ${minutes(link.expires_in_s)})`,
    `  the journal: curl -H "Authorization: Bearer $(cat ${gateway.dataDirectory}/admin.key)" ${gateway.url}/api/requests`,
    `  the log:     ${gateway.dataDirectory}/logs`,
  ];
}
