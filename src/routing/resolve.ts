/**
 * From the name that a caller asked for to the upstream models to try, in order. Resolved once per request. Never changes a name beyond
 * what a route says, but for the bracketed suffix that some clients add for themselves: other prefixes and suffixes are the provider's business.
 */

import type { RouteConfig } from '../model/config.ts';
import { matches } from './names.ts';

/** In `to`, alone: the name that was asked for. */
const ASKED_NAME = '*';

/** The first route that matches wins; a name that no route matches stands for itself. Never empty, no name twice. */
export function resolve(model: string, routes: readonly RouteConfig[]): readonly string[] {
  const asked = routes.some((candidate) => matches(candidate.match, model)) ? model : withoutClientSuffix(model);
  const route = routes.find((candidate) => matches(candidate.match, asked));
  if (route === undefined || route.to.length === 0) return [withoutClientSuffix(asked)];
  return [...new Set(route.to.map((target) => (target === ASKED_NAME ? withoutClientSuffix(asked) : target)))];
}

/** `claude-opus-4-8[1m]` is how a client notes a wish to itself; no upstream knows such a name. */
function withoutClientSuffix(model: string): string {
  return model.replace(/(?<=.)\[[\w.-]{1,16}\]$/, '');
}
