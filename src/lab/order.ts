/** Which calls count as the same question asked again: those for one model in one dialect and framing, whichever account asks. */

import { readBody, readRoute } from './route.ts';
import type { LabScript } from './script.ts';
import type { LabCall, LabRequest, LabRoute } from './step.ts';

/** Different questions that are told apart; above it all counts begin anew. */
const QUESTIONS_MAX = 10_000;

/** Undefined for what is no generation. */
export function questionOf(route: LabRoute): string | undefined {
  return route.operation === 'generate' ? `${route.dialect} ${route.model} ${route.framing !== 'json'}` : undefined;
}

/** The call with its place among those that ask the same, for a script that asks after it: reading the body costs time. */
export function withOrder(script: LabScript, call: LabCall, count: (call: LabCall) => number | undefined): LabCall {
  if (!script.requests.some((rule) => rule.match.order !== undefined)) return call;
  const order = count(call);
  return order === undefined ? call : { ...call, order };
}

/** How many calls with the same question came before; undefined for what is no generation. */
export function createOrderCounter(): (call: LabRequest) => number | undefined {
  const counts = new Map<string, number>();
  return (call) => {
    const question = questionOf(readRoute(call, readBody(call.body)));
    if (question === undefined) return undefined;
    if (counts.size > QUESTIONS_MAX) counts.clear();
    const order = counts.get(question) ?? 0;
    counts.set(question, order + 1);
    return order;
  };
}
