/**
 * Writes a foreign upstream's answer to a streaming Responses client, with the dialect's full life cycle and an unbroken count of events. It never
 * writes a terminal success event before the upstream has ended.
 */

import type { ForeignOptions, ForeignWriter } from '../../model/ports.ts';
import type { Framing } from '../../model/request.ts';
import { eventBytes } from './failures.ts';
import { ForeignAnswer } from './foreign-answer.ts';
import type { ShownResponse } from './shown-response.ts';
import { keepaliveComment, streamHeaders } from './write-events.ts';

/** There is one streamed framing, so `framing` decides nothing here. Without `shown` the answer begins here. */
export function writeResponsesForeignEvents(
  _framing: Framing,
  options: ForeignOptions,
  shown?: ShownResponse,
): ForeignWriter {
  let sequence = shown?.sequence ?? 0;
  let pending: Uint8Array[] = [];
  const emit = (type: string, fields: Record<string, unknown>): void => {
    pending.push(eventBytes({ type, sequence_number: sequence++, ...fields }));
  };
  const answer = new ForeignAnswer(options, emit, shown);
  let isStopped = false;
  const taken = (): Uint8Array => {
    const bytes = pending.length === 1 ? (pending[0] as Uint8Array) : Buffer.concat(pending);
    pending = [];
    return bytes;
  };
  return {
    headers: streamHeaders,
    start: () => {
      answer.start();
      return taken();
    },
    events: (events, out) => {
      for (const event of events) {
        isStopped ||= event.type === 'message-end';
        answer.see(event);
      }
      if (pending.length > 0) out.push(taken());
    },
    // An upstream that had said why it stopped may have died before its own terminal sign.
    end: (out) => {
      if (isStopped) answer.see({ type: 'message-complete' });
      if (pending.length > 0) out.push(taken());
    },
    // Codex counts only events as a sign of life; the SDKs' helpers read none before `response.created`.
    keepalive: () => {
      if (!answer.started || answer.response !== undefined) return keepaliveComment;
      emit('keepalive', {});
      return taken();
    },
    failure: (problem) => {
      answer.fail(problem);
      return taken();
    },
  };
}
