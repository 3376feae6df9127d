/** Houses broken on purpose. A checker that does not notice them is worth nothing. */

import type { StreamEvent } from '../../src/model/events.ts';
import type { Fact } from '../../src/model/journal.ts';
import type { AccountPool, ForeignWriter, Lease, UpstreamAdapter } from '../../src/model/ports.ts';
import type { Frame, JsonEdit, Machine } from '../../src/model/wire.ts';
import { DIALECTS } from '../../src/protocols/dialects.ts';
import type { House, Sabotage } from './town.ts';

type Doors = House['doors'];

const withLeases = (doors: Doors, change: (lease: Lease) => Lease): Doors => ({
  ...doors,
  pool: {
    lease: (wish) => {
      const lease = doors.pool.lease(wish);
      return 'none' in lease ? lease : change(lease);
    },
    another: (wish, provider) => doors.pool.another(wish, provider),
    isModelOpen: (protocol, operation, model) => doors.pool.isModelOpen(protocol, operation, model),
  },
});

const withAdapters = (doors: Doors, change: (adapter: UpstreamAdapter) => Partial<UpstreamAdapter>): Doors =>
  withLeases(doors, (lease) => ({ ...lease, adapter: { ...lease.adapter, ...change(lease.adapter) } }));

/** Puts another reader of events in the place of each. */
const withReaders = (doors: Doors, change: (reader: Machine<Frame, StreamEvent>) => Machine<Frame, StreamEvent>) =>
  withAdapters(doors, ({ readEvents }) => ({ readEvents: (protocol) => change(readEvents(protocol)) }));

/** What the reader says is changed on its way. */
const withEvents = (doors: Doors, change: (event: StreamEvent) => readonly StreamEvent[]): Doors =>
  withReaders(doors, (reader) => {
    const changed = (out: StreamEvent[], read: (said: StreamEvent[]) => void): void => {
      const said: StreamEvent[] = [];
      read(said);
      out.push(...said.flatMap(change));
    };
    return {
      push: (frame, out) => changed(out, (said) => reader.push(frame, said)),
      end: (out) => changed(out, (said) => reader.end(said)),
    };
  });

/** What is asked of upstreams is changed on its way. */
const withEdits = (doors: Doors, change: (edits: readonly JsonEdit[]) => readonly JsonEdit[]): Doors =>
  withAdapters(doors, ({ open }) => ({
    open: (attempt, signal) => open({ ...attempt, edits: change(attempt.edits) }, signal),
  }));

const withFacts = (doors: Doors, change: (fact: Fact) => Fact): Doors => ({
  ...doors,
  journal: { note: (fact) => doors.journal.note(change(fact)) },
});

/** Lends an account that is not to be asked now before all others. */
function eagerPool({ doors, pool }: House): AccountPool {
  return {
    lease(wish) {
      const shut = pool.snapshot().find(({ email, circuits }) => {
        const isShut = circuits.some(
          ({ scope, state, probing }) => scope !== 'place-model' && (state === 'open' || probing),
        );
        return isShut && !wish.failed.has(email);
      });
      const lease = shut && doors.pool.lease({ ...wish, only: shut.email });
      return lease === undefined || 'none' in lease ? doors.pool.lease(wish) : lease;
    },
    another: (wish, provider) => doors.pool.another(wish, provider),
    isModelOpen: (protocol, operation, model) => doors.pool.isModelOpen(protocol, operation, model),
  };
}

export const SABOTAGE: Readonly<Record<string, Sabotage>> = {
  'a peek that takes a start or a ping for content': ({ doors }) =>
    withReaders(doors, (reader) => ({
      push(frame, out) {
        out.push({ type: 'block-start', index: 0, kind: 'other', says: true });
        reader.push(frame, out);
      },
      end: (out) => reader.end(out),
    })),
  'a reader that calls every end complete': ({ doors }) =>
    withReaders(doors, (reader) => ({
      push: (frame, out) => reader.push(frame, out),
      end: (out) => void out.push({ type: 'message-complete' }),
    })),
  'a pool that loses a lease': ({ doors }) =>
    withLeases(doors, (lease) => ({
      ...lease,
      settle: (result) => (result.result === 'ok' ? undefined : lease.settle(result)),
    })),
  'an upstream that is not closed when its client leaves': ({ doors, transport }) => {
    const request = transport.request.bind(transport);
    transport.request = (asked) => request(asked, new AbortController().signal);
    return doors;
  },
  'a journal that tells another ending': ({ doors }) =>
    withFacts(doors, (fact) =>
      fact.fact === 'exchange-ended' && fact.outcome === 'healed' ? { ...fact, status: 201 } : fact,
    ),
  'a pool that asks the account that just failed': ({ doors }) => ({
    ...doors,
    pool: {
      lease: (wish) => doors.pool.lease({ ...wish, failed: new Set() }),
      another: () => false,
      isModelOpen: () => false,
    },
  }),
  'a resume that does not tell what was shown': ({ doors }) =>
    withEdits(doors, (edits) => edits.filter(({ op }) => op !== 'append')),
  'a resume that tells more than was shown': ({ doors }) =>
    withEdits(doors, (edits) =>
      edits.map((edit) => (edit.op === 'append' ? { ...edit, json: edit.json.replace(/ \p{L}+"/u, '"') } : edit)),
    ),
  'a reader that loses a word': ({ doors }) =>
    withEvents(doors, (event) =>
      event.type === 'block-delta' && event.kind === 'text'
        ? [{ ...event, text: event.text.replace('note', '') }]
        : [event],
    ),
  'a reader that says some words twice': ({ doors }) =>
    withEvents(doors, (event) =>
      event.type === 'block-delta' && event.text.includes('note') ? [event, event] : [event],
    ),
  'a reader that does not hear of tool calls': ({ doors }) =>
    withEvents(doors, (event) =>
      event.type === 'block-start' && event.kind === 'tool-call' ? [{ ...event, kind: 'text', says: false }] : [event],
    ),
  'a reader that signs every thought at once': ({ doors }) =>
    withEvents(doors, (event) =>
      event.type === 'block-start' && event.kind === 'thinking'
        ? [event, { type: 'block-signature', index: event.index, signature: 'EgA=' }]
        : [event],
    ),
  'counts that no upstream stated': ({ doors }) =>
    withEvents(doors, (event) =>
      event.type === 'usage' && event.usage.outputTokens !== undefined
        ? [{ ...event, usage: { ...event.usage, outputTokens: event.usage.outputTokens + 1_000 } }]
        : [event],
    ),
  'a budget that allows everything': ({ doors }) => ({ ...doors, budget: { ...doors.budget, take: () => true } }),
  'a budget that allows nothing': ({ doors }) => ({ ...doors, budget: { ...doors.budget, take: () => false } }),
  'a pool that asks whom it should leave in peace': (house) => ({ ...house.doors, pool: eagerPool(house) }),
  'attempts beyond the limit': ({ doors }) => ({
    ...doors,
    healing: { ...doors.healing, maxAttempts: doors.healing.maxAttempts + 3 },
  }),
  'a resume that is not in the flags': ({ doors }) =>
    withFacts(doors, (fact) =>
      fact.fact === 'exchange-ended' ? { ...fact, flags: fact.flags.filter((flag) => flag !== 'resumed') } : fact,
    ),
  'an interruption that is not in the flags': ({ doors }) =>
    withFacts(doors, (fact) =>
      fact.fact === 'exchange-ended' ? { ...fact, flags: fact.flags.filter((flag) => flag !== 'interrupted') } : fact,
    ),
  'a resumed stream that begins a second time': resumedWith((writer) => ({
    events(events, out) {
      out.push(Buffer.from('event: message_start\ndata: {"type":"message_start","message":{"usage":{}}}\n\n'));
      writer.events(events, out);
    },
  })),
  'a resumed stream without its end': resumedWith((writer) => ({
    events: (events, out) =>
      writer.events(
        events.filter(({ type }) => type !== 'message-end'),
        out,
      ),
    end: () => undefined,
  })),
};

/** The dialects of one town. */
function resumedWith(change: (writer: ForeignWriter) => Partial<ForeignWriter>): Sabotage {
  const changed = (writer: ForeignWriter): ForeignWriter => ({
    headers: writer.headers,
    start: () => writer.start(),
    events: (events, out) => writer.events(events, out),
    end: (out) => writer.end(out),
    keepalive: () => writer.keepalive(),
    failure: (problem) => writer.failure(problem),
    ...change(writer),
  });
  return ({ doors, dialects }) => {
    for (const [name, dialect] of Object.entries(DIALECTS)) {
      const { resumedWriter } = dialect;
      if (resumedWriter === undefined) continue;
      dialects.set(name, { ...dialect, resumedWriter: (...args) => changed(resumedWriter(...args)) });
    }
    return doors;
  };
}
