import { expect, it } from 'vitest';
import { createAdminApi } from './api.ts';
import { recordFrom, startTime } from './diagnosis/record.testing.ts';

const KEY = 'k'.repeat(43);
const record = recordFrom({ tried: [{ kind: 'credential-refused', status: 401 }], outcome: 'failed', status: 503 });
const app = createAdminApi({
  query: { list: async () => [], find: async (id) => (id === 'r' ? record : undefined) },
  now: () => startTime + 5_000,
  key: () => KEY,
  version: '1',
  redact: String,
});
const get = (path: string, headers: Record<string, string> = {}) =>
  app.request(path, { headers: { authorization: `Bearer ${KEY}`, ...headers } });

it('explains a request in English where no language is wanted', async () => {
  const answer = await get('/api/requests/r/diagnosis');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-language')).toBe('en');
  expect(await answer.json()).toEqual({
    verdict: 'act',
    stage: 'account',
    cause: 'credential-refused',
    summary:
      'Anthropic refused the credential of ada@example.com. The gateway did not ask again; the caller got an error (503).',
    evidence: expect.arrayContaining([expect.stringMatching(/^attempt 1: ada@example\.com answered 401 after 900 ms/)]),
    advice: expect.arrayContaining([expect.stringContaining('console.anthropic.com/settings/keys')]),
  });
});

it.each([
  ['', { 'accept-language': 'de-AT,en;q=0.5' }, 'de'],
  ['?language=fr', { 'accept-language': 'de' }, 'fr'],
  ['?language=zh', {}, 'zh'],
])('takes the language of the query, else of the header: %s %j', async (query, headers, language) => {
  const answer = await get(`/api/requests/r/diagnosis${query}`, headers);
  expect(answer.headers.get('content-language')).toBe(language);
});

it('refuses an unknown id, an unknown language and a caller without the key', async () => {
  expect((await get('/api/requests/nobody/diagnosis')).status).toBe(404);
  expect((await get('/api/requests/r/diagnosis?language=ja')).status).toBe(400);
  expect((await get('/api/requests/r/diagnosis', { authorization: '' })).status).toBe(401);
});
