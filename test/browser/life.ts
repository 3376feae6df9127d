/** An afternoon in the house: ordinary requests, and one of each kind of trouble. */

import type { House } from './house.ts';

export interface Afternoon {
  /** Ids of requests that ended so. */
  readonly healed: string;
  readonly resumed: string;
  readonly failed: string;
}

export async function liveAnAfternoon(house: House): Promise<Afternoon> {
  for (let count = 0; count < 8; count += 1) {
    await house.ask({
      text: `Explain the ${count + 1}th part of the parser`,
      model: count % 3 ? 'claude-sonnet-4-5' : 'claude-opus-4-5',
    });
  }
  const gemini = '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse';
  const contents = [{ role: 'user', parts: [{ text: 'Sum up the change log' }] }];
  house.nextMeets('no-content');
  for (let count = 0; count < 4; count += 1) await house.ask({ path: gemini, body: { contents } });
  house.nextMeets('empty-body');
  const healed = await house.ask({ text: 'Write a test for the lexer' });
  house.nextMeets('cut-after:frames=9');
  const resumed = await house.ask({ text: 'Tell the story of the build that never ended' });
  house.nextMeets('signature-refusal');
  await house.ask({ text: 'Go on from there' });
  house.weather({ default: '401' });
  const failed = await house.ask({ text: 'Rename this variable everywhere', model: 'claude-opus-4-5' });
  house.nextMeets('429');
  await house.ask({ text: 'What does this error mean?' });
  house.weather({});
  for (let count = 0; count < 3; count += 1) await house.ask({ text: `Go on with step ${count}` });
  return { healed, resumed, failed };
}
