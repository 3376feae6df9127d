import { describe, expect, it } from 'vitest';
import type { Frame } from '../../model/wire.ts';
import { createGeminiFramer } from './framer.ts';

const chunk = (text: string, finish?: string): string =>
  `data: ${JSON.stringify({ candidates: [{ content: { parts: [{ text }] }, finishReason: finish }] })}\r\n\r\n`;

function framed(...pieces: string[]): string {
  const framer = createGeminiFramer();
  const out: Frame[] = [];
  for (const piece of pieces) framer.push(Buffer.from(piece), out);
  framer.end(out);
  return Buffer.concat(out.map(({ raw }) => raw)).toString();
}

describe('the frames of a Gemini stream', () => {
  it('hold its last chunk once although it came twice, in one piece or in two', () => {
    const whole = chunk('Hi, ') + chunk('there.', 'STOP');
    expect(framed(whole, chunk('there.', 'STOP'))).toBe(whole);
    expect(framed(whole + chunk('there.', 'STOP') + chunk('there.', 'STOP'))).toBe(whole);
    expect(framed(whole, chunk('there.', 'STOP').trimEnd())).toBe(whole);
  });

  it('hold the same words as often as they were said', () => {
    const whole = chunk('la ') + chunk('la ') + chunk('la ', 'STOP');
    expect(framed(whole)).toBe(whole);
  });

  it('hold what follows a reason to stop in the middle, as where code was run', () => {
    const whole = chunk('a', 'STOP') + chunk('b') + chunk('a', 'STOP');
    expect(framed(whole)).toBe(whole);
  });
});
