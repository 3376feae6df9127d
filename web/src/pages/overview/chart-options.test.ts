import { describe, expect, it } from 'vitest';
import { readColour } from './chart-options.ts';

const styled = (values: Record<string, string>) => ({ getPropertyValue: (name: string) => values[name] ?? '' });

describe('a colour of the page on a canvas', () => {
  it('is the one of the scheme that is chosen', () => {
    const colours = { '--good': 'light-dark(#146c36, #7fe3a6)' };
    expect(readColour(styled({ ...colours, 'color-scheme': 'light' }), '--good')).toBe('#146c36');
    expect(readColour(styled({ ...colours, 'color-scheme': 'dark' }), '--good')).toBe('#7fe3a6');
  });
  it('is taken as it is where there is but one', () => {
    expect(readColour(styled({ '--good': ' rgb(1, 2, 3) ' }), '--good')).toBe('rgb(1, 2, 3)');
  });
});
