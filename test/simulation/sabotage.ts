/** Houses broken on purpose. A checker that does not notice them is worth nothing. */

import type { StreamEvent } from '../../src/model/events.ts';
import type { AccountPool, Lease } from '../../src/model/ports.ts';
import type { Sabotage } from './town.ts';

const adapterOf = (pool: AccountPool, change: (lease: Lease) => Lease): AccountPool => ({
  lease: (wish) => {
    const lease = pool.lease(wish);
    return 'none' in lease ? lease : change(lease);
  },
  another: (wish, provider) => pool.another(wish, provider),
  isModelOpen: (protocol, operation, model) => pool.isModelOpen(protocol, operation, model),
});

export const SABOTAGE: Readonly<Record<string, Sabotage>> = {
  'a peek that takes a start or a ping for content': (doors) => ({
    ...doors,
    pool: adapterOf(doors.pool, (lease) => ({
      ...lease,
      adapter: {
        ...lease.adapter,
        readEvents: (protocol) => {
          const reader = lease.adapter.readEvents(protocol);
          const eager: StreamEvent = { type: 'block-start', index: 0, kind: 'other', says: true };
          return {
            push(frame, out) {
              out.push(eager);
              reader.push(frame, out);
            },
            end: (out) => reader.end(out),
          };
        },
      },
    })),
  }),
  'a reader that calls every end complete': (doors) => ({
    ...doors,
    pool: adapterOf(doors.pool, (lease) => ({
      ...lease,
      adapter: {
        ...lease.adapter,
        readEvents: (protocol) => {
          const reader = lease.adapter.readEvents(protocol);
          return {
            push: (frame, out) => reader.push(frame, out),
            end: (out) => void out.push({ type: 'message-complete' }),
          };
        },
      },
    })),
  }),
  'a pool that loses a lease': (doors) => ({
    ...doors,
    pool: adapterOf(doors.pool, (lease) => ({
      ...lease,
      settle: (result) => (result.result === 'ok' ? undefined : lease.settle(result)),
    })),
  }),
  'an upstream that is not closed when its client leaves': (doors, transport) => {
    const request = transport.request.bind(transport);
    transport.request = (asked) => request(asked, new AbortController().signal);
    return doors;
  },
  'a journal that tells another ending': (doors) => ({
    ...doors,
    journal: {
      note: (fact) =>
        doors.journal.note(
          fact.fact === 'exchange-ended' && fact.outcome === 'healed' ? { ...fact, status: 201 } : fact,
        ),
    },
  }),
  'a pool that asks the account that just failed': (doors) => ({
    ...doors,
    pool: {
      lease: (wish) => doors.pool.lease({ ...wish, failed: new Set() }),
      another: () => false,
      isModelOpen: () => false,
    },
  }),
};
