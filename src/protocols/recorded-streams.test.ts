/** Every recorded stream, broken off after every frame and gone on with. The recordings stay outside the project and are skipped visibly when absent. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../model/events.ts';
import { modelFamilyOf } from '../model/model-family.ts';
import type { Protocol } from '../model/request.ts';
import type { Frame } from '../model/wire.ts';
import { joinedOnto } from './resumed-joins.testing.ts';
import {
  allCalls,
  cutsOf,
  eventsByFrame,
  eventsOf,
  framesOf,
  optionsFor,
  type Said,
  saidBy,
  WAYS,
  wholeStream,
} from './resumed-streams.testing.ts';

interface Recording {
  readonly name: string;
  readonly protocol: Protocol;
  readonly frames: readonly Frame[];
  readonly byFrame: readonly (readonly StreamEvent[])[];
  readonly cuts: readonly number[];
}

const fixtures = process.env.FIXTURES_DIR ?? '../shared/fixtures';
const folders: readonly (readonly [folder: string, protocol: Protocol])[] = [
  ['anthropic', 'anthropic'],
  ['vertex-claude', 'anthropic'],
  ['gemini', 'gemini'],
  ['vertex-gemini', 'gemini'],
  ['openai-chat', 'openai-chat'],
  ['openai-responses', 'openai-responses'],
];
/** Shaped by hand after a broken gateway (two answers in one), or shortened by its recorder. */
const isUnsound = /spliced-message-start|shell-container\.1$/;

const recordings = folders.flatMap(([folder, protocol]) => {
  const path = join(fixtures, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path).flatMap((name): Recording[] => {
    const file = join(path, name, 'response.sse');
    if (!existsSync(file) || isUnsound.test(name)) return [];
    const frames = framesOf(readFileSync(file));
    const byFrame = eventsByFrame(protocol, frames);
    const isComplete = byFrame.some((events) => events.some(({ type }) => type === 'message-complete'));
    return isComplete ? [{ name: `${folder}/${name}`, protocol, frames, byFrame, cuts: cutsOf(byFrame) }] : [];
  });
});
const breakable = recordings.filter(({ cuts }) => cuts.length > 0);

/** Answers of plain text, thinking and calls: what every dialect can say. */
const plain = recordings.filter(({ byFrame }) => {
  const events = byFrame.flat();
  const isPlain = events.every(
    (event) =>
      event.type !== 'citation' && (event.type !== 'block-start' || /^(text|thinking|tool-call)$/.test(event.kind)),
  );
  const { stop, text, calls } = saidBy(events);
  return isPlain && /^(natural|tool)$/.test(stop ?? '') && (text !== '' || calls.length > 0);
});

/** Without the numbers in them: a fault that the upstream itself made may come again. */
function faultsOf(protocol: Protocol, text: string): string[] {
  return WAYS[protocol].check(text).map((fault) => fault.replace(/\d+/g, 'n'));
}

function ownFaults({ protocol, frames, cuts }: Recording): string[] {
  const shown = frames.slice(0, cuts.at(-1)).map(({ raw }) => raw);
  return faultsOf(protocol, Buffer.concat(shown).toString());
}

/** A block that was shown and says nothing cannot become one of another kind. */
function emptyOf(shown: readonly StreamEvent[]): string | undefined {
  const open = shown.findLast((event) => event.type === 'block-start');
  const says = (event: StreamEvent): boolean =>
    event.type === 'block-delta' && event.index === open?.index && event.kind === open.kind && event.text !== '';
  return open === undefined || shown.some(says) ? undefined : `an empty ${open.kind} block`;
}

function saidIn(protocol: Protocol, text: string): Said {
  return saidBy(eventsOf(protocol, Buffer.from(text)));
}

describe.skipIf(recordings.length === 0)('a recorded stream that broke off', () => {
  it('is there in number, in every dialect', () => {
    expect(new Set(breakable.map(({ protocol }) => protocol)).size).toBe(4);
    expect(breakable.length).toBeGreaterThan(180);
    expect(breakable.flatMap(({ cuts }) => cuts).length).toBeGreaterThan(6000);
  });

  it.for(breakable)('$name goes on with itself after every frame, legally, and says the same', (recording) => {
    const { protocol, frames, byFrame, cuts } = recording;
    const own = ownFaults(recording);
    const said = saidBy(byFrame.flat());
    for (const cut of cuts) {
      const text = wholeStream(protocol, frames.slice(0, cut), byFrame.slice(cut).flat());
      const faults = faultsOf(protocol, text).filter((fault) => !own.includes(fault));
      expect(faults, `after frame ${cut}`).toEqual([]);
      expect(saidIn(protocol, text), `after frame ${cut}`).toEqual(said);
    }
  });

  it.for(breakable)(
    '$name goes on the same when it broke off inside a frame',
    ({ protocol, frames, byFrame, cuts }) => {
      const step = Math.ceil(cuts.length / 12);
      for (const cut of cuts.filter((_cut, at) => at % step === 0)) {
        const [shown, rest] = [frames.slice(0, cut), byFrame.slice(cut).flat()];
        const next = frames[cut]?.raw ?? new Uint8Array();
        const bytes = Buffer.concat([...shown.map(({ raw }) => raw), next.subarray(0, next.length >> 1)]);
        const whole = wholeStream(protocol, shown, rest);
        expect(wholeStream(protocol, framesOf(bytes), rest), `inside frame ${cut + 1}`).toBe(whole);
      }
    },
  );

  it.for(breakable)('$name goes on with answers of every other dialect, and both are said whole', (recording) => {
    const { name, protocol, frames, byFrame } = recording;
    const cuts = cutsOf(byFrame, allCalls);
    const own = ownFaults(recording);
    const others = plain.filter((other) => other.protocol !== protocol);
    const step = Math.ceil(cuts.length / 12);
    for (const cut of cuts.filter((_cut, at) => at % step === 0)) {
      const shown = byFrame.slice(0, cut).flat();
      // Another one at every cut, and other ones for every recording.
      const other = others[(name.length * 7 + cut) % others.length] as Recording;
      const added = other.byFrame.flat();
      const text = wholeStream(protocol, frames.slice(0, cut), joinedOnto(shown, added), optionsFor(protocol));
      const where = `after frame ${cut}, by ${other.name}`;
      const faults = faultsOf(protocol, text).filter((fault) => !own.includes(fault) && fault !== emptyOf(shown));
      expect(faults, where).toEqual([]);
      const [before, after, told] = [saidBy(shown), saidBy(added), saidIn(protocol, text)];
      expect(told.text, where).toBe(before.text + after.text);
      // A message that is open and says nothing yet has no place for thoughts before its words.
      const hasPlace = protocol !== 'openai-responses' || emptyOf(shown) !== 'an empty text block';
      expect(told.thinking, where).toBe(before.thinking + (hasPlace ? after.thinking : ''));
      expect(told.calls, where).toEqual([...before.calls, ...after.calls]);
      const ended = protocol !== 'gemini' && told.calls.length > 0 ? 'tool' : 'natural';
      // In this dialect the words themselves say that it is a refusal.
      const refuses = protocol === 'openai-chat' && saidBy(byFrame.flat()).stop === 'refusal';
      const stop = refuses && ended === 'natural' ? 'refusal' : ended;
      expect(told, where).toMatchObject({ stop, isComplete: true });
    }
  });
});

describe.skipIf(recordings.length === 0)('a recorded Gemini stream that broke off as an array', () => {
  it.for(breakable.filter(({ protocol }) => protocol === 'gemini'))(
    '$name is the array of the same chunks',
    (recording) => {
      const { frames, byFrame, cuts } = recording;
      for (const cut of cuts) {
        const [shown, rest] = [frames.slice(0, cut), byFrame.slice(cut).flat()];
        const lines = wholeStream('gemini', shown, rest)
          .split(/\r?\n/)
          .filter((line) => line.startsWith('data: '));
        const array = wholeStream('gemini', shown, rest, optionsFor('gemini'), 'json-array');
        expect(JSON.parse(array), `after frame ${cut}`).toEqual(lines.map((line) => JSON.parse(line.slice(6))));
      }
    },
  );
});

describe.skipIf(recordings.length === 0)('a recorded signed stream that broke off', () => {
  const signed = breakable.filter(
    ({ protocol, byFrame }) =>
      /^(anthropic|gemini)$/.test(protocol) && byFrame.flat().some(({ type }) => type === 'block-signature'),
  );

  it.for(signed)('$name keeps the signatures of its own line as they are', ({ protocol, frames, byFrame, cuts }) => {
    const model = protocol === 'anthropic' ? 'claude-sonnet-5' : 'gemini-3-pro';
    expect(modelFamilyOf(model)).not.toBe('unknown');
    const signatures = (events: readonly StreamEvent[]): string =>
      events.map((event) => (event.type === 'block-signature' ? event.signature : '')).join('');
    for (const cut of cuts) {
      const text = wholeStream(
        protocol,
        frames.slice(0, cut),
        byFrame.slice(cut).flat(),
        optionsFor(protocol, {}, model),
      );
      expect(signatures(eventsOf(protocol, Buffer.from(text))), `after frame ${cut}`).toBe(signatures(byFrame.flat()));
    }
  });
});
