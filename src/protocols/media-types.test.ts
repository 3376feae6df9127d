import { expect, it } from 'vitest';
import { mediaTypeOf } from './media-types.ts';

it('knows a file by the ending of its name, whatever its case', () => {
  expect(['a.WebP', 'b.tar.gif', 'c.md'].map(mediaTypeOf)).toEqual(['image/webp', 'image/gif', 'text/markdown']);
});

it('takes a file without a known ending for a PDF', () => {
  expect([undefined, 'readme', 'a.xyz'].map(mediaTypeOf)).toEqual(new Array(3).fill('application/pdf'));
});
