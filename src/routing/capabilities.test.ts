import { describe, expect, it } from 'vitest';
import { CAPABILITY_ROWS, capabilitiesOf, capabilityRow } from './capabilities.ts';

describe('capabilitiesOf', () => {
  it.each<[string, string, object]>([
    ['claude-fable-5', 'adaptive', { canTurnOff: false, forcedTools: true, prefill: false, sampling: false }],
    ['claude-fable-5-2', 'adaptive', { canTurnOff: false, forcedTools: false }],
    ['claude-mythos-5.1', 'adaptive', { canTurnOff: false, forcedTools: false }],
    ['claude-opus-5', 'adaptive', { canTurnOff: true, forcedTools: true }],
    ['claude-opus-5-5', 'adaptive', { canTurnOff: false, forcedTools: false }],
    ['claude-sonnet-5', 'adaptive', { canTurnOff: true, forcedTools: true }],
    ['claude-sonnet-5-5', 'adaptive', { canTurnOff: false, forcedTools: false }],
    ['claude-haiku-5-5', 'adaptive', { canTurnOff: true, forcedTools: true }],
    ['claude-opus-4-7', 'adaptive', { sampling: false, prefill: false, levels: expect.arrayContaining(['xhigh']) }],
    ['claude-opus-4-6', 'adaptive', { sampling: true, prefill: false, levels: ['low', 'medium', 'high', 'max'] }],
    ['claude-sonnet-4-5@20250929', 'budget', { prefill: true, canTurnOff: true, budgetTokensMin: 1024 }],
    ['anthropic/claude-opus-4.1', 'budget', { maxOutputTokens: 32_000 }],
    ['claude-sonnet-4-20250514', 'budget', { prefill: true }],
    ['claude-3-7-sonnet-20250219', 'budget', { prefill: true }],
    ['claude-3-5-haiku-20241022', 'none', { maxOutputTokens: 8192 }],
    ['gemini-2.5-pro', 'budget', { budgetTokensMin: 128, budgetTokensMax: 32_768, canTurnOff: false, callIds: false }],
    ['gemini-2.5-flash', 'budget', { budgetTokensMax: 24_576, canTurnOff: true }],
    ['gemini-2.5-flash-lite', 'budget', { budgetTokensMin: 512 }],
    ['gemini-2.5-flash-image', 'none', {}],
    ['gemini-2.0-flash', 'none', { maxOutputTokens: 8192 }],
    ['gemini-3-pro-preview', 'level', { levels: ['low', 'high'], demandsSignature: true, callIds: true }],
    ['models/gemini-3.1-pro-preview', 'level', { levels: ['low', 'medium', 'high'], demandsSignature: true }],
    ['gemini-3-flash-preview', 'level', { levels: ['minimal', 'low', 'medium', 'high'] }],
    ['gemini-3.7-flash', 'level', { levels: ['low', 'medium', 'high'] }],
    ['gemini-3.1-flash-lite-image', 'level', { levels: ['minimal', 'high'], demandsSignature: false }],
    ['gemini-3-pro-image', 'none', { demandsSignature: false }],
    ['gemini-flash-latest', 'level', { demandsSignature: true }],
    ['gpt-4o', 'none', { sampling: true }],
    ['gpt-5', 'effort', { levels: ['minimal', 'low', 'medium', 'high'], sampling: false }],
    ['gpt-5-2025-08-07', 'effort', { levels: ['minimal', 'low', 'medium', 'high'] }],
    ['gpt-5.1', 'effort', { levels: ['none', 'low', 'medium', 'high'], canTurnOff: true }],
    ['gpt-5.4', 'effort', { levels: ['none', 'low', 'medium', 'high', 'xhigh'] }],
    ['gpt-5.2-codex', 'effort', { levels: ['low', 'medium', 'high', 'xhigh'] }],
    ['gpt-5-chat-latest', 'none', { sampling: false }],
    ['o4-mini', 'effort', { levels: ['low', 'medium', 'high'], sampling: false }],
    ['some-model-of-tomorrow', 'effort', { forcedTools: true, sampling: true, prefill: true }],
  ])('knows %s', (model, thinking, more) => {
    expect(capabilitiesOf(model)).toMatchObject({ thinking, ...more });
  });

  it('gives a reason in every row', () => {
    for (const { why } of [...CAPABILITY_ROWS, capabilityRow('unknown')]) expect(why.length).toBeGreaterThan(6);
  });

  it('has no row that an earlier one hides', () => {
    const names = CAPABILITY_ROWS.map(({ pattern }) => pattern.replaceAll('*', 'x'));
    expect(names.map((name) => capabilityRow(name).pattern)).toEqual(CAPABILITY_ROWS.map(({ pattern }) => pattern));
  });
});
