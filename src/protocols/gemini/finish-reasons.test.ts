import { describe, expect, it } from 'vitest';
import { readBlockReason, readFinishReason } from './finish-reasons.ts';
import { readUsage } from './read-usage.ts';

describe('readFinishReason', () => {
  it.each([
    ['STOP', 'natural'],
    [1, 'natural'],
    ['MAX_TOKENS', 'length'],
    [2, 'length'],
    ['SAFETY', 'refusal'],
    ['IMAGE_SAFETY', 'refusal'],
    ['IMAGE_SOMETHING_NEW', 'refusal'],
    ['MODEL_ARMOR', 'refusal'],
    ['NO_IMAGE', 'refusal'],
    ['MALFORMED_FUNCTION_CALL', 'malformed'],
    [9, 'malformed'],
    ['UNEXPECTED_TOOL_CALL', 'malformed'],
    [15, 'malformed'],
    ['OTHER', 'other'],
    ['NEVER_HEARD_OF', 'other'],
    [99, 'other'],
    ['RECITATION', 'refusal'],
    ['LANGUAGE', 'refusal'],
    ['BLOCKLIST', 'refusal'],
    ['PROHIBITED_CONTENT', 'refusal'],
    ['SPII', 'refusal'],
    ['TOO_MANY_TOOL_CALLS', 'malformed'],
    ['MISSING_THOUGHT_SIGNATURE', 'malformed'],
    ['MALFORMED_RESPONSE', 'malformed'],
    ['constructor', 'other'],
  ])('reads %j as %s', (reason, stop) => {
    expect(readFinishReason(reason)?.stop).toBe(stop);
  });

  it("keeps Google's own word, also for a number", () => {
    expect(readFinishReason(3)).toEqual({ stop: 'refusal', reason: 'SAFETY' });
    expect(readFinishReason('BRAND_NEW')).toEqual({ stop: 'other', reason: 'BRAND_NEW' });
  });

  it.each([undefined, null, '', 0, 'FINISH_REASON_UNSPECIFIED', {}])('takes %j for none', (value) => {
    expect(readFinishReason(value)).toBeUndefined();
  });
});

describe('readBlockReason', () => {
  it('reads a word or a number, and takes the unspecified one for none', () => {
    expect(readBlockReason('JAILBREAK')).toBe('JAILBREAK');
    expect(readBlockReason(3)).toBe('3');
    expect(readBlockReason('BLOCK_REASON_UNSPECIFIED')).toBeUndefined();
    expect(readBlockReason(0)).toBeUndefined();
  });
});

describe('readUsage', () => {
  it('counts tokens without the cached ones and with the thoughts', () => {
    expect(
      readUsage({
        promptTokenCount: 100,
        cachedContentTokenCount: 30,
        toolUsePromptTokenCount: 5,
        candidatesTokenCount: 7,
        thoughtsTokenCount: 20,
      }),
    ).toEqual({ inputTokens: 75, outputTokens: 27, cacheReadTokens: 30, thoughtTokens: 20 });
  });

  it('says nothing that was not stated', () => {
    expect(readUsage({ promptTokenCount: 4 })).toEqual({ inputTokens: 4 });
    expect(readUsage({ thoughtsTokenCount: 4 })).toEqual({ outputTokens: 4, thoughtTokens: 4 });
    expect(readUsage({ trafficType: 'ON_DEMAND' })).toBeUndefined();
    expect(readUsage(undefined)).toBeUndefined();
  });
});
