/** What the schema cannot say key by key: which values do not go together. Pure; errors and warnings carry the path they speak of. */

import { privateReason } from './address.ts';
import type { Finding } from './issue.ts';
import type { AccountValues, FileValues } from './schema.ts';
import { credentialFault, credentialForm, isJsonObject, keyFault, unusableKey } from './secrets.ts';

export interface CheckResult {
  readonly errors: Finding[];
  readonly warnings: Finding[];
}

export function checkValues(values: FileValues): CheckResult {
  const result: CheckResult = { errors: [], warnings: [] };
  checkServer(values.server, result);
  values.accounts.forEach((account, index) => {
    checkAccount(account, index, result);
  });
  checkLabels(values.accounts, result);
  checkRoutes(values.routes, result);
  checkBackoff(values.healing.backoff, result);
  checkUrls(values, result);
  return result;
}

function checkServer(server: FileValues['server'], { errors, warnings }: CheckResult): void {
  const { mode, keys } = server.auth;
  if ((mode === 'strict' || mode === 'all_except_health') && keys.length === 0) {
    const message = `auth mode ${mode} needs at least one key: every request would be refused`;
    errors.push({ path: ['server', 'auth', 'keys'], message });
  }
  keys.forEach((key, index) => {
    const path = ['server', 'auth', 'keys', index];
    const fault = keyFault(key);
    const message = `this key ${fault}: use 32 random characters or more`;
    if (unusableKey(key) !== undefined) errors.push({ path, message });
    // Beyond loopback the gateway does not start with such a key; see startup.ts.
    else if (fault !== undefined) warnings.push({ path, message });
    else if (keys.indexOf(key) !== index) warnings.push({ path, message: 'this key is listed twice' });
  });
  if (mode === 'off' && keys.length > 0) {
    warnings.push({ path: ['server', 'auth', 'keys'], message: 'auth mode off: these keys are not asked for' });
  }
}

function checkAccount(account: AccountValues, index: number, result: CheckResult): void {
  const at = (key: string) => ['accounts', index, key];
  const fault = credentialFault(account.credential);
  if (fault !== undefined) result.errors.push({ path: at('credential'), message: fault });
  else if (credentialForm(account.credential).form === 'literal') {
    const message = 'the credential stands in the file as it is: env:NAME, file:PATH or keychain:NAME keeps it out';
    result.warnings.push({ path: at('credential'), message });
  }
  if (account.models?.length === 0 && account.provider !== 'openai') {
    const message = 'an empty list serves no model: leave the key away for the default, or set enabled: false';
    result.errors.push({ path: at('models'), message });
  }
  checkBaseUrl(account, at('base_url'), result);
  checkVertex(account, at, result);
}

function checkBaseUrl(account: AccountValues, path: Finding['path'], { errors, warnings }: CheckResult): void {
  if (account.base_url === undefined) return;
  const url = webUrl(account.base_url);
  if (typeof url === 'string') {
    errors.push({ path, message: url });
    return;
  }
  const reason = privateReason(url.hostname);
  if (reason !== undefined && !account.allow_private) {
    errors.push({ path, message: `leads to ${reason}: that needs allow_private: true on this account` });
  }
  if (reason === undefined && url.protocol === 'http:') {
    warnings.push({ path, message: 'http: the credential travels unencrypted', suggestion: 'https://' });
  }
  const doubled = account.provider !== 'openai' && /\/v1(beta1?)?\/*$/.test(url.pathname);
  if (doubled) warnings.push({ path, message: 'the version is added to the address, so it would stand there twice' });
}

function checkVertex(
  account: AccountValues,
  at: (key: string) => Finding['path'],
  { errors, warnings }: CheckResult,
): void {
  if (account.provider !== 'vertex') {
    for (const key of ['project', 'location', 'token_url'] as const) {
      const message = 'belongs to provider vertex only and is not used here';
      if (account[key] !== undefined) warnings.push({ path: at(key), message });
    }
    return;
  }
  if (account.project === undefined && !namesProject(account.credential)) {
    errors.push({ path: at('project'), message: 'is missing: provider vertex needs the project to bill' });
  }
  if (account.token_url === undefined) return;
  const url = webUrl(account.token_url);
  if (typeof url === 'string') errors.push({ path: at('token_url'), message: url });
  if (!account.allow_private) {
    const message = 'is only for a private endpoint: without allow_private: true, tokens come from Google alone';
    errors.push({ path: at('token_url'), message });
  }
}

/** A Google credential document can name its project; one that is referred to is read later. */
function namesProject(credential: string): boolean {
  return (
    credentialForm(credential).form !== 'literal' || (isJsonObject(credential) && credential.includes('project_id'))
  );
}

/** The URL, or what is wrong with it. The text itself is not repeated: it could hold a password. */
function webUrl(text: string): URL | string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    return 'must be an http or https URL';
  if (url.username !== '' || url.password !== '') return 'must not carry a user name or password';
  if (text.includes('?') || text.includes('#')) return 'must not carry a query or a fragment';
  return url;
}

function checkLabels(accounts: readonly AccountValues[], { errors }: CheckResult): void {
  const first = new Map<string, number>();
  accounts.forEach((account, index) => {
    const label = account.email.toLowerCase();
    const earlier = first.get(label);
    if (earlier === undefined) first.set(label, index);
    else errors.push({ path: ['accounts', index, 'email'], message: `is already the label of accounts[${earlier}]` });
  });
}

function checkRoutes(routes: FileValues['routes'], { errors, warnings }: CheckResult): void {
  routes.forEach((route, index) => {
    if (route.to.length === 0)
      errors.push({ path: ['routes', index, 'to'], message: 'is empty: name at least one model' });
    route.to.forEach((model, position) => {
      const path = ['routes', index, 'to', position];
      const partly = model.includes('*') && model !== '*';
      if (partly)
        errors.push({
          path,
          message: 'a wildcard inside a name leads nowhere: only "*" alone, the name that was asked for',
        });
      else if (route.to.indexOf(model) !== position) warnings.push({ path, message: 'is listed twice in this route' });
    });
    const earlier = routes.findIndex((other) => other.match === route.match || other.match === '*');
    if (earlier < index) {
      warnings.push({
        path: ['routes', index, 'match'],
        message: `is never reached: routes[${earlier}] matches first`,
      });
    }
  });
}

function checkBackoff(backoff: FileValues['healing']['backoff'], { errors }: CheckResult): void {
  for (const [key, entry] of Object.entries(backoff)) {
    if (entry === undefined || entry.kind === 'none') continue;
    const path = ['healing', 'backoff', key];
    if (entry.base === undefined) errors.push({ path, message: `needs base: kind ${entry.kind} starts from it` });
    else if (entry.max !== undefined && entry.max < entry.base)
      errors.push({ path, message: 'max is smaller than base' });
  }
}

function checkUrls(values: FileValues, { errors }: CheckResult): void {
  const rows = [
    { path: ['state', 'url'], url: values.state.url, protocols: ['redis:', 'rediss:'] },
    { path: ['journal', 'url'], url: values.journal.url, protocols: ['postgres:', 'postgresql:'] },
    { path: ['telemetry', 'otlp'], url: values.telemetry.otlp, protocols: ['http:', 'https:'] },
  ];
  for (const { path, url, protocols } of rows) {
    const good = url === '' || (URL.canParse(url) && protocols.includes(new URL(url).protocol));
    if (!good)
      errors.push({
        path,
        message: `must be empty or start with ${protocols.map((each) => `${each}//`).join(' or ')}`,
      });
  }
}
