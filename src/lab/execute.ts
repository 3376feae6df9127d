/** Does a plan to a real socket, byte by byte as written: unfinished chunks, FIN, RST and silence included. It ends at once when the caller leaves. */

import type { ServerResponse } from 'node:http';
import type { World } from '../model/ports.ts';
import type { OpenRecord } from './record.ts';
import type { LabStep } from './step.ts';

/** What was written before a reset must reach the other side first, or the reset would swallow it. */
const RESET_GRACE_MS = 20;

/** Resolves when the plan is done, or when `left` aborts. Never rejects. */
export async function execute(
  steps: readonly LabStep[],
  response: ServerResponse,
  world: World,
  left: AbortSignal,
  record: OpenRecord,
): Promise<void> {
  for (const step of steps) {
    if (left.aborted) return;
    switch (step.do) {
      case 'wait':
        if (step.ms > 0) await world.sleep(step.ms, left);
        break;
      case 'head':
        record.status = step.status;
        response.writeHead(step.status, { ...step.headers });
        response.flushHeaders();
        break;
      case 'bytes':
        await write(step, response, left, record);
        break;
      case 'repeat':
        await repeat(step, response, world, left, record);
        return;
      case 'hang':
        await gone(left);
        return;
      case 'end':
        response.end();
        return;
      case 'close':
        response.socket?.destroySoon();
        return;
      case 'reset':
      case 'refuse':
        if (record.bytesSent > 0) await world.sleep(RESET_GRACE_MS, left);
        response.socket?.resetAndDestroy();
        return;
    }
  }
}

async function write(
  step: Extract<LabStep, { do: 'bytes' }>,
  response: ServerResponse,
  left: AbortSignal,
  record: OpenRecord,
): Promise<void> {
  record.bytesSent += step.bytes.length;
  const socket = response.socket;
  if (step.promised !== undefined && socket) {
    socket.write(`${step.promised.toString(16)}\r\n`);
    socket.write(step.bytes);
    return;
  }
  if (!response.write(step.bytes)) await drained(response, left);
}

async function repeat(
  step: Extract<LabStep, { do: 'repeat' }>,
  response: ServerResponse,
  world: World,
  left: AbortSignal,
  record: OpenRecord,
): Promise<void> {
  while (!left.aborted) {
    await world.sleep(step.everyMs, left);
    if (!left.aborted) await write({ do: 'bytes', bytes: step.bytes }, response, left, record);
  }
}

function drained(response: ServerResponse, left: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      left.removeEventListener('abort', done);
      resolve();
    };
    response.once('drain', done);
    left.addEventListener('abort', done);
    if (left.aborted) done();
  });
}

function gone(left: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (left.aborted) resolve();
    else left.addEventListener('abort', () => resolve(), { once: true });
  });
}
