/**
 * Which accounts a model name belongs to, by the patterns of the accounts alone. Never looks at how an account is doing: that is the
 * pool's business.
 */

import type { AccountConfig } from '../model/config.ts';
import { matches } from './names.ts';

/** Finds the accounts that claim a name. */
export type Claimants = (model: string, accounts: readonly AccountConfig[]) => readonly AccountConfig[];

/**
 * The enabled accounts that claim this name, in the order of the configuration. An openai account without patterns claims every name
 * that no account claims by a pattern. A disabled account claims nothing, so it also keeps no name from such an account.
 */
export function claimants(model: string, accounts: readonly AccountConfig[]): readonly AccountConfig[] {
  const enabled = accounts.filter((account) => account.enabled);
  const byPattern = enabled.filter((account) => account.models.some((pattern) => matches(pattern, model)));
  if (byPattern.length > 0) return byPattern;
  return enabled.filter((account) => account.provider === 'openai' && account.models.length === 0);
}
