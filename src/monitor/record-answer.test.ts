import { describe, expect, it } from 'vitest';
import { keptAnswer } from './record-answer.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const size = (text: string) => bytes(text).length;
const data = 'QUJD'.repeat(300);
const event = (inside: string) => `data: ${inside}\n\n`;
const image = event(`{"inlineData":{"mimeType":"image/png","data":"${data}"}}`);
const marksAt = (...ends: number[]) => ({
  ends: Float64Array.from(ends),
  ms: Float64Array.from(ends, (_, at) => at * 10.2),
});
const asIs = (text: string) => text;

describe('an answer', () => {
  it('has media by their names, and each event still ends at its mark', () => {
    const pieces = [event('{"text":"é"}'), image, event('{"text":"done"}')];
    const sent = pieces.join('');
    const ends = [size(pieces[0]!), size(pieces[0]!) + 500, size(pieces[0]! + image), size(sent)];
    const { body, marks } = keptAnswer(bytes(sent), marksAt(...ends), asIs);
    expect(body).not.toContain(data.slice(0, 40));
    expect(body).toMatch(/"data":"\[image\/png, 900 bytes, sha256 [0-9a-f]{16}…\]"/);
    const events = body.split(/(?<=\n\n)/);
    const places = events.map((_, at) => size(events.slice(0, at + 1).join('')));
    expect(marks.map(({ end }) => end).filter((_, at) => at !== 1)).toEqual(places);
    expect(marks[1]!.end).toBeGreaterThan(places[0]!);
    expect(marks[1]!.end).toBeLessThan(places[1]!);
    expect(marks.map(({ ms }) => ms)).toEqual([0, 10, 20, 31]);
  });

  it('counts the bytes that are missing in its middle', () => {
    const head = event('{"text":"a"}') + image;
    const tail = event('{"text":"z"}');
    const missing = 5_000;
    const sent = size(head) + missing + size(tail);
    const cut = bytes(`${head}\n[… ${missing} bytes not kept …]\n${tail}`);
    const { body, marks } = keptAnswer(cut, marksAt(size(head), sent - size(tail), sent), asIs);
    const keptHead = body.slice(0, body.indexOf('\n[…'));
    expect(marks[0]?.end).toBe(size(keptHead));
    expect(marks[2]!.end - marks[1]!.end).toBe(size(tail));
    expect(marks[2]!.end).toBe(size(keptHead) + missing + size(tail));
  });

  it('is whole again where all that is missing was a medium', () => {
    const head = event('{"text":"a"}') + image.slice(0, 700);
    const tail = `${data.slice(0, 400)}"}}\n\n${event('{"text":"z"}')}`;
    const sent = size(head) + 90_000 + size(tail);
    const { body, marks } = keptAnswer(bytes(`${head}\n[… 90000 bytes not kept …]\n${tail}`), marksAt(sent), asIs);
    expect(body).toMatch(/"data":"\[image\/png, about 68\d\d\d bytes, cut\]"/);
    expect(body).not.toContain('not kept');
    expect(marks.at(-1)?.end).toBe(size(body));
  });

  it('without media is what was sent, secrets taken out', () => {
    const redact = (text: string) => text.replaceAll('sk-1', '*');
    const { body, marks } = keptAnswer(bytes('{"a":"sk-1"}'), marksAt(12), redact);
    expect({ body, marks }).toEqual({ body: '{"a":"*"}', marks: [{ end: 12, ms: 0 }] });
  });
});
