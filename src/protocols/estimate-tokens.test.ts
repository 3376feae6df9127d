import { expect, it } from 'vitest';
import { estimateTokens } from './estimate-tokens.ts';

it('counts Latin text by about four letters a token, other scripts by fewer', () => {
  expect(estimateTokens('a'.repeat(400))).toBe(100);
  expect(estimateTokens('京'.repeat(300))).toBe(200);
});

it('counts a picture as a picture, not by the letters of its base64', () => {
  const data = 'A'.repeat(1_000_000);
  expect(estimateTokens({ source: { type: 'base64', data } })).toBeLessThan(2_000);
  expect(estimateTokens([{ image_url: { url: `data:image/png;base64,${data}` } }])).toBeLessThan(2_000);
});

it('grows with what is added', () => {
  const one = { messages: [{ role: 'user', content: 'hello there' }] };
  expect(estimateTokens({ messages: [...one.messages, ...one.messages] })).toBeGreaterThan(estimateTokens(one));
});
