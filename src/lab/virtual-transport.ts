/**
 * A Transport without sockets: it executes the lab's plans on the clock of a World. Whoever aborts or leaves the body early ends the
 * exchange at once, and the record says when.
 */

import type { Transport, TransportRequest, TransportResponse, World } from '../model/ports.ts';
import { createOrderCounter, withOrder } from './order.ts';
import { type LabPlanner, planAnswer } from './plan.ts';
import { planCall } from './plan-call.ts';
import {
  accountOf,
  closeRecord,
  createCallCounter,
  type LabCallRecord,
  type OpenRecord,
  openRecord,
  remember,
} from './record.ts';
import type { LabScript } from './script.ts';
import type { LabCall, LabStep } from './step.ts';

export interface VirtualTransport extends Transport {
  readonly calls: readonly LabCallRecord[];
  /** Exchanges that are neither over nor abandoned. */
  readonly open: number;
  setScript(script: LabScript): void;
}

/** Breaks of the connection, with the codes that Node's own errors carry. */
export class VirtualConnectionError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = 'VirtualConnectionError';
    this.code = code;
  }
}

/** `record` sees every call when it is over; `planner` may serve something else than the lab's own answers. */
export function createVirtualTransport(
  world: World,
  script: LabScript,
  record: (call: LabCallRecord) => void = () => {},
  planner: LabPlanner = planAnswer,
): VirtualTransport {
  const calls: OpenRecord[] = [];
  const count = createCallCounter();
  const order = createOrderCounter();
  let current = script;
  let open = 0;
  return {
    calls,
    get open() {
      return open;
    },
    setScript: (next) => {
      current = next;
    },
    request: async (request, signal) => {
      if (signal.aborted) throw abortReason(signal);
      const call = withOrder(current, readCall(request, count, world), order);
      const { weather, steps } = planCall(current, call, planner);
      const entry = openRecord(call, weather, world.elapsed());
      remember(calls, entry);
      open += 1;
      const exchange = new Exchange(steps, world, signal, entry, () => {
        open -= 1;
        record(entry);
      });
      return await exchange.head();
    },
  };
}

function readCall(request: TransportRequest, count: (account: string, path: string) => number, world: World): LabCall {
  const url = new URL(request.url);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) headers[name.toLowerCase()] = value;
  const account = accountOf(headers, url.searchParams);
  return {
    account,
    path: url.pathname,
    method: request.method,
    query: url.searchParams,
    headers,
    body: request.body ?? new Uint8Array(),
    n: count(account, url.pathname),
    now: world.now(),
  };
}

/** One exchange. It does steps only when it is asked for more, so a slow reader slows it down. */
class Exchange {
  private at = 0;
  private over = false;
  private wake: (() => void) | undefined;
  private readonly steps: readonly LabStep[];
  private readonly world: World;
  private readonly signal: AbortSignal;
  private readonly entry: OpenRecord;
  private readonly released: () => void;
  private readonly aborted = (): void => {
    this.finish('left');
    this.wake?.();
  };

  constructor(steps: readonly LabStep[], world: World, signal: AbortSignal, entry: OpenRecord, released: () => void) {
    this.steps = steps;
    this.world = world;
    this.signal = signal;
    this.entry = entry;
    this.released = released;
    signal.addEventListener('abort', this.aborted);
  }

  async head(): Promise<TransportResponse> {
    for (;;) {
      const step = this.steps[this.at];
      this.at += 1;
      if (step?.do === 'head') {
        this.entry.status = step.status;
        return { status: step.status, headers: step.headers, body: { [Symbol.asyncIterator]: () => this.body() } };
      }
      if (step?.do === 'wait') await this.pause(step.ms);
      else if (step?.do === 'hang') await this.pause(undefined);
      else this.breakOff(step?.do === 'refuse' ? 'ECONNREFUSED' : 'ECONNRESET');
    }
  }

  private body(): AsyncIterator<Uint8Array> {
    return {
      next: () => this.next(),
      return: () => {
        this.finish('left');
        this.wake?.();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  private async next(): Promise<IteratorResult<Uint8Array>> {
    if (this.signal.aborted) throw abortReason(this.signal);
    while (!this.over) {
      const step = this.steps[this.at];
      this.at += 1;
      if (step?.do === 'bytes') return this.chunk(step.bytes);
      if (step?.do === 'wait') await this.pause(step.ms);
      else if (step?.do === 'hang') await this.pause(undefined);
      else if (step?.do === 'repeat') {
        this.at -= 1;
        await this.pause(step.everyMs);
        if (!this.over) return this.chunk(step.bytes);
      } else if (step === undefined || step.do === 'end') this.finish('whole');
      else this.breakOff(step.do === 'close' ? 'UND_ERR_SOCKET' : 'ECONNRESET');
    }
    return { done: true, value: undefined };
  }

  private chunk(bytes: Uint8Array): IteratorResult<Uint8Array> {
    this.entry.bytesSent += bytes.length;
    return { done: false, value: bytes };
  }

  /** Waits so long, or for ever; throws when the caller aborts meanwhile. */
  private async pause(ms: number | undefined): Promise<void> {
    await new Promise<void>((resolve) => {
      const alarm = ms === undefined ? undefined : this.world.alarm(ms, resolve);
      this.wake = () => {
        alarm?.cancel();
        resolve();
      };
    });
    this.wake = undefined;
    if (this.signal.aborted) throw abortReason(this.signal);
  }

  private breakOff(code: string): never {
    this.finish('whole');
    throw new VirtualConnectionError(code, code === 'UND_ERR_SOCKET' ? 'other side closed' : `the lab: ${code}`);
  }

  private finish(ending: 'whole' | 'left'): void {
    if (this.over) return;
    this.over = true;
    this.signal.removeEventListener('abort', this.aborted);
    closeRecord(this.entry, ending, this.world.elapsed());
    this.released();
  }
}

function abortReason(signal: AbortSignal): unknown {
  return signal.reason ?? new DOMException('This operation was aborted', 'AbortError');
}
