import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resumePoint } from './remedies/resume.ts';
import { createSeam, type SeamVerdict } from './seam.ts';

/** Feeds the new text in pieces and returns what the client has in the end, or what is wrong. */
function join(shown: string, pieces: readonly string[], repeats = ''): string {
  const seam = createSeam(shown, repeats);
  let verdict: SeamVerdict = { is: 'open' };
  for (const piece of pieces) verdict = seam.push(piece);
  if (verdict.is === 'open') verdict = seam.end();
  if (verdict.is === 'contradiction') return `contradiction: ${verdict.detail}`;
  if (verdict.is === 'open') return 'open';
  return shown + pieces.join('').slice(verdict.cut);
}

describe('the seam', () => {
  it('glues a plain continuation', () => {
    expect(join('The quick brown ', ['fox ', 'jumps.'])).toBe('The quick brown fox jumps.');
  });

  it('cuts an answer that is told again from its start', () => {
    expect(join('The quick bro', ['The qu', 'ick brown', ' fox'])).toBe('The quick brown fox');
  });

  it('cuts a long answer that is told again from its start, long before its end comes by', () => {
    const long = Array.from({ length: 2_000 }, (_, n) => `word ${n}`).join(' ');
    expect(join(long, [long.slice(0, 40), long.slice(40), ' and on'])).toBe(`${long} and on`);
  });

  it('cuts a repetition of the end, however it comes in pieces', () => {
    expect(join('The quick brown fox', [' brown', ' fox', ' jumps'])).toBe('The quick brown fox jumps');
    expect(join('The quick brown fox', ['x', ' jumps'])).toBe('The quick brown fox jumps');
  });

  it('takes the longest repetition', () => {
    expect(join('one two one two', [' one two three'])).toBe('one two one two three');
  });

  it('keeps the white space of whoever has it', () => {
    expect(join('Hello ', ['o world'], 'o ')).toBe('Hello world');
    expect(join('Hello\n\n', ['o\n\nworld'], 'o\n\n')).toBe('Hello\n\nworld');
  });

  it('does not glue an answer that starts over with other words', () => {
    expect(join('The capital of France is Paris', ['The capital of ', 'Germany is Berlin'])).toMatch(/^contradiction/);
    expect(join('Hello wor', ['Hello everyone'])).toMatch(/^contradiction/);
  });

  it('does not glue other words into the middle of one, and believes who begins at a boundary', () => {
    expect(join('On a', ['On No, that was wrong'], 'n a')).toMatch(/^contradiction/);
    expect(join('The quick', ['slow fox'], 'ck')).toMatch(/^contradiction/);
    expect(join('The quick', [' fox'], 'ck')).toBe('The quick fox');
    expect(join('Oh, hello ', ['world'], 'o ')).toBe('Oh, hello world');
    expect(join('The quick', [''], 'ck')).toBe('The quick');
    expect(join('Hello. ', ['. '], 'o. ')).toBe('Hello. ');
  });

  it('takes three agreeing characters for a new start where the end that was to be repeated is not', () => {
    expect(join('On “Tell ', ['On ', 'No, that was wrong'], 'll ')).toMatch(/^contradiction/);
    expect(join('On “Tell ', ['ll me'], 'll ')).toBe('On “Tell me');
    expect(join('On “Tell ', ['Or not'], 'll ')).toBe('On “Tell Or not');
  });

  it('believes nobody who does not begin where it was told to, while so little was told that a new start could not be seen', () => {
    expect(join('I will ', ['I ', 'No, that was wrong'], 'll ')).toMatch(/^contradiction/);
    expect(join('I will ', ['No, that was wrong'], 'll ')).toMatch(/^contradiction/);
    expect(join('I ', ['Sure'], 'I ')).toMatch(/^contradiction/);
    expect(join('I will ', ['ll go'], 'll ')).toBe('I will go');
    expect(join('I will ', ['I will', ' go'], 'll ')).toBe('I will go');
    expect(join('I will ', ['will go'], 'll ')).toBe('I will go');
  });

  it('does not glue a new answer that ends before what was shown', () => {
    expect(join('The capital of France is Paris', ['The capital of'])).toMatch(/^contradiction/);
  });

  it('does not take a coincidence of a few letters for a new start', () => {
    expect(join('- apples\n- pears\n', ['- plums\n'])).toBe('- apples\n- pears\n- plums\n');
  });

  it('trusts an upstream that begins where it was told to, inside a row of the same sign', () => {
    expect(join('Title\n====', ['====\ndone'], '==')).toBe('Title\n======\ndone');
  });

  it('joins nothing to nothing', () => {
    expect(join('', ['Hello'])).toBe('Hello');
    expect(join('Hello', [])).toBe('Hello');
  });
});

/** No word twice, and no sign twice in a word: where a text repeats itself, nobody can see what was repeated. */
const word = fc
  .uniqueArray(fc.constantFrom(...'abdeilnorstu漢ö'), { minLength: 3, maxLength: 9 })
  .map((signs) => signs.join(''));
const words = fc.uniqueArray(word, { minLength: 3, maxLength: 30 });
const gap = fc.constantFrom(' ', ' ', ' ', '\n', '\n\n', ', ', '. ', ' — ');
const prose = fc
  .tuple(words, fc.infiniteStream(gap))
  .map(([each, gaps]) => each.map((word) => word + gaps.next().value).join(''));
const cutText = prose.chain((text) => fc.tuple(fc.constant(text), fc.integer({ min: 1, max: text.length })));

function inPieces(text: string, size: number): string[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, n) => text.slice(n * size, (n + 1) * size));
}

describe('for every text and every place where it breaks', () => {
  it('an upstream that goes on where it was told to makes the text whole', () => {
    fc.assert(
      fc.property(cutText, fc.integer({ min: 1, max: 9 }), ([text, at], size) => {
        const shown = text.slice(0, at);
        const { said, repeats } = resumePoint(shown);
        expect(join(shown, inPieces(text.slice(said.length), size), repeats)).toBe(text);
      }),
      { numRuns: 3_000 },
    );
  });

  it('an upstream that starts over makes the text whole', () => {
    fc.assert(
      fc.property(cutText, fc.integer({ min: 1, max: 9 }), ([text, at], size) => {
        const shown = text.slice(0, at);
        expect(join(shown, inPieces(text, size), resumePoint(shown).repeats)).toBe(text);
      }),
      { numRuns: 3_000 },
    );
  });

  it('an upstream that repeats the end of what it was shown makes the text whole', () => {
    fc.assert(
      fc.property(
        cutText,
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 9 }),
        ([text, at], overlap, size) => {
          const shown = text.slice(0, at);
          const { said, repeats } = resumePoint(shown);
          const from = Math.max(0, said.length - overlap);
          expect(join(shown, inPieces(text.slice(from), size), repeats)).toBe(text);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
