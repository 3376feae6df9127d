import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyText, withoutMedia } from './record-body.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const named = (json: unknown) => Buffer.from(withoutMedia(bytes(JSON.stringify(json)))).toString();

describe('a body longer than the limit', () => {
  const same = (text: string) => text;

  it('keeps its beginning and its end and says how much is missing', () => {
    const text = bodyText(bytes(`BEGIN${'x'.repeat(5000)}END`), 100, same);
    expect(text.startsWith('BEGIN')).toBe(true);
    expect(text.endsWith('END')).toBe(true);
    expect(text).toContain('4908 bytes not kept');
    expect(text.length).toBeLessThan(150);
  });

  it('is redacted before it is cut, so that no half of a secret stays', () => {
    const secret = 'sk-0123456789abcdef';
    const redact = (text: string) => text.replaceAll(secret, '*');
    for (let at = 60; at < 100; at += 1) {
      const body = `${'a'.repeat(at)}${secret}${'b'.repeat(3000)}`;
      expect(bodyText(bytes(body), 100, redact)).not.toContain('sk-');
    }
  });
});

describe('media in a body', () => {
  const picture = Buffer.from(Array.from({ length: 900 }, (_, n) => (n * 7) % 256));
  const data = picture.toString('base64');
  const hash = createHash('sha256').update(picture).digest('hex').slice(0, 16);
  const name = `[image/png, 900 bytes, sha256 ${hash}…]`;

  it.each([
    ['Anthropic', { source: { type: 'base64', media_type: 'image/png', data } }],
    ['Gemini', { inlineData: { data, mimeType: 'image/png' } }],
    ['Gemini in snake case', { inline_data: { mime_type: 'image/png', data } }],
    ['OpenAI', { image_url: { url: `data:image/png;base64,${data}` } }],
  ])('of %s is named by type, size and hash', (_dialect, part) => {
    const text = named({ before: 'x', part, after: [1.0, 'y'] });
    expect(text).toContain(name);
    expect(text).not.toContain(data.slice(0, 40));
    expect(JSON.parse(text)).toMatchObject({ before: 'x', after: [1, 'y'] });
  });

  it('that is sound is named by its format', () => {
    expect(named({ input_audio: { data, format: 'wav' } })).toContain('[audio/wav, 900 bytes');
  });

  it('is named each time', () => {
    const parts = [{ media_type: 'image/png', data }, `data:image/png;base64,${data}`, { mimeType: 'image/png', data }];
    expect(named(parts).split(name)).toHaveLength(4);
  });

  it.each([
    ['data without a type', { type: 'redacted_thinking', data }],
    ['a short one', { media_type: 'image/png', data: 'aGVsbG8=' }],
    ['a text that only looks so', { mimeType: 'text/plain', data: 'two words '.repeat(100) }],
    ['data that are no text', { mimeType: 'text/plain', data: { data: 1 } }],
  ])('leaves %s as it is', (_what, json) => {
    expect(named(json)).toBe(JSON.stringify(json));
  });

  it('that was cut in two has its size and no hash', () => {
    const cut = `{"media_type":"image/png","data":"${data.slice(0, 400)}\n[… 99 bytes not kept …]\n${data.slice(500)}"}`;
    expect(Buffer.from(withoutMedia(bytes(cut))).toString()).toBe(
      '{"media_type":"image/png","data":"[image/png, about 899 bytes, cut]"}',
    );
  });

  it('changes nothing else, whatever the body is', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('"data"', ';base64,', '"data":"', 'data:image/png;base64,'),
        (json, sign) => {
          const text = JSON.stringify([json, sign]).padEnd(300) + sign;
          expect(Buffer.from(withoutMedia(bytes(text))).toString()).toBe(text);
        },
      ),
    );
  });
});
