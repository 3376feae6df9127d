/** Takes the secrets of a configuration out of what is shown of it: client keys, literal credentials, and passwords inside addresses. Only for a text that reads as a good configuration: what cannot be understood cannot be cleaned and must not be shown. */

import { isScalar, parseDocument, visit } from 'yaml';
import type { Config } from '../model/config.ts';
import { credentialForm } from './secrets.ts';

export const HIDDEN = '[hidden]';
/** A secret in a comment is found by its text from this length; a shorter one would hit ordinary words. */
const SECRET_CHARS_MIN = 6;

/** `text` is the source of `config`. */
export function hideSecrets(text: string, config: Config): string {
  const secrets = secretsOf(config);
  const holds = (value: unknown): boolean => secrets.some((secret) => String(value).includes(secret));
  const cuts: [number, number][] = [];
  visit(parseDocument(text, { logLevel: 'silent' }), {
    Scalar(_key, node) {
      if (isScalar(node) && node.range && node.value !== null && holds(node.value))
        cuts.push([node.range[0], node.range[1]]);
    },
  });
  let shown = text;
  for (const [start, end] of cuts.toSorted((left, right) => right[0] - left[0])) {
    const eol = shown[end - 1] === '\n' ? '\n' : '';
    shown = `${shown.slice(0, start)}"${HIDDEN}"${eol}${shown.slice(end)}`;
  }
  return hideIn(shown, config);
}

/** Takes the secrets out of a text that may only quote them, such as a comment. */
export function hideIn(text: string, config: Config): string {
  let shown = text;
  for (const secret of secretsOf(config)) {
    if (secret.length >= SECRET_CHARS_MIN) shown = shown.replaceAll(secret, HIDDEN);
  }
  return shown;
}

/** An address without user, password and the parameters that may be keys. */
export function hideInUrl(url: string): string {
  if (!URL.canParse(url)) return url;
  const shown = new URL(url);
  if (shown.password === '' && shown.username === '' && shown.search === '') return url;
  const user = shown.username === '' && shown.password === '' ? '' : `${HIDDEN}@`;
  return `${shown.protocol}//${user}${shown.host}${shown.pathname}${shown.search === '' ? '' : `?${HIDDEN}`}`;
}

function secretsOf(config: Config): string[] {
  const literals = config.accounts.filter(({ credential }) => credentialForm(credential).form === 'literal');
  const addresses = [config.state.url, config.journal.url, config.telemetry.otlp];
  const open = addresses.filter((address) => hideInUrl(address) !== address);
  const all = [...config.server.auth.keys, ...literals.map(({ credential }) => credential), ...open];
  return all.filter((secret) => secret !== '').toSorted((left, right) => right.length - left.length);
}
