import { describe, expect, it } from 'vitest';
import type { AccountConfig } from '../../model/config.ts';
import { Refusal } from '../../model/failure.ts';
import type { Transport, TransportRequest } from '../../model/ports.ts';
import { capabilitiesOf } from '../../routing/capabilities.ts';
import { createAdapters } from '../adapters.ts';
import {
  accountOf,
  adapters,
  ask,
  bodies,
  fixedTokens,
  serveNoting,
  signal,
  stillWorld,
  userCredential,
} from '../loopback.testing.ts';

describe('the Vertex AI adapter', () => {
  it('asks for Claude models in Anthropic’s dialect and for others in Gemini’s, whoever the client is', () => {
    const { vertex, anthropic, gemini } = adapters('{}');
    for (const protocol of ['anthropic', 'gemini', 'openai-chat', 'openai-responses'] as const) {
      expect(vertex.native(protocol, 'claude-opus-4-6')).toBe('anthropic');
      expect(vertex.native(protocol, 'gemini-2.5-pro')).toBe('gemini');
      for (const adapter of [vertex, anthropic, gemini])
        expect(adapter.serves(protocol, 'generate', 'claude-x')).toBe(true);
    }
  });

  it.each([
    ['global', 'https://aiplatform.googleapis.com'],
    [undefined, 'https://aiplatform.googleapis.com'],
    ['eu', 'https://aiplatform.eu.rep.googleapis.com'],
    ['us', 'https://aiplatform.us.rep.googleapis.com'],
    ['europe-west1', 'https://europe-west1-aiplatform.googleapis.com'],
  ])('asks the host of the location %s', async (location, origin) => {
    const asked: TransportRequest[] = [];
    const transport: Transport = {
      request: (request) => {
        asked.push(request);
        return Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' }));
      },
    };
    const { vertex } = createAdapters({
      transport,
      world: stillWorld(),
      credentials: { secret: async () => userCredential },
      capabilities: capabilitiesOf,
      tokens: fixedTokens(),
    });
    const { baseUrl: _baseUrl, ...open } = accountOf('vertex', '');
    const own: AccountConfig = { ...open, ...(location === undefined ? {} : { location }) };
    const request = ask('gemini', bodies.gemini);
    await expect(
      vertex.open({ account: own, model: 'gemini-2.5-pro', request, edits: [] }, signal()),
    ).rejects.toBeInstanceOf(Refusal);
    expect(asked[0]?.url).toBe(
      `${origin}/v1/projects/my-project/locations/${location ?? 'global'}/publishers/google/models/gemini-2.5-pro:streamGenerateContent?alt=sse`,
    );
  });

  it.each([
    [
      'anthropic',
      'generate',
      'claude-sonnet-4-5@20250929',
      'anthropic/models/claude-sonnet-4-5@20250929:streamRawPredict',
    ],
    ['anthropic', 'count-tokens', 'claude-x', 'anthropic/models/count-tokens:rawPredict'],
    ['gemini', 'generate', 'gemini-x', 'google/models/gemini-x:streamGenerateContent?alt=sse'],
    ['gemini', 'count-tokens', 'gemini-x', 'google/models/gemini-x:countTokens'],
  ] as const)('%s %s of %s goes to %s', async (protocol, operation, model, path) => {
    const upstream = await serveNoting();
    const request = {
      ...ask(protocol, bodies[protocol], {
        'anthropic-version': '2023-06-01',
        'anthropic-beta': 'b',
        'x-goog-user-project': 'evil',
      }),
      operation,
    };
    await adapters(userCredential, fixedTokens()).vertex.open(
      { account: accountOf('vertex', upstream.origin), model, request, edits: [] },
      signal(),
    );
    const sent = upstream.seen[0];
    expect(sent?.url).toBe(`/v1/projects/my-project/locations/global/publishers/${path}`);
    expect(sent?.headers).toMatchObject({ authorization: 'Bearer token-1', 'anthropic-beta': 'b' });
    expect(sent?.headers['anthropic-version']).toBeUndefined();
    expect(sent?.headers['x-goog-user-project']).toBeUndefined();
    if (protocol === 'gemini') expect(sent?.body).toBe(bodies.gemini);
    else expect(JSON.parse(sent?.body ?? '')).toMatchObject({ anthropic_version: 'vertex-2023-10-16' });
  });

  it('replaces a kept token that is refused once, and a fresh one never', async () => {
    for (const [fresh, tries] of [
      [false, 2],
      [true, 1],
    ] as const) {
      const upstream = await serveNoting(401);
      const tokens = fixedTokens(fresh);
      const opened = adapters(userCredential, tokens).vertex.open(
        { account: accountOf('vertex', upstream.origin), model: 'gemini-x', request: ask('gemini', '{}'), edits: [] },
        signal(),
      );
      await expect(opened).rejects.toMatchObject({ failure: { kind: 'credential-refused', status: 401 } });
      expect(upstream.seen.map(({ headers }) => headers.authorization)).toEqual(
        ['Bearer token-1', 'Bearer token-2'].slice(0, tries),
      );
      expect(tokens.dropped).toEqual(fresh ? [] : ['token-1']);
    }
  });

  it.each([{ project: '../../evil' }, { project: 'a/b' }, { location: 'evil.example/' }, { location: 'a@b' }])(
    'refuses %j before anything is sent',
    async (odd) => {
      const upstream = await serveNoting();
      const own = { ...accountOf('vertex', upstream.origin), ...odd };
      const opened = adapters(userCredential, fixedTokens()).vertex.open(
        { account: own, model: 'gemini-x', request: ask('gemini', '{}'), edits: [] },
        signal(),
      );
      await expect(opened).rejects.toMatchObject({ failure: { kind: 'credential-refused', reach: 'unsent' } });
      expect(upstream.seen).toHaveLength(0);
    },
  );
});
