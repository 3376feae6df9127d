/** What is wrong with a key that clients use, and how an account's credential is stated. Never repeats either. */

/** Why a client key can never work; undefined for one that can. */
export function unusableKey(key: string): string | undefined {
  if (key === '') return 'is empty';
  if (/^(env|file|keychain):/.test(key)) return 'is a reference, but client keys stand here as they are';
  if (!/^[!-~]+$/.test(key))
    return 'has characters that cannot be sent in a header (spaces, line breaks, letters beyond ASCII)';
  return undefined;
}

/** Why a client key is too easily guessed to guard an open port; undefined for a good one. */
export function keyFault(key: string): string | undefined {
  const unusable = unusableKey(key);
  if (unusable !== undefined) return unusable;
  if (key.length < KEY_LENGTH_MIN) return `is shorter than ${KEY_LENGTH_MIN} characters`;
  if (key.length > KEY_LENGTH_MAX) return `is longer than ${KEY_LENGTH_MAX} characters`;
  if (/^[<{[(].*[>}\])]$|^\$\w|\$\{|^%\w+%$/.test(key)) return 'is a placeholder';
  const rest = withoutFillers(key);
  if (rest.length < REST_LENGTH_MIN || new Set(rest).size < DISTINCT_MIN) return 'is a placeholder or can be guessed';
  if (SEQUENCES.some((sequence) => sequence.includes(rest))) return 'is a sequence that can be guessed';
  return undefined;
}

/** How a credential is stated. `name` is what follows the colon. */
export type CredentialForm =
  | { readonly form: 'env' | 'file' | 'keychain'; readonly name: string }
  | { readonly form: 'literal' };

export function credentialForm(credential: string): CredentialForm {
  const reference = /^(env|file|keychain):([\s\S]*)$/.exec(credential);
  if (reference === null) return { form: 'literal' };
  return { form: reference[1] as 'env' | 'file' | 'keychain', name: reference[2] ?? '' };
}

/** Why a credential cannot be right; undefined when it may be. */
export function credentialFault(credential: string): string | undefined {
  const stated = credentialForm(credential);
  if (stated.form === 'env') {
    return /^[A-Za-z_][A-Za-z0-9_]*$/.test(stated.name) ? undefined : 'env: must be followed by the name of a variable';
  }
  if (stated.form !== 'literal') {
    return stated.name.trim() === ''
      ? `${stated.form}: must be followed by a ${stated.form === 'file' ? 'path' : 'name'}`
      : undefined;
  }
  if (credential.trim() === '') return 'is empty: expected env:NAME, file:PATH or keychain:NAME';
  if (isJsonObject(credential)) return undefined;
  return /^[!-~]+$/.test(credential)
    ? undefined
    : 'has characters that cannot be sent in a header (spaces, line breaks)';
}

/** A Google credential is a JSON document and spans lines. */
export function isJsonObject(credential: string): boolean {
  return /^\s*\{[\s\S]*\}\s*$/.test(credential);
}

/** What is left of a key without the words that sample keys are made of. Random keys lose next to nothing. */
function withoutFillers(key: string): string {
  let rest = key.toLowerCase().replace(/[^a-z0-9]/g, '');
  for (const filler of FILLERS) rest = rest.replaceAll(filler, '');
  return rest;
}

const KEY_LENGTH_MIN = 16;
const KEY_LENGTH_MAX = 1_024;
const REST_LENGTH_MIN = 8;
const DISTINCT_MIN = 5;

/** Longest first, so that no short one tears a long one apart. */
const FILLERS = [
  'antigravitytools',
  'authorization',
  'antigravity',
  'replacethis',
  'placeholder',
  'replaceme',
  'anthropic',
  'changeme',
  'changeit',
  'password',
  'insert',
  'apikey',
  'bearer',
  'default',
  'example',
  'gateway',
  'replace',
  'changes',
  'openai',
  'sample',
  'secret',
  'gemini',
  'change',
  'claude',
  'sktest',
  'dummy',
  'token',
  'admin',
  'local',
  'letme',
  'your',
  'here',
  'test',
  'fake',
  'todo',
  'this',
  'mykey',
  'xxxx',
  'none',
  'null',
  'key',
  'sk',
  'my',
  'me',
].toSorted((left, right) => right.length - left.length);

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789'.repeat(8);
const SEQUENCES = [
  DIGITS,
  [...DIGITS].toReversed().join(''),
  '1234567890abcdef'.repeat(8),
  '0123456789abcdef'.repeat(8),
  ALPHABET.repeat(4),
  ALPHABET + DIGITS,
  'qwertyuiopasdfghjklzxcvbnm'.repeat(2),
];
