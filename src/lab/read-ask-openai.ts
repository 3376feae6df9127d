/**
 * Reads requests of OpenAI's two dialects into the shape of all asks. What follows the results of tools belongs to their turn, as it does in the
 * dialects where both stand in one message; thoughts that come back are no part of a turn.
 */

import { ANY_TOOL, type Ask, type AskTool, type AskTurn, object, objects, promptTokens, textOf } from './ask.ts';
import { isObject } from './route.ts';
import type { Json, LabRoute } from './step.ts';
import { openaiTraits } from './traits.ts';

export function readChat(route: LabRoute, body: Json): Ask {
  const turns: OpenTurn[] = [];
  for (const message of objects(body.messages)) {
    const texts = textsOf(message.content);
    const calls = objects(message.tool_calls).length;
    if (message.role === 'assistant') add(turns, { who: 'model', texts, calls, results: 0 });
    else if (message.role === 'tool') add(turns, { who: 'user', texts: [], calls: 0, results: 1 });
    else if (message.role === 'user') add(turns, { who: 'user', texts, calls: 0, results: 0 });
  }
  const tools = objects(body.tools).flatMap((tool) => (isObject(tool.function) ? [tool.function] : []));
  const { showsThinking } = openaiTraits(route.model);
  return {
    ...shared(route, body, turns, tools, body.reasoning_effort),
    showsThinking,
    ...limit(body.max_completion_tokens ?? body.max_tokens),
    promptTokens: promptTokens([body.messages, body.tools]),
  };
}

export function readResponses(route: LabRoute, body: Json): Ask {
  const turns: OpenTurn[] = [];
  const input = typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : objects(body.input);
  for (const item of input) addItem(turns, item);
  const reasoning = object(body.reasoning);
  return {
    ...shared(route, body, turns, objects(body.tools), reasoning.effort),
    showsThinking: typeof (reasoning.summary ?? reasoning.generate_summary) === 'string',
    ...limit(body.max_output_tokens),
    promptTokens: promptTokens([body.instructions, body.input, body.tools]),
  };
}

type OpenTurn = { -readonly [Key in keyof AskTurn]: AskTurn[Key] };

function addItem(turns: OpenTurn[], item: Json): void {
  const type = textOf(item.type);
  if (type.endsWith('_call_output')) add(turns, { who: 'user', texts: [], calls: 0, results: 1 });
  else if (type.endsWith('_call')) add(turns, { who: 'model', texts: [], calls: 1, results: 0 });
  else if (item.role === 'assistant') add(turns, { who: 'model', texts: textsOf(item.content), calls: 0, results: 0 });
  else if (item.role === 'user') add(turns, { who: 'user', texts: textsOf(item.content), calls: 0, results: 0 });
}

/** Neighbours become one turn where the other dialects have one message: an answer and its calls, results and what is said with them. */
function add(turns: OpenTurn[], turn: OpenTurn): void {
  const last = turns.at(-1);
  if (last?.who !== turn.who || (turn.who === 'user' && last.results === 0)) {
    turns.push(turn);
    return;
  }
  last.texts = [...last.texts, ...turn.texts];
  last.calls += turn.calls;
  last.results += turn.results;
}

function shared(
  route: LabRoute,
  body: Json,
  turns: readonly AskTurn[],
  functions: readonly Json[],
  effort: unknown,
): Pick<Ask, 'route' | 'turns' | 'tools' | 'forcedTool' | 'toolsForbidden' | 'thinks'> {
  const tools = functions.flatMap((tool): AskTool[] =>
    tool.type !== undefined && tool.type !== 'function'
      ? []
      : [{ name: textOf(tool.name), schema: object(tool.parameters) }],
  );
  const choice = body.tool_choice;
  const named = textOf(object(choice).name ?? object(object(choice).function).name);
  const forcedTool = choice === 'required' ? ANY_TOOL : named;
  return {
    route,
    turns,
    tools,
    ...(forcedTool === '' ? {} : { forcedTool }),
    toolsForbidden: choice === 'none',
    thinks: typeof effort === 'string' ? effort !== 'none' : openaiTraits(route.model).thinks,
  };
}

function limit(value: unknown): Pick<Ask, 'outputTokensMax'> {
  return typeof value === 'number' ? { outputTokensMax: value } : {};
}

/** Plain text, or the text of all parts; a refusal that comes back is what the model said, too. */
function textsOf(content: unknown): string[] {
  if (typeof content === 'string') return [content];
  return objects(content).flatMap((part) => {
    const text = part.text ?? part.refusal;
    return typeof text === 'string' ? [text] : [];
  });
}
