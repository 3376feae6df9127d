/** Every recorded stream, cut in every way that matters, through framer, reader, writer and fold. The recordings stay outside the project. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../model/events.ts';
import type { Frame } from '../../model/wire.ts';
import { createFramer } from '../sse/framer.ts';
import { foldGeminiAnswer } from './fold-answer.ts';
import { readGeminiEvents } from './read-events.ts';
import { isObject, objectsIn } from './shapes.ts';
import { writeGeminiEvents } from './write-events.ts';

const fixtures = process.env.FIXTURES_DIR ?? '../shared/fixtures';
const isPresent = existsSync(join(fixtures, 'gemini'));
const encoder = new TextEncoder();

function casesWith(file: string): string[] {
  if (!isPresent) return [];
  return ['gemini', 'vertex-gemini'].flatMap((protocol) =>
    readdirSync(join(fixtures, protocol))
      .map((name) => join(protocol, name))
      .filter((name) => existsSync(join(fixtures, name, file))),
  );
}

function framesOf(chunks: Iterable<Uint8Array>): Frame[] {
  const framer = createFramer();
  const frames: Frame[] = [];
  for (const chunk of chunks) framer.push(chunk, frames);
  framer.end(frames);
  return frames;
}

function eventsOf(frames: readonly Frame[]): StreamEvent[] {
  const reader = readGeminiEvents();
  const events: StreamEvent[] = [];
  for (const frame of frames) reader.push(frame, events);
  reader.end(events);
  return events.filter((event) => event.type !== 'keepalive');
}

function written(frames: readonly Frame[]): string {
  const writer = writeGeminiEvents('sse');
  const out: Uint8Array[] = [];
  writer.frames(frames, out);
  writer.end(out);
  return Buffer.concat(out).toString('latin1');
}

function folded(frames: readonly Frame[]): string {
  const fold = foldGeminiAnswer();
  for (const frame of frames) fold.push(frame);
  return fold.document();
}

/** A small seeded generator, so that a failing cut can be had again. */
function* randomChunks(bytes: Uint8Array, seed: number): Generator<Uint8Array> {
  let state = seed;
  for (let at = 0; at < bytes.length; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const size = 1 + ((state >>> 8) % (state % 3 === 0 ? 7 : 900));
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

function* everyChunking(bytes: Uint8Array, whole: readonly Frame[]): Generator<[string, Uint8Array[]]> {
  yield ['single bytes', [...bytes].map((byte) => Uint8Array.of(byte))];
  let boundary = 0;
  for (const frame of whole) {
    boundary += frame.raw.length;
    for (const at of [boundary - 1, boundary, boundary + 1]) {
      if (at > 0 && at < bytes.length) yield [`cut at ${at}`, [bytes.subarray(0, at), bytes.subarray(at)]];
    }
  }
  for (let seed = 1; seed <= 20; seed++) yield [`seed ${seed}`, [...randomChunks(bytes, seed)]];
}

const streams = casesWith('response.sse');

describe.skipIf(!isPresent)('recorded Gemini streams', () => {
  it('are there', () => {
    expect(streams.length).toBeGreaterThan(90);
  });

  it.each(streams)('%s says the same however it is cut, and is passed on byte for byte', (name) => {
    const bytes = readFileSync(join(fixtures, name, 'response.sse'));
    const meta = JSON.parse(readFileSync(join(fixtures, name, 'meta.json'), 'utf8'));
    const whole = framesOf([bytes]);
    const events = eventsOf(whole);
    const last = events.at(-1)!;
    const isComplete = last.type === 'message-complete';
    if (meta.verify.status === 'COMPLETE') expect(isComplete).toBe(true);
    if (meta.verify.status === 'ERRORED') expect(last.type).toBe('failure');
    const document = isComplete ? folded(whole) : undefined;
    for (const [how, chunks] of everyChunking(bytes, whole)) {
      const frames = framesOf(chunks);
      expect(Buffer.concat(frames.map((frame) => frame.raw)).equals(bytes), how).toBe(true);
      expect(eventsOf(frames), how).toEqual(events);
      if (document === undefined) continue;
      const output = written(frames);
      const original = bytes.toString('latin1');
      expect(output.slice(0, original.length) === original, how).toBe(true);
      // A recording without its last blank line gets one, and nothing else.
      expect(output.slice(original.length), how).toMatch(/^[\r\n]{0,4}$/);
      if (/\r?\n\r?\n$/.test(original)) expect(output.length, how).toBe(original.length);
      expect(folded(frames), how).toBe(document);
    }
  });

  it.each(streams)('%s loses no text, no call and no signature in the fold', (name) => {
    const frames = framesOf([readFileSync(join(fixtures, name, 'response.sse'))]);
    if (eventsOf(frames).at(-1)!.type !== 'message-complete') return;
    const sent = frames.filter((frame) => frame.shape === 'event').map((frame) => JSON.parse(frame.data));
    const whole = JSON.parse(folded(frames));
    for (const kind of ['text', 'thought'] as const) {
      expect(textOf([whole], kind)).toBe(textOf(sent, kind));
    }
    const others = (documents: unknown[]) => partsOf(documents).filter((part) => part.text === undefined);
    expect(others([whole])).toEqual(others(sent));
    const signatures = (documents: unknown[]) => partsOf(documents).flatMap((part) => part.thoughtSignature ?? []);
    expect(signatures([whole])).toEqual(signatures(sent));
    const usage = sent.findLast((chunk) => chunk.usageMetadata?.totalTokenCount !== undefined)?.usageMetadata;
    if (usage !== undefined) expect(whole.usageMetadata).toMatchObject(usage);
  });

  it.each(streams)('%s becomes a JSON array that parses to the same chunks', (name) => {
    const frames = framesOf([readFileSync(join(fixtures, name, 'response.sse'))]);
    if (eventsOf(frames).at(-1)!.type !== 'message-complete') return;
    const writer = writeGeminiEvents('json-array');
    const out: Uint8Array[] = [];
    for (const frame of frames) {
      writer.frames([frame], out);
      out.push(writer.keepalive());
    }
    writer.end(out);
    const sent = frames.filter((frame) => frame.shape === 'event').map((frame) => JSON.parse(frame.data));
    expect(JSON.parse(Buffer.concat(out).toString())).toEqual(sent);
  });
});

const documents = casesWith('response.json').filter((name) => {
  const meta = JSON.parse(readFileSync(join(fixtures, name, 'meta.json'), 'utf8'));
  return meta.status === 200 && isObject(readDocument(name)) && readDocument(name).candidates !== undefined;
});

function readDocument(name: string) {
  return JSON.parse(readFileSync(join(fixtures, name, 'response.json'), 'utf8'));
}

describe.skipIf(!isPresent)('recorded Gemini documents', () => {
  it('are there', () => {
    expect(documents.length).toBeGreaterThan(100);
  });

  it.each(documents)('%s, sent as one event, folds to itself', (name) => {
    const document = readDocument(name);
    const frames = framesOf([encoder.encode(`data: ${JSON.stringify(document)}\r\n\r\n`)]);
    const result = JSON.parse(folded(frames));
    if (hasNeighbouringTexts(document)) {
      expect(textOf([result], 'text')).toBe(textOf([document], 'text'));
    } else {
      expect(result).toEqual(document);
    }
  });

  it.each(documents)('%s, sent part by part, folds to itself', (name) => {
    const document = readDocument(name);
    if (hasNeighbouringTexts(document)) return;
    const frames = framesOf([encoder.encode(splitIntoChunks(document))]);
    expect(JSON.parse(folded(frames))).toEqual(document);
  });
});

/** As a stream would send it: a chunk for each part, long text in two, everything else with the last. */
function splitIntoChunks(document: { candidates: Record<string, unknown>[] }): string {
  const chunks: unknown[] = [];
  for (const candidate of document.candidates) {
    const { content, ...rest } = candidate;
    const parts = isObject(content) ? objectsIn(content.parts) : [];
    const at = typeof candidate.index === 'number' ? { index: candidate.index } : {};
    for (const part of parts.slice(0, -1)) {
      const { text, thoughtSignature, ...flags } = part;
      if (typeof text === 'string' && text.length > 1 && thoughtSignature === undefined) {
        chunks.push({ candidates: [{ content: { parts: [{ text: text.slice(0, 1), ...flags }] }, ...at }] });
        chunks.push({ candidates: [{ content: { parts: [{ text: text.slice(1), ...flags }] }, ...at }] });
      } else {
        chunks.push({ candidates: [{ content: { parts: [part] }, ...at }] });
      }
    }
    const lastContent = isObject(content)
      ? { content: { ...content, ...(parts.length > 0 ? { parts: parts.slice(-1) } : {}) } }
      : {};
    chunks.push({ candidates: [{ ...lastContent, ...rest }] });
  }
  chunks.push({ ...document, candidates: [] });
  return chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join('');
}

function hasNeighbouringTexts(document: { candidates: unknown[] }): boolean {
  return document.candidates.some((candidate) => {
    const content = isObject(candidate) ? candidate.content : undefined;
    const parts = isObject(content) ? objectsIn(content.parts) : [];
    const isEmpty = parts.length > 1 && parts.some((part) => part.text === '');
    return (
      isEmpty ||
      parts.some(
        (part, at) => 'text' in part && 'text' in (parts[at + 1] ?? {}) && part.thought === parts[at + 1]!.thought,
      )
    );
  });
}

function partsOf(documents: unknown[]): Record<string, unknown>[] {
  return documents.flatMap((document) =>
    objectsIn(isObject(document) ? document.candidates : []).flatMap((candidate) =>
      isObject(candidate.content) ? objectsIn(candidate.content.parts) : [],
    ),
  ) as Record<string, unknown>[];
}

function textOf(documents: unknown[], kind: 'text' | 'thought'): string {
  const parts = partsOf(documents).filter((part) => (part.thought === true) === (kind === 'thought'));
  return parts.map((part) => part.text ?? '').join('');
}
