import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../model/events.ts';
import type { Shown, ShownBlock } from '../model/shown.ts';
import { createJoiner } from './join.ts';
import { createLedger } from './ledger.ts';
import { resumePoint } from './remedies/resume.ts';

const block = (index: number, kind: ShownBlock['kind'], text: string, ended = false): ShownBlock => ({
  index,
  kind,
  text,
  ended,
});
const start = (index: number, kind: 'text' | 'thinking' | 'tool-call'): StreamEvent => ({
  type: 'block-start',
  index,
  kind,
  says: kind === 'tool-call',
});
const say = (index: number, text: string): StreamEvent => ({ type: 'block-delta', index, kind: 'text', text });
const think = (index: number, text: string): StreamEvent => ({ type: 'block-delta', index, kind: 'thinking', text });
const end = (index: number): StreamEvent => ({ type: 'block-end', index });
const stop: StreamEvent = { type: 'message-end', stop: 'natural', reason: 'end_turn' };
const complete: StreamEvent = { type: 'message-complete' };

function joined(blocks: readonly ShownBlock[], events: readonly StreamEvent[], usage: Shown['usage'] = {}): unknown {
  const text = blocks.filter(({ kind }) => kind === 'text').map((each) => each.text);
  const joiner = createJoiner({ blocks, usage, stopped: false }, resumePoint(text.join('')).repeats);
  const out: StreamEvent[] = [];
  const wrong = joiner.see(events, out);
  return wrong ?? out;
}

describe('a joined answer', () => {
  it('goes on in the text that is open, without a second start', () => {
    const events: StreamEvent[] = [
      { type: 'message-start', id: 'second' },
      start(0, 'text'),
      say(0, 'lo'),
      say(0, ' world'),
      end(0),
      stop,
      complete,
    ];
    expect(joined([block(0, 'text', 'Hello')], events)).toEqual([say(0, ' world'), end(0), stop, complete]);
  });

  it('counts the blocks on, and ends the open text before another block', () => {
    const call: StreamEvent = { type: 'block-start', index: 0, kind: 'tool-call', says: true, id: 'c', name: 'look' };
    const shown = [block(0, 'thinking', 'hm', true), block(1, 'text', 'I look.')];
    expect(joined(shown, [call, end(0), stop])).toEqual([end(1), { ...call, index: 2 }, end(2), stop]);
  });

  it('ends thinking that was cut and begins it anew, in a block of its own', () => {
    const events = [start(0, 'thinking'), think(0, 'hm'), end(0), start(1, 'text'), say(1, 'Yes.'), end(1), stop];
    expect(joined([block(0, 'thinking', 'h')], events)).toEqual([
      end(0),
      start(1, 'thinking'),
      think(1, 'hm'),
      end(1),
      start(2, 'text'),
      say(2, 'Yes.'),
      end(2),
      stop,
    ]);
  });

  it('does not split a text by the new thoughts that lead to its rest', () => {
    const events = [start(0, 'thinking'), think(0, 'hm'), end(0), start(1, 'text'), say(1, 'lo world'), end(1), stop];
    expect(joined([block(0, 'text', 'Hello')], events)).toEqual([say(0, ' world'), end(0), stop]);
  });

  it('tells new thoughts before a call, which needs them', () => {
    const call: StreamEvent = { type: 'block-start', index: 1, kind: 'tool-call', says: true, name: 'look' };
    const events = [start(0, 'thinking'), think(0, 'hm'), end(0), call, end(1), stop];
    expect(joined([block(0, 'text', 'Hello')], events)).toEqual([
      end(0),
      start(1, 'thinking'),
      think(1, 'hm'),
      end(1),
      { ...call, index: 2 },
      end(2),
      stop,
    ]);
  });

  it('tells no thoughts after words that were the last', () => {
    const thought = [start(0, 'thinking'), think(0, 'hm'), end(0)];
    const again = [...thought, start(1, 'text'), say(1, 'Hello'), end(1), stop];
    expect(joined([block(0, 'text', 'Hello')], again)).toEqual([end(0), stop]);
    const call: StreamEvent = { type: 'block-start', index: 1, kind: 'tool-call', says: true, id: 'c', name: 'look' };
    expect(joined([block(0, 'text', 'Hello')], [...thought, call, end(1), stop])).toEqual([
      end(0),
      start(1, 'thinking'),
      think(1, 'hm'),
      end(1),
      { ...call, index: 2 },
      end(2),
      stop,
    ]);
  });

  it('drops what is told again over several blocks', () => {
    const shown = [block(0, 'text', 'One sentence. ', true), block(1, 'text', 'Another ')];
    const events = [
      start(0, 'text'),
      say(0, 'One sentence. '),
      end(0),
      start(1, 'text'),
      say(1, 'Another one.'),
      end(1),
      stop,
    ];
    expect(joined(shown, events)).toEqual([say(1, 'one.'), end(1), stop]);
  });

  it('begins a new block where the shown text had ended', () => {
    const events = [start(0, 'text'), say(0, 'e. And more.'), end(0), stop];
    expect(joined([block(0, 'text', 'Done.', true)], [start(0, 'text'), say(0, 'e. And more.'), end(0), stop])).toEqual(
      [start(1, 'text'), say(1, ' And more.'), end(1), stop],
    );
    expect(events).toHaveLength(4);
  });

  it('leaves out thoughts without words where the open text goes on, and where nothing follows them', () => {
    const sign: StreamEvent = { type: 'block-signature', index: 0, signature: 's' };
    const silent = [start(0, 'thinking'), sign, end(0)];
    const shown = [block(0, 'text', 'Hello')];
    const goesOn = [...silent, start(1, 'text'), say(1, 'lo you'), end(1), stop];
    expect(joined(shown, goesOn)).toEqual([say(0, ' you'), end(0), stop]);
    const thenCalls = [...goesOn.slice(0, -1), start(2, 'tool-call'), end(2), stop];
    expect(joined(shown, thenCalls)).toEqual([say(0, ' you'), end(0), start(1, 'tool-call'), end(1), stop]);
    const allShown = [...silent, start(1, 'text'), say(1, 'lo'), end(1), stop];
    expect(joined(shown, allShown)).toEqual([end(0), stop]);
  });

  it('tells thoughts without words before a block of its own', () => {
    const sign: StreamEvent = { type: 'block-signature', index: 0, signature: 's' };
    const events = [start(0, 'thinking'), sign, end(0), start(1, 'tool-call'), end(1), stop];
    expect(joined([block(0, 'thinking', 'h')], events)).toEqual([
      end(0),
      start(1, 'thinking'),
      { ...sign, index: 1 },
      end(1),
      start(2, 'tool-call'),
      end(2),
      stop,
    ]);
  });

  it('tells nothing but the end when all was shown already', () => {
    const events = [start(0, 'text'), say(0, 'lo'), end(0), stop, complete];
    expect(joined([block(0, 'text', 'Hello')], events)).toEqual([end(0), stop, complete]);
  });

  it('says so when it contradicts what was shown, and tells nothing of it', () => {
    const events = [start(0, 'text'), say(0, 'Hello all of you, good day'), end(0), stop];
    expect(joined([block(0, 'text', 'Hello all of them and')], events)).toMatch(/begun anew and differs/);
  });

  it('signs a joined text only with the signature of an attempt that told it whole, and once', () => {
    const sign: StreamEvent = { type: 'block-signature', index: 0, signature: 's' };
    const rest = [start(0, 'text'), say(0, 'lo world'), sign, end(0), stop];
    expect(joined([block(0, 'text', 'Hello')], rest)).toEqual([say(0, ' world'), end(0), stop]);
    const again = [start(0, 'text'), say(0, 'Hello world'), sign, end(0), stop];
    expect(joined([block(0, 'text', 'Hello')], again)).toEqual([say(0, ' world'), sign, end(0), stop]);
    expect(joined([{ ...block(0, 'text', 'Hello'), signed: true }], again)).toEqual([say(0, ' world'), end(0), stop]);
  });

  it('adds up what was generated and counts the prompt once', () => {
    const usage: StreamEvent = { type: 'usage', usage: { inputTokens: 130, outputTokens: 20 } };
    const out = joined([block(0, 'text', 'Hello')], [start(0, 'text'), say(0, 'lo!'), usage, end(0), stop], {
      inputTokens: 100,
      outputTokens: 7,
    });
    expect(out).toContainEqual({ type: 'usage', usage: { inputTokens: 100, outputTokens: 27 } });
  });

  it('moves a source to the place where its text stands in the whole', () => {
    const citation: StreamEvent = {
      type: 'citation',
      index: 0,
      citation: { url: 'https://a.example', start: 3, end: 8 },
    };
    const events = [start(0, 'text'), say(0, 'lo world'), citation, end(0), stop];
    expect(joined([block(0, 'text', 'Hello')], events)).toContainEqual({
      type: 'citation',
      index: 0,
      citation: { url: 'https://a.example', start: 6, end: 11 },
    });
  });

  it('keeps looking for the seam behind hidden thoughts and tools of the provider', () => {
    for (const kind of ['redacted-thinking', 'server-tool'] as const) {
      const hidden: StreamEvent = { type: 'block-start', index: 0, kind, says: true };
      const events = [hidden, end(0), start(1, 'text'), say(1, 'lo world'), end(1), stop];
      expect(joined([block(0, 'text', 'Hello', true)], events), kind).toEqual([
        { ...hidden, index: 1 },
        end(1),
        start(2, 'text'),
        say(2, ' world'),
        end(2),
        stop,
      ]);
    }
  });

  it('begins no block for a source alone, and tells the source with the first word after it', () => {
    const source: StreamEvent = { type: 'citation', index: 0, citation: { url: 'https://a.example' } };
    const beside: StreamEvent = { type: 'block-delta', index: 0, kind: 'other', text: '{"type":"citations_delta"}' };
    const events = [start(0, 'text'), beside, source, say(0, '. More.'), end(0), stop];
    const shown = [block(0, 'text', 'It is done', true)];
    expect(joined(shown, [start(0, 'text'), beside, source, say(0, 'ne'), end(0), stop])).toEqual([stop]);
    expect(joined(shown, events)).toEqual([start(1, 'text'), { ...source, index: 1 }, say(1, '. More.'), end(1), stop]);
  });
});

describe('the ledger', () => {
  it('counts no source among the words it stands beside', () => {
    const ledger = createLedger();
    const beside: StreamEvent = { type: 'block-delta', index: 0, kind: 'other', text: '{"type":"citations_delta"}' };
    ledger.events([start(0, 'text'), beside, say(0, 'a')]);
    expect(ledger.shown().blocks).toEqual([block(0, 'text', 'a')]);
  });

  it('reads kept frames only when it is asked, and counts on with events', () => {
    const ledger = createLedger();
    expect(ledger.isEmpty).toBe(true);
    const frame = { raw: new Uint8Array(3), event: '', data: 'x', shape: 'event', terminated: true } as const;
    let reads = 0;
    const reader = () => ({
      push: (_frame: unknown, out: StreamEvent[]) => {
        reads += 1;
        out.push(start(0, 'text'), say(0, 'a'));
      },
      end: () => undefined,
    });
    ledger.frames([frame], reader);
    expect(reads).toBe(0);
    expect(ledger.shown().blocks).toEqual([block(0, 'text', 'a')]);
    ledger.events([say(0, 'b'), end(0)]);
    expect(ledger.shown().blocks).toEqual([block(0, 'text', 'ab', true)]);
    expect(reads).toBe(1);
  });

  it('keeps no more than its limit, and says so', () => {
    const ledger = createLedger();
    const frame = {
      raw: new Uint8Array(9 * 1024 * 1024),
      event: '',
      data: '',
      shape: 'event',
      terminated: true,
    } as const;
    const reader = () => ({ push: () => undefined, end: () => undefined });
    ledger.frames([frame], reader);
    expect(ledger.isFull).toBe(false);
    ledger.frames([frame], reader);
    expect([ledger.isFull, ledger.isEmpty, ledger.written.length]).toEqual([true, false, 0]);
  });
});
