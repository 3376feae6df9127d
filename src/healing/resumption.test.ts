import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../model/events.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { finality, resumptionOf, wayFor } from './resumption.ts';

const text: StreamEvent[] = [
  { type: 'block-start', index: 0, kind: 'text', says: false },
  { type: 'block-delta', index: 0, kind: 'text', text: 'Once upon' },
];
const call: StreamEvent = { type: 'block-start', index: 1, kind: 'tool-call', says: true, name: 'look' };
const search: StreamEvent = { type: 'block-start', index: 1, kind: 'server-tool', says: true };
const image: StreamEvent = { type: 'block-start', index: 1, kind: 'media', says: true };
const stop: StreamEvent = { type: 'message-end', stop: 'natural', reason: 'end_turn' };
const on = { resume: true };

function shown(...events: readonly StreamEvent[]): Ledger {
  const ledger = createLedger();
  ledger.events(events);
  return ledger;
}

describe('an answer that was shown in part', () => {
  it('can be gone on with while it is text, or a tool of the provider that has done its work', () => {
    expect(finality(shown(), { resume: false }, {})).toBeUndefined();
    expect(finality(shown(...text), on, {})).toBeUndefined();
    expect(finality(shown(search, { type: 'block-end', index: 1 }), on, {})).toBeUndefined();
  });

  it('is final where going on is turned off, or would do something twice', () => {
    expect(finality(shown(...text), { resume: false }, {})).toMatch(/turned off/);
    expect(finality(shown(...text, stop), on, {})).toMatch(/why it stopped/);
    expect(finality(shown(...text, call), on, {})).toMatch(/tool call/);
    expect(finality(shown(...text, search), on, {})).toMatch(/at work/);
    expect(finality(shown(...text, image), on, {})).toMatch(/media/);
    expect(finality(shown(...text), on, { n: 2 })).toMatch(/several answers/);
    expect(finality(shown(...text), on, { generationConfig: { candidateCount: 2 } })).toMatch(/several answers/);
  });

  it('is told to the upstream without its last characters, and not at all while nothing was shown', () => {
    expect(resumptionOf(shown(), 'ask')).toBeUndefined();
    expect(resumptionOf(shown(...text), 'ask')).toMatchObject({ said: 'Once up', repeats: 'on', way: 'ask' });
  });
});

describe('the way in which a model is asked to go on', () => {
  const model = { native: 'anthropic', prefills: true, asksInWords: false } as const;
  const request = { protocol: 'anthropic', json: {} } as const;

  it('is a begun answer where the model goes on from one', () => {
    expect(wayFor(model, request)).toBe('prefill');
    expect(wayFor({ ...model, native: 'gemini' }, { ...request, protocol: 'openai-chat' })).toBe('prefill');
    expect(wayFor(model, { ...request, json: { thinking: { type: 'disabled' } } })).toBe('prefill');
  });

  it('is words where it does not, was refused, thinks, or is reached through another dialect', () => {
    expect(wayFor({ ...model, prefills: false }, request)).toBe('ask');
    expect(wayFor({ ...model, asksInWords: true }, request)).toBe('ask');
    expect(wayFor(model, { ...request, json: { thinking: { type: 'enabled', budget_tokens: 1024 } } })).toBe('ask');
    expect(wayFor(model, { ...request, protocol: 'gemini' })).toBe('ask');
    expect(wayFor({ ...model, native: 'openai-chat' }, request)).toBe('ask');
  });
});
