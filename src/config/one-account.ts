/** Reads one account that comes from a command, the page or the vault, by the schema and the checks of the configuration file. No message repeats a value. */

import type { AccountConfig } from '../model/config.ts';
import { checkValues } from './checks.ts';
import { dotted, type Finding } from './issue.ts';
import { explain } from './load.ts';
import { fileSchema, toConfig } from './schema.ts';
import { credentialForm } from './secrets.ts';

/** Nobody reads more at a time. */
const FAULTS_MAX = 10;
const FAULT_CHARS_MAX = 500;

export type OneAccount =
  | {
      readonly account: AccountConfig;
      /** What was stated, in the file's own names, without label and credential. */
      readonly settings: Readonly<Record<string, unknown>>;
      /** The credential is the secret itself, no reference. */
      readonly isSecret: boolean;
    }
  | { readonly faults: readonly string[] };

export function readOneAccount(input: unknown): OneAccount {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return { faults: ['expected a map'] };
  const parsed = fileSchema.safeParse({ accounts: [input] });
  const found = parsed.success ? checkValues(parsed.data).errors : parsed.error.issues.flatMap(explain);
  const values = parsed.data?.accounts[0];
  const account = parsed.success ? toConfig(parsed.data).accounts[0] : undefined;
  if (found.length > 0 || values === undefined || account === undefined) {
    return { faults: found.slice(0, FAULTS_MAX).map(sentenceOf) };
  }
  // The vault's own names are not for stating: they would lead to another account's secret.
  if (/^vault:/.test(values.credential))
    return { faults: ['credential: expected env:NAME, file:PATH or keychain:NAME'] };
  const stated = Object.keys(input).filter((key) => key !== 'email' && key !== 'credential');
  const settings = Object.fromEntries(
    Object.entries(values).filter(([key, value]) => stated.includes(key) && value !== undefined),
  );
  return { account, settings, isSecret: credentialForm(values.credential).form === 'literal' };
}

/** Without the place in a list that nobody wrote, and without the word that was found in place of a choice: a secret may have slipped in there. */
function sentenceOf({ path, message, suggestion }: Finding): string {
  const key = dotted(path.slice(2));
  const said = message.replace(/, got "[\s\S]*$/, '');
  const hint = suggestion === undefined ? '' : ` (did you mean ${suggestion.replace(/^accounts\./, '')}?)`;
  return `${key === '' ? '' : `${key}: `}${said}${hint}`.slice(0, FAULT_CHARS_MAX);
}
