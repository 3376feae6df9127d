import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readScript } from '../lab/script.ts';
import { type Lab, startLab } from '../lab/server.ts';
import { createVirtualWorld } from '../lab/virtual-world.ts';
import type { AccountConfig } from '../model/config.ts';
import { capabilitiesOf } from '../routing/capabilities.ts';
import { claimants } from '../routing/claims.ts';
import { createAdapters } from '../upstreams/adapters.ts';
import { createModelLists } from '../upstreams/models.ts';
import { createTransport } from '../upstreams/transport.ts';
import { createWorld } from '../world.ts';
import { accountOf, adapterOf } from './pool.testing.ts';
import { trialMsMax, tryAccount } from './trial.ts';

const world = createWorld();
const transport = createTransport();
const secret = async (account: Pick<AccountConfig, 'credential'>) => account.credential;
const adapters = createAdapters({ transport, credentials: { secret }, world, capabilities: capabilitiesOf });
const lists = createModelLists({ transport, secret, world });
const claims = (account: AccountConfig, model: string) => claimants(model, [account]).length > 0;
const models = { anthropic: ['claude-*'], gemini: ['gemini-*'], vertex: ['*'], openai: [] };
let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ world });
});
afterAll(async () => {
  await lab.close();
  await transport.close();
});

const onTheLab = (provider: AccountConfig['provider'], more: Partial<AccountConfig> = {}): AccountConfig => {
  const baseUrl = provider === 'openai' ? `${lab.url}/v1` : lab.url;
  const place = { provider, baseUrl, allowPrivate: true, credential: 'canary-secret-1', models: models[provider] };
  return accountOf('ada', { ...place, ...more });
};
const list = async (account: AccountConfig) => (await lists.list(account)).map(({ id }) => id);
const trial = (account: AccountConfig) =>
  tryAccount(account, {
    adapter: adapters[account.provider],
    world,
    list,
    claims,
    redact: (text) => text.replaceAll('canary-secret-1', '*'),
  });
const meet = (weather: string): void => {
  const read = readScript(JSON.stringify({ default: weather }));
  if ('problems' in read) throw new Error(read.problems.join('; '));
  lab.setScript(read.script);
};

describe('a trial of an account', () => {
  beforeEach(() => meet('clear'));

  it.each([
    ['anthropic', 'claude-haiku-4-5'],
    ['gemini', expect.stringMatching(/^gemini-.*flash/)],
    ['openai', 'gpt-5-mini'],
  ] as const)('of %s asks for the cheapest model that the account serves', async (provider, model) => {
    expect(await trial(onTheLab(provider))).toMatchObject({ ok: true, status: 200, model });
  });

  it('asks for no model that the account does not serve', async () => {
    expect(await trial(onTheLab('anthropic', { models: ['claude-opus-4-*'] }))).toMatchObject({
      ok: true,
      model: expect.stringContaining('opus'),
    });
  });

  it('asks for one token where the dialect lets it', async () => {
    await trial(onTheLab('anthropic'));
    expect(JSON.parse(Buffer.from(lab.calls.at(-1)?.body ?? '').toString())).toMatchObject({ max_tokens: 1 });
  });

  it('says so when no model is known at all', async () => {
    const found = await tryAccount(accountOf('ada', { provider: 'openai', models: [] }), {
      adapter: adapterOf('openai'),
      world,
      list: async () => [],
      claims,
      redact: String,
    });
    expect(found).toMatchObject({ ok: false, status: null, model: null });
    expect(found.message).toContain('state one among its models');
  });
});

describe('a trial that fails tells why and what to do', () => {
  it.each([
    ['401', 401, /the credential is wrong, expired or revoked/],
    ['403', 403, /enable the API and the model/],
    ['404', 404, /no such model/],
    ['429', 429, /its limit is used up for now/],
    ['529', 529, /try again later/],
    ['500', 500, /try again later/],
    ['html', null, /check base_url and provider/],
    ['redirect', expect.any(Number), /redirect/],
    ['reset', null, /check base_url/],
  ] as const)('of %s', async (weather, status, words) => {
    meet(weather);
    const found = await trial(onTheLab('anthropic'));
    expect(found).toMatchObject({ ok: false, status });
    expect(found.message).toMatch(words);
    expect(found.message).not.toContain('canary');
  });

  it('where nobody listens, and where the address is private', async () => {
    const nobody = await trial(onTheLab('gemini', { baseUrl: 'http://127.0.0.1:9' }));
    expect(nobody).toMatchObject({
      ok: false,
      status: null,
      message: expect.stringContaining('connection was refused'),
    });
    const hidden = await trial(onTheLab('gemini', { allowPrivate: false }));
    expect(hidden.message).toContain('set allow_private: true');
  });

  it('after half a minute of silence', async () => {
    const virtual = createVirtualWorld(1);
    const adapter = { ...adapterOf('anthropic'), open: (_: unknown, signal: AbortSignal) => untilAborted(signal) };
    const account = accountOf('ada', { models: ['m'] });
    const asked = tryAccount(account, { adapter, world: virtual, list: async () => [], claims, redact: String });
    await virtual.run();
    const found = await asked;
    expect(found).toMatchObject({ ok: false, took_ms: trialMsMax });
    expect(found.message).toMatch(/no answer within 30 s.*check base_url, the network and the proxy/);
  });
});

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}
