/** What one call gets by the script: a recorded answer where a rule has one, else the planner's answer under the script's weather. Pure. */

import type { LabPlanner } from './plan.ts';
import type { RecordedWeather } from './record.ts';
import { planReply } from './reply.ts';
import { type LabScript, replyFor, resumeFor, weatherFor } from './script.ts';
import { createChance } from './seed.ts';
import type { LabCall, LabStep } from './step.ts';

export interface PlannedCall {
  readonly weather: RecordedWeather;
  readonly steps: readonly LabStep[];
}

export function planCall(script: LabScript, call: LabCall, planner: LabPlanner): PlannedCall {
  const chance = createChance(`${script.seed} ${call.account} ${call.n}`);
  const reply = replyFor(script, call);
  if (reply !== undefined) return { weather: 'reply', steps: planReply(reply, script.paced === true) };
  const weather = weatherFor(script, call, chance);
  return { weather: weather.name, steps: planner({ ...call, resume: resumeFor(script, call) }, weather, chance) };
}
