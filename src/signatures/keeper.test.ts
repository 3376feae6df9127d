import { describe, expect, it } from 'vitest';
import { createSignatureCache, signatureLimits } from './cache.ts';
import { answer, type Clock, harvested, memoryState, requestOf, restored, worldOf } from './keeper.testing.ts';
import { createSignatureKeeper } from './keeper.ts';

const claude = 'claude-sonnet-4-5';
const hello = { role: 'user', content: 'hello' };
const signature = 'S'.repeat(80);
const lost = {
  messages: [
    hello,
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Hm.', signature: '' },
        { type: 'text', text: 'Yes.' },
      ],
    },
    hello,
  ],
};
const whole = {
  messages: [
    hello,
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Hm.', signature },
        { type: 'text', text: 'Yes.' },
      ],
    },
    hello,
  ],
};
const said = answer({ thinking: 'Hm.', signature }, { text: 'Yes.' });

function setUp() {
  const clock: Clock = { now: 1_000_000 };
  const state = memoryState();
  const open = () => createSignatureKeeper({ state, world: worldOf(clock) });
  return { clock, state, open };
}
function sent(keeper: ReturnType<typeof createSignatureKeeper>, caller = '') {
  const request = requestOf('anthropic', lost);
  return restored(keeper.session(request, caller), request, claude);
}

describe('the signature keeper', () => {
  it('survives a restart', () => {
    const { open } = setUp();
    harvested(open(), requestOf('anthropic', { messages: [hello] }), claude, said);
    expect(sent(open())).toEqual(whole);
  });

  it('remembers after a restart what was refused', () => {
    const { open } = setUp();
    open().session(requestOf('anthropic', whole), '').refuse();
    const request = requestOf('anthropic', whole);
    expect(open().session(request, '').restore({ model: claude, accountEmail: 'a' })).toMatchObject({ degraded: 1 });
  });

  it('keeps nothing of an answer that was not complete', () => {
    const { open, state } = setUp();
    const harvest = open()
      .session(requestOf('anthropic', { messages: [hello] }), '')
      .harvest({ model: claude, accountEmail: 'a' });
    for (const event of said) harvest.see(event);
    expect(state.keys()).toEqual([]);
  });

  it('tells the conversations of different callers apart', () => {
    const { open } = setUp();
    const keeper = open();
    harvested(keeper, requestOf('anthropic', { messages: [hello] }), claude, said, 'key-1');
    expect(sent(keeper, 'key-2')).toEqual(lost);
    expect(sent(keeper, 'key-1')).toEqual(whole);
  });

  it('forgets what nobody asked for during two hours, and only that', () => {
    const { open, clock } = setUp();
    const keeper = open();
    harvested(keeper, requestOf('anthropic', { messages: [hello] }), claude, said);
    clock.now += signatureLimits.lifeMs - 1;
    expect(sent(keeper)).toEqual(whole);
    clock.now += signatureLimits.lifeMs - 1;
    expect(sent(keeper)).toEqual(whole);
    clock.now += signatureLimits.lifeMs;
    expect(sent(keeper)).toEqual(lost);
    expect(sent(open())).toEqual(lost);
  });

  it('finds what another replica wrote into a shared store', () => {
    const { open, clock } = setUp();
    const [one, two] = [open(), open()];
    expect(sent(two)).toEqual(lost);
    harvested(one, requestOf('anthropic', { messages: [hello] }), claude, said);
    clock.now += signatureLimits.refreshMs;
    expect(sent(two)).toEqual(whole);
  });

  it('knows a signature again that a client sends back in the URL alphabet of base64', () => {
    const { open } = setUp();
    const keeper = open();
    const answered = (sent: string) => [
      { role: 'user', parts: [{ text: 'hi' }] },
      { role: 'model', parts: [{ functionCall: { name: 'f' }, thoughtSignature: sent }] },
    ];
    keeper.session(requestOf('gemini', { contents: answered('a+/b==') }), '').refuse();
    const later = keeper.session(requestOf('gemini', { contents: answered('a-_b') }), '');
    expect(later.restore({ model: 'gemini-3-pro', accountEmail: 'a' }).degraded).toBe(1);
  });

  it('believes the upstream about the model when an alias was asked', () => {
    const { open } = setUp();
    const keeper = open();
    const contents = [{ role: 'user', parts: [{ text: 'hi' }] }];
    const events = [
      { type: 'message-start', model: 'gemini-3-flash' } as const,
      ...answer({ call: 'f', id: 'x', signature: 'sig' }).slice(1),
    ];
    harvested(keeper, requestOf('gemini', { contents }), 'gemini-flash-latest', events);
    const later = requestOf('gemini', {
      contents: [
        ...contents,
        { role: 'model', parts: [{ functionCall: { name: 'f', args: {}, id: 'x' }, thoughtSignature: 'sig' }] },
      ],
    });
    expect(keeper.session(later, '').restore({ model: 'gemini-4-pro', accountEmail: 'a' }).degraded).toBe(1);
    expect(keeper.session(later, '').restore({ model: 'gemini-3-pro', accountEmail: 'a' }).degraded).toBe(0);
  });

  it('does nothing for the dialects without signatures, but names their sessions', () => {
    const { open, state } = setUp();
    const keeper = open();
    const request = requestOf('openai-chat', { messages: [hello] });
    expect(harvested(keeper, request, 'gpt-5', said)).toMatch(/^turn:/);
    expect(keeper.session(request, '').restore({ model: 'gpt-5', accountEmail: 'a' })).toEqual({
      edits: [],
      restored: 0,
      degraded: 0,
    });
    keeper.session(request, '').refuse();
    expect(state.keys()).toEqual([]);
  });

  it('is not upset by a store with nonsense in it', () => {
    const { open, state, clock } = setUp();
    harvested(open(), requestOf('anthropic', { messages: [hello] }), claude, said);
    for (const key of state.keys()) {
      state.put('signatures', { key: key.replace('signatures/', ''), value: '{"no', expires: clock.now + 1000 });
    }
    expect(sent(open())).toEqual(lost);
  });
});

describe('the signature cache', () => {
  const provenance = { family: 'claude', account: 'a', model: claude };
  const cacheOf = (limits: Partial<typeof signatureLimits>) => {
    const state = memoryState();
    return { state, cache: createSignatureCache(state, worldOf({ now: 0 }), { ...signatureLimits, ...limits }) };
  };

  it('lets the least recently used go first when it has too many entries', () => {
    const { cache, state } = cacheOf({ entriesMax: 2 });
    cache.putProvenance('one', provenance);
    cache.putProvenance('two', provenance);
    cache.provenance('one');
    cache.putProvenance('three', provenance);
    expect(['one', 'two', 'three'].map((name) => cache.provenance(name) !== undefined)).toEqual([true, false, true]);
    expect(state.keys()).toHaveLength(2);
  });

  it('lets the least recently used go first when it has too many bytes', () => {
    const { cache } = cacheOf({ bytesMax: 3000 });
    for (const name of ['one', 'two', 'three'])
      cache.putContent('s', name, { signature: 'x'.repeat(500), ...provenance });
    expect(['one', 'two', 'three'].map((name) => cache.content('s', name) !== undefined)).toEqual([false, true, true]);
  });

  it('does not keep a single entry that is too large', () => {
    const { cache, state } = cacheOf({ entryBytesMax: 1000 });
    cache.putContent('s', 'x', { signature: 'x'.repeat(1000), ...provenance });
    expect(state.keys()).toEqual([]);
  });

  it('stays within its limits when the store held more', () => {
    const { cache, state } = cacheOf({});
    for (const name of ['one', 'two', 'three']) cache.putProvenance(name, provenance);
    const small = createSignatureCache(state, worldOf({ now: 0 }), { ...signatureLimits, entriesMax: 1 });
    expect(small.provenance('three')).toEqual(provenance);
    expect(state.keys()).toHaveLength(1);
  });

  it('never answers with a signature that was refused, under any name', () => {
    const { cache } = cacheOf({});
    cache.putProvenance('bad', provenance);
    cache.putContent('s', 'x', { signature: 'bad', ...provenance });
    cache.putCall('', 'id', { call: 'c', name: 'n', session: 's', signature: 'bad', ...provenance });
    cache.refuse('bad');
    expect([cache.provenance('bad'), cache.content('s', 'x'), cache.call('', 'id')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(cache.refused('bad')).toBe(true);
  });
});
