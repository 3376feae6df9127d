import { describe, expect, it } from 'vitest';
import { type Asked, isKeptUnheard, matchOf, STANDINGS, type Standing, verdictOn } from './attach-match.ts';

const body = Buffer.from('{"model":"m"}');
const asked: Asked = {
  caller: 'ada',
  method: 'POST',
  path: '/v1/messages',
  query: new URLSearchParams('beta=true'),
  headers: { 'anthropic-version': '2023-06-01', 'user-agent': 'one' },
  body,
};
const keyed = { ...asked, headers: { ...asked.headers, 'idempotency-key': 'k1' } };

describe('two requests without a key', () => {
  it('are the same when caller, method, path, query, body and what the API is asked for are', () => {
    expect(matchOf({ ...asked, body: Buffer.from(body) })).toEqual(matchOf(asked));
  });
  it.each<[string, Partial<Asked>]>([
    ['another caller', { caller: 'bob' }],
    ['another method', { method: 'PUT' }],
    ['another path', { path: '/v1/responses' }],
    ['another query', { query: new URLSearchParams('beta=false') }],
    ['another byte in the body', { body: Buffer.from('{"model": "m"}') }],
    ['another version of the API', { headers: { 'anthropic-version': '2024-01-01' } }],
    ['another beta', { headers: { ...asked.headers, 'anthropic-beta': 'x' } }],
    ['path and query cut elsewhere', { path: '/v1/messages?beta=true', query: new URLSearchParams() }],
  ])('are not the same with %s', (_what, change) => {
    expect(matchOf({ ...asked, ...change }).place).not.toBe(matchOf(asked).place);
  });
  it('are the same when only what a client changes from try to try is different', () => {
    const again = { ...asked.headers, 'user-agent': 'two', 'x-stainless-retry-count': '1' };
    expect(matchOf({ ...asked, headers: again })).toEqual(matchOf(asked));
  });
  it('are the same whether the client key came in the query or in a header', () => {
    expect(matchOf({ ...asked, query: new URLSearchParams('key=secret&beta=true') })).toEqual(matchOf(asked));
  });
});

describe('a request with an Idempotency-Key', () => {
  it('is looked for by key and caller, whatever else it says', () => {
    const other = { ...keyed, body: Buffer.from('{}'), path: '/v1/responses' };
    expect(matchOf(other).place).toBe(matchOf(keyed).place);
    expect(matchOf(other).fingerprint).not.toBe(matchOf(keyed).fingerprint);
  });
  it('is not found by another caller, nor under another key, nor by one that has none', () => {
    const { place } = matchOf(keyed);
    expect(matchOf({ ...keyed, caller: 'bob' }).place).not.toBe(place);
    expect(matchOf({ ...keyed, headers: { 'idempotency-key': 'k2' } }).place).not.toBe(place);
    expect(matchOf(asked).place).not.toBe(place);
  });
  it('is one without a key when the key is empty', () => {
    expect(matchOf({ ...asked, headers: { ...asked.headers, 'idempotency-key': ' ' } })).toEqual(matchOf(asked));
  });
});

describe('what a second request gets', () => {
  const standings = Object.keys(STANDINGS) as Standing[];
  const joins = (match: ReturnType<typeof matchOf>): Standing[] =>
    standings.filter((standing) => verdictOn(match, [{ fingerprint: match.fingerprint, standing }]).is === 'join');

  it('is the earlier generation for the same key, unless that failed or its start is gone', () => {
    expect(joins(matchOf(keyed))).toEqual(['heard', 'unheard', 'being-read', 'unread', 'read']);
  });
  it('is without a key only what its client has lost', () => {
    expect(joins(matchOf(asked))).toEqual(['unheard', 'unread']);
  });
  it('is a refusal when the key stands for another request, except for one that failed', () => {
    const match = matchOf(keyed);
    const verdicts = standings.map((standing) => verdictOn(match, [{ fingerprint: 'another', standing }]).is);
    expect(verdicts).toEqual(standings.map((standing) => (standing === 'failed' ? 'own' : 'mismatch')));
  });
  it('is the one that has waited longest when several wait', () => {
    const match = matchOf(asked);
    const earlier = (['heard', 'unheard', 'unheard'] as const).map((standing, at) => ({ ...match, standing, at }));
    expect(verdictOn(match, earlier)).toMatchObject({ is: 'join', earlier: { at: 1 } });
  });
});

it('what nobody listens to is kept only where somebody could join it', () => {
  const kept = (isKeyed: boolean): string[] =>
    (['unheard', 'unread', 'read', 'failed', 'outgrown'] as const).filter((standing) =>
      isKeptUnheard(standing, isKeyed),
    );
  expect(kept(true)).toEqual(['unheard', 'unread', 'read']);
  expect(kept(false)).toEqual(['unheard', 'unread']);
});
