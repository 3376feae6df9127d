/** The names for a list of models. Never a pattern, and never a name that no enabled account would claim. */

import type { AccountConfig, RouteConfig } from '../model/config.ts';
import { claimants } from './claims.ts';
import { isLiteral } from './names.ts';
import { resolve } from './resolve.ts';

/** The literal names that can be asked for, each once: those that routes match, those they lead to, those that accounts name. */
export function listedNames(routes: readonly RouteConfig[], accounts: readonly AccountConfig[]): string[] {
  const named = [
    ...routes.map((route) => route.match),
    ...routes.flatMap((route) => route.to),
    ...accounts.flatMap((account) => account.models),
  ];
  const literal = new Set(named.filter((name) => name !== '' && isLiteral(name)));
  return [...literal].filter((name) => resolve(name, routes).some((model) => claimants(model, accounts).length > 0));
}
