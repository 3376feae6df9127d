/** The healthy route as a model that goes on: for each dialect, what it says to a request that shows the beginning of the answer. */

import type { World } from '../../src/model/ports.ts';
import { tokens, wholeText } from './answer.ts';
import { askOnce } from './client.ts';
import type { Dialect } from './dialects/dialect.ts';
import { openRoute } from './route.ts';
import type { Script } from './script.ts';

export interface Verdict {
  readonly name: string;
  /** Undefined = as it must be. */
  readonly fault: string | undefined;
}

const shown = tokens.slice(0, 40).join('');
const rest = tokens.slice(40).join('');

export type TurnList = readonly (readonly ['user' | 'assistant', string])[];

interface Case {
  readonly name: string;
  readonly turns: TurnList;
  readonly script: Script;
  /** The text that must come, or the status of a refusal. */
  readonly wanted: string | number;
}

const healthy: Script = () => ({ do: 'answer' });
const withoutPrefill: Script = ({ form }) =>
  form === 'prefill' ? { do: 'refuse', kind: 'no-prefill' } : { do: 'answer' };
const sick: Script = () => ({ do: 'answer', cutAfterTokens: 40 });
const ask = ['user', 'Say the sixty tokens.'] as const;
const beginning = ['assistant', shown] as const;
const goOn = ['user', 'Please continue exactly where you stopped.'] as const;

const cases: readonly Case[] = [
  { name: 'a shown beginning is gone on from', turns: [ask, beginning], script: healthy, wanted: rest },
  { name: 'a user turn that asks to go on is obeyed', turns: [ask, beginning, goOn], script: healthy, wanted: rest },
  {
    name: 'a beginning that ends inside a token is gone on from there',
    turns: [ask, ['assistant', wholeText.slice(0, 30)]],
    script: healthy,
    wanted: wholeText.slice(30),
  },
  {
    name: 'a turn that is no beginning gets the whole answer',
    turns: [ask, ['assistant', 'Something else.'], ['user', 'Go on.']],
    script: healthy,
    wanted: wholeText,
  },
  {
    name: 'another question after an answer is fresh',
    turns: [ask, beginning, ['user', 'And now?']],
    script: healthy,
    wanted: wholeText,
  },
  { name: 'prefill is refused where the script says so', turns: [ask, beginning], script: withoutPrefill, wanted: 400 },
  { name: 'and the user turn is not', turns: [ask, beginning, goOn], script: withoutPrefill, wanted: rest },
  { name: 'a route that cuts after 40 has nothing to add to 40', turns: [ask, beginning], script: sick, wanted: '' },
];

export async function continuations(dialects: readonly Dialect[], world: World): Promise<readonly Verdict[]> {
  const all = dialects.flatMap((dialect) => cases.map((each) => ({ dialect, each })));
  return Promise.all(
    all.map(async ({ dialect, each }) => {
      const order = { role: 'fallback', dialect, model: 'model', inputTokens: 1, script: each.script, world } as const;
      const route = await openRoute(order);
      try {
        const talking = { ...dialect, question: (model: string) => withTurns(dialect, model, each.turns) };
        const { status, reading } = await askOnce({
          port: route.port,
          dialect: talking,
          model: 'model',
          question: 1,
          text: '',
          world,
        });
        const said = status === 200 ? reading.text : status;
        const fault = said === each.wanted ? undefined : `${status} ${JSON.stringify(reading.text.slice(0, 40))}`;
        return { name: `${dialect.title}: ${each.name}`, fault };
      } finally {
        await route.close();
      }
    }),
  );
}

/** The dialect's own question with more turns than one. */
export function withTurns(dialect: Dialect, model: string, turns: TurnList): ReturnType<Dialect['question']> {
  const { headers, body } = dialect.question(model, '');
  const messages = turns.map(([role, content]) => ({ role, content }));
  if (dialect.name === 'gemini') {
    const contents = turns.map(([role, text]) => ({
      role: role === 'assistant' ? 'model' : 'user',
      parts: [{ text }],
    }));
    return { headers, body: { ...body, contents } };
  }
  return { headers, body: { ...body, [dialect.name === 'responses' ? 'input' : 'messages']: messages } };
}
