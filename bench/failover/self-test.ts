/**
 * Whether the benchmark itself can be trusted, without any gateway: a client that asks the healthy route of a cell must pass, one that asks the sick
 * route must fail (but where the table says that the fault is harmless), and each check must see the fault it is there for.
 */

import type { World } from '../../src/model/ports.ts';
import { type CellResult, type OpenFront, runCell } from './cell.ts';
import { continuations, type Verdict } from './continuations.ts';
import { controls } from './controls.ts';
import type { Dialect } from './dialects/dialect.ts';
import { type JoinerOrder, startJoiner } from './joiner.ts';
import { inLanes } from './lanes.ts';
import type { Scenario } from './scenarios.ts';
import { lines, show } from './table.ts';

export interface Choice {
  readonly scenario: Scenario;
  readonly dialect: Dialect;
}

/** Nearly all of it is waiting. */
const lanes = 64;

export async function selfTest(
  choices: readonly Choice[],
  dialects: readonly Dialect[],
  world: World,
): Promise<boolean> {
  const wrong: string[] = [];
  const rows = await inLanes(choices, lanes, async (choice) => {
    const asked = (route: 'primary' | 'fallback', scenario: Scenario): Promise<CellResult> =>
      runCell({ ...choice, scenario, front: directly[route], world });
    // A client without a gateway asks one route only, so what is said of both routes does not hold for it.
    const [sick, healthy] = await Promise.all([
      asked('primary', { ...choice.scenario, also: [] }),
      asked('fallback', { ...choice.scenario, also: [], expects: 'answer' }),
    ]);
    const { harmless } = choice.scenario;
    const isHarmless = harmless?.dialects.includes(choice.dialect.name) ?? false;
    if (sick.passed !== isHarmless) wrong.push(`the sick route: ${show(sick)}`);
    if (!healthy.passed) wrong.push(`the healthy route: ${show(healthy)}`);
    return rowOf(choice, { sick, healthy, isHarmless });
  });
  console.log(lines([['scenario', 'dialect', 'healthy route', 'sick route', 'what the client saw of it'], ...rows]));
  const verdicts = [await continuations(dialects, world), await joined(choices, world), controls(dialects)];
  for (const { name, fault } of verdicts.flat()) {
    console.log(`${fault === undefined ? 'ok  ' : 'BAD '} ${name}${fault === undefined ? '' : `: ${fault}`}`);
    if (fault !== undefined) wrong.push(`${name}: ${fault}`);
  }
  for (const each of wrong) console.error(each);
  console.log(
    wrong.length === 0 ? '\nthe benchmark can be trusted' : `\n${wrong.length} things are not as they must be`,
  );
  return wrong.length === 0;
}

const directly: Readonly<Record<'primary' | 'fallback', OpenFront>> = {
  primary: async (_dialect, primary) => primary,
  fallback: async (_dialect, _primary, fallback) => fallback,
};

/** Scenarios in which the answer breaks after it has begun. */
const isBroken = ({ scenario }: Choice): boolean => [8, 9, 10, 14].includes(scenario.number);

/** A broken stream that is joined well must pass its cell; one that is joined badly must not. */
function joined(choices: readonly Choice[], world: World): Promise<readonly Verdict[]> {
  const hands = [undefined, 'starts-over', 'loses-a-token'] as const;
  const all = choices.filter(isBroken).flatMap((choice) => hands.map((flaw) => ({ choice, flaw })));
  return inLanes(all, lanes, async ({ choice, flaw }) => {
    const hand: Pick<JoinerOrder, 'flaw'> = flaw === undefined ? {} : { flaw };
    const front: OpenFront = async (dialect, primary, fallback) => {
      return { ...(await startJoiner({ dialect, world, primary, fallback, ...hand })), model: 'bench-model' };
    };
    const result = await runCell({ ...choice, front, world });
    const isRight = result.passed === (flaw === undefined);
    const name = `${choice.scenario.number} ${choice.dialect.title}, joined ${flaw === undefined ? 'well, passes' : `so that it ${flaw}, fails`}`;
    return { name, fault: isRight ? undefined : show(result) };
  });
}

interface Seen {
  readonly sick: CellResult;
  readonly healthy: CellResult;
  readonly isHarmless: boolean;
}

function rowOf({ scenario, dialect }: Choice, { sick, healthy, isHarmless }: Seen): readonly string[] {
  const fault = sick.checks.flatMap((check) => check.faults)[0];
  const told = isHarmless ? `harmless: ${scenario.harmless?.why ?? ''}` : (fault ?? 'nothing wrong');
  return [
    `${scenario.number} ${scenario.title}`,
    dialect.title,
    healthy.passed ? 'passes' : 'FAILS',
    sick.passed ? (isHarmless ? 'passes, as said' : 'PASSES') : isHarmless ? 'FAILS' : 'fails, as it must',
    told.slice(0, 100),
  ];
}
