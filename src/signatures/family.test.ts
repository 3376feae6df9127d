import { describe, expect, it } from 'vitest';
import { demandsSignature, familyOf, refuses, sealedFamilyOf } from './family.ts';

describe('familyOf', () => {
  it.each([
    ['claude-opus-4-5-20251101', 'claude'],
    ['publishers/anthropic/models/claude-sonnet-4@20250514', 'claude'],
    ['anthropic.claude-3-7-sonnet', 'claude'],
    ['gemini-2.5-flash', 'gemini-2'],
    ['gemini-2.0-pro', 'gemini-2'],
    ['models/gemini-3-pro-preview', 'gemini-3'],
    ['google/gemini-3.5-flash', 'gemini-3'],
    ['gemini-4-ultra', 'gemini-4'],
    ['gemini-10-pro', 'gemini-10'],
    ['gemini-flash-latest', 'gemini'],
    ['gpt-5.2', 'unknown'],
    ['', 'unknown'],
  ])('%s is of the family %s', (model, family) => {
    expect(familyOf(model)).toBe(family);
  });
});

describe('refuses', () => {
  it.each([
    ['claude-opus-5', 'claude', false],
    ['claude-opus-5', 'gemini-3', true],
    ['claude-opus-5', 'gemini-2', true],
    ['gemini-3-pro', 'gemini-3', false],
    ['gemini-3.5-flash', 'gemini-3', false],
    ['gemini-3-pro', 'gemini-2', true],
    ['gemini-4-pro', 'gemini-3', true],
    ['gemini-3-pro', 'claude', true],
    ['gemini-2.5-pro', 'gemini-3', false],
    ['gemini-2.5-pro', 'claude', true],
    ['gemini-flash-latest', 'gemini-3', false],
    ['gemini-flash-latest', 'claude', true],
    ['gpt-5.2', 'claude', false],
    ['claude-opus-5', 'unknown', false],
    ['gemini-3-pro', 'unknown', false],
  ])('%s and a signature of %s: refused is %s', (model, family, refused) => {
    expect(refuses(model, family)).toBe(refused);
  });
});

describe('demandsSignature', () => {
  it('is true of Gemini 3 and of everything newer, and of nothing else', () => {
    expect(['gemini-3-flash', 'gemini-4-pro', 'gemini-flash-latest'].map(demandsSignature)).toEqual([true, true, true]);
    expect(['gemini-2.5-pro', 'gemini-1.5-pro', 'claude-opus-5', 'gpt-5'].map(demandsSignature)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('a sealed signature', () => {
  it.each([
    ['agt1.gemini-3.next.AAAA', 'gemini-3'],
    ['agt1.claude.here.AAAA', 'claude'],
    [Buffer.from('agt1.claude-redacted.here.AAAA').toString('base64'), 'claude'],
  ])('names its family (%s)', (signature, family) => {
    expect(sealedFamilyOf(signature)).toBe(family);
  });

  it('is told from a native one', () => {
    expect(sealedFamilyOf('EqQBCkgIBRABGAIqQ')).toBeUndefined();
    expect(sealedFamilyOf('')).toBeUndefined();
  });
});
