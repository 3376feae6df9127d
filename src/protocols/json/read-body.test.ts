import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exceedsDepth, jsonDepthMax } from './depth.ts';
import { findJsonFault } from './find-fault.ts';
import { parseLossless, stringifyLossless } from './lossless.ts';
import { readJsonBody } from './read-body.ts';

const encoder = new TextEncoder();

function messageOf(text: string): string {
  const result = readJsonBody(encoder.encode(text));
  if (!('problem' in result)) return 'no problem';
  expect(result.problem.kind).toBe('bad-request');
  return result.problem.message;
}

describe('readJsonBody', () => {
  it('reads an object, also behind a byte order mark', () => {
    expect(readJsonBody(encoder.encode(' {"a":[1]} '))).toEqual({ json: { a: [1] } });
    expect(readJsonBody(encoder.encode('\ufeff{}'))).toEqual({ json: {} });
  });

  it.each([
    ['', 'the request has no body; a JSON object was expected'],
    ['[]', 'the body must be a JSON object, not an array'],
    ['null', 'the body must be a JSON object, not null'],
    ['"x"', 'the body must be a JSON object, not a string'],
    ['{"a":', 'the body is not valid JSON: it ends too early, at position 5'],
    ['{"key":"a"', 'the body is not valid JSON: it ends too early, at position 10'],
    ['{"key":"a', 'the body is not valid JSON: it ends too early, at position 9'],
    ['   ', 'the body is not valid JSON: it ends too early, at position 3'],
    ['{\n  "a": x}', 'the body is not valid JSON: unexpected `x` at position 9 (line 2, column 8)'],
    ['{"a":1}}', 'the body is not valid JSON: unexpected `}` at position 7 (line 1, column 8)'],
    ['{"a":"\n"}', 'the body is not valid JSON: unexpected byte 10 at position 6 (line 1, column 7)'],
  ])('says of %j what is wrong', (text, message) => {
    expect(messageOf(text)).toBe(message);
  });

  it('never repeats the content', () => {
    expect(messageOf(`{"key": sk-${'secret'.repeat(50)}}`)).not.toMatch(/secret/);
  });

  it('refuses what is nested too deeply, before parsing it', () => {
    const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
    expect(messageOf(nested(jsonDepthMax))).toBe('no problem');
    expect(messageOf(nested(jsonDepthMax + 1))).toBe('the body is nested deeper than 200 levels');
    expect(messageOf(`{"a":${'['.repeat(5_000_000)}`)).toBe('the body is nested deeper than 200 levels');
  });
});

describe('exceedsDepth', () => {
  it('does not count brackets in strings', () => {
    expect(exceedsDepth(encoder.encode('["[[[\\"[[[","\\\\",[]]'), 2)).toBe(false);
    expect(exceedsDepth(encoder.encode('["\\\\",[[]]]'), 2)).toBe(true);
    expect(exceedsDepth(encoder.encode('"[[[[[['), 2)).toBe(false);
  });
});

describe('findJsonFault', () => {
  it('agrees with the parser on what is JSON', () => {
    const mutated = fc.tuple(
      fc.json(),
      fc.nat(),
      fc.constantFrom('', '"', '\\', ',', '}', '0', '-', 'e', '.', '\n', 'u', 't'),
    );
    fc.assert(
      fc.property(mutated, ([json, position, replacement]) => {
        const at = position % (json.length + 1);
        const text = json.slice(0, at) + replacement + json.slice(at + 1);
        let isValid = true;
        try {
          JSON.parse(text);
        } catch {
          isValid = false;
        }
        expect(findJsonFault(encoder.encode(text)) < 0, text).toBe(isValid);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('parseLossless', () => {
  it('keeps the spelling of numbers through a parse and a write', () => {
    const text =
      '{"a":1.0,"b":12345678901234567890,"c":1e5,"d":-0,"e":[0.10,1,-7,2.5],"__proto__":{"x":1.50},"f":1e999}';
    expect(stringifyLossless(parseLossless(text))).toBe(text);
  });

  it('gives plain numbers where nothing would be lost, and plain everything else', () => {
    expect(parseLossless('{"a":1,"b":"x","c":[true,null]}')).toEqual({ a: 1, b: 'x', c: [true, null] });
  });

  it('throws like the parser', () => {
    expect(() => parseLossless('{')).toThrow(SyntaxError);
  });
});
