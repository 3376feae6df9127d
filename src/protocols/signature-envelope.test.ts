import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelFamilyOf } from '../model/model-family.ts';
import { seal, takesSignatureOf, unseal } from './signature-envelope.ts';

const anyText = fc.oneof(fc.base64String(), fc.string({ unit: 'binary' }), fc.string());
const anyPlace = fc.constantFrom('here', 'next', 'before');

describe('the signature envelope', () => {
  it('gives back whatever was put in, byte for byte', () => {
    fc.assert(
      fc.property(anyText, anyText, anyPlace, (signature, family, place) => {
        expect(unseal(seal(signature, { family, place }))).toEqual({ signature, family, place });
      }),
    );
  });

  it('is printable ASCII without blanks, so that it fits any field and several can be joined', () => {
    fc.assert(
      fc.property(anyText, anyText, anyPlace, (signature, family, place) => {
        expect(seal(signature, { family, place })).toMatch(/^[!-~]+$/);
      }),
    );
  });

  it('leaves a base64 signature readable in the envelope', () => {
    expect(seal('CiQB+/w==', { family: 'gemini-3', place: 'next' })).toBe('agt1.gemini-3.next.CiQB+/w==');
  });

  it('can hold another envelope', () => {
    const inner = seal('abc', { family: 'claude', place: 'here' });
    expect(unseal(seal(inner, { family: 'gemini', place: 'before' }))?.signature).toBe(inner);
  });

  it.each([
    ['a native signature', 'EqQBCgIYAhIkMTIz=='],
    ['nothing', ''],
    ['another version', 'agt2.claude.here.abc'],
    ['an unknown place', 'agt1.claude.there.abc'],
    ['a broken escape', 'agt1.claude.here.ab%zz'],
    ['an envelope with something before it', ' agt1.claude.here.abc'],
    ['an envelope with a line after it', 'agt1.claude.here.abc\n'],
    ['a prefix alone', 'agt1.'],
  ])('does not take %s for an envelope', (_what, text) => {
    expect(unseal(text)).toBeUndefined();
  });
});

describe('the family of a signature', () => {
  it.each([
    ['claude-opus-4-8', 'claude'],
    ['publishers/anthropic/models/claude-haiku-4-5@20251001', 'claude'],
    ['gemini-2.5-pro', 'gemini-2'],
    ['models/gemini-3-flash-preview', 'gemini-3'],
    ['google/gemini-flash-latest', 'gemini'],
    ['gpt-5.2-codex', 'openai'],
    ['o4-mini', 'openai'],
    ['qwen3-max', 'unknown'],
  ])('of %s is %s', (model, family) => {
    expect(modelFamilyOf(model)).toBe(family);
  });

  it.each([
    ['gemini-3-pro-preview', 'gemini-3', true],
    ['gemini-3-pro-preview', 'gemini-2', false],
    ['gemini-3-pro-preview', 'gemini', true],
    ['gemini-flash-latest', 'gemini-3', true],
    ['gemini-3-pro-preview', 'claude', false],
    ['claude-opus-4-8', 'claude', true],
    ['claude-opus-4-8', 'gemini', false],
    ['claude-opus-4-8', undefined, false],
    ['gpt-5.2', 'openai', true],
  ])('decides what %s is shown: %s %s', (model, family, isTaken) => {
    expect(takesSignatureOf(model, family)).toBe(isTaken);
  });
});
