/** Looks over the shoulders of a town: what upstreams sent on each call, and what the pool knew whenever it lent an account. Changes nothing. */

import type { AccountSnapshot, RunningAccountPool } from '../../src/accounts/pool.ts';
import type { LabCallRecord } from '../../src/lab/record.ts';
import type { VirtualTransport } from '../../src/lab/virtual-transport.ts';
import type { AccountPool, LeaseWish, Transport, World } from '../../src/model/ports.ts';

export interface Taps {
  readonly transport: Transport;
  /** The bytes of the answer that have left the upstream. */
  said(call: LabCallRecord): Uint8Array;
}

export function createTaps(transport: VirtualTransport): Taps {
  const pieces = new Map<LabCallRecord, Uint8Array[]>();
  return {
    transport: {
      request: async (request, signal) => {
        const before = transport.calls.length;
        const answering = transport.request(request, signal);
        const call = transport.calls[before];
        const answer = await answering;
        if (call === undefined) return answer;
        const kept: Uint8Array[] = [];
        pieces.set(call, kept);
        return { ...answer, body: tapped(answer.body, kept) };
      },
    },
    said: (call) => Buffer.concat(pieces.get(call) ?? []),
  };
}

function tapped(body: AsyncIterable<Uint8Array>, kept: Uint8Array[]): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]() {
      const inner = body[Symbol.asyncIterator]();
      return {
        async next() {
          const result = await inner.next();
          if (result.done !== true) kept.push(result.value);
          return result;
        },
        return: async () => (await inner.return?.()) ?? { done: true, value: undefined },
      };
    },
  };
}

/** An account that was lent while some circuit was not closed. */
export interface Lending {
  readonly atMs: number;
  readonly wish: LeaseWish;
  readonly email: string;
  /** The accounts as they stood before it. */
  readonly before: readonly AccountSnapshot[];
  settledMs: number | undefined;
}

/** `known` = the pool of which `pool` is a part or a broken copy. */
export function watchPool(
  pool: AccountPool,
  known: RunningAccountPool,
  world: Pick<World, 'elapsed'>,
  lendings: Lending[],
): AccountPool {
  return {
    lease(wish) {
      const before = known.snapshot();
      const lease = pool.lease(wish);
      if ('none' in lease || before.every(({ circuits }) => circuits.length === 0)) return lease;
      const { email } = lease.account;
      const lending: Lending = { atMs: world.elapsed(), wish, email, before, settledMs: undefined };
      lendings.push(lending);
      return {
        ...lease,
        settle(result) {
          lending.settledMs = world.elapsed();
          lease.settle(result);
        },
      };
    },
    another: (wish, provider) => pool.another(wish, provider),
    isModelOpen: (protocol, operation, model) => pool.isModelOpen(protocol, operation, model),
  };
}
