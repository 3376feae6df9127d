/**
 * Where one attempt's answer goes. A streaming client gets it from the first content on: frames as they are when the upstream speaks the client's
 * dialect, else events retold in it. A waiting client gets one document at the end. Until `commit` nothing leaves, and what a failed attempt
 * said is thrown away with its receiver.
 */

import type { StreamEvent } from '../model/events.ts';
import type { AnswerFold, AnswerWriter, ForeignFold, ForeignWriter } from '../model/ports.ts';
import type { Frame } from '../model/wire.ts';
import type { ClientStream, Outlet } from './client-stream.ts';

export interface Receiver {
  /** Bytes held back by this attempt so far. */
  readonly heldBytes: number;
  /** Content has reached the client. */
  readonly committed: boolean;
  /** A frame of the upstream and what it says. `events` is used again by the caller; no frame = the end of the body. */
  take(frame: Frame | undefined, events: readonly StreamEvent[]): void;
  /** The attempt has said something: a streaming client may see it. `headers` are written when the stream was not open yet. */
  commit(headers: () => Readonly<Record<string, string>>): void;
  /** Sends what was taken since the last flush, as one write. */
  flush(): Promise<void> | undefined;
  /** The answer is whole. Throws `FoldError` when it makes no document. */
  finish(headers: () => Readonly<Record<string, string>>): Promise<void> | undefined;
}

/** Holds things of one kind until the attempt commits, then writes them. */
interface Pen<Thing> {
  write(things: readonly Thing[], out: Uint8Array[]): void;
  end(out: Uint8Array[]): void;
}

export function createFrameReceiver(stream: ClientStream, writer: AnswerWriter): Receiver {
  const pen: Pen<Frame> = { write: (frames, out) => writer.frames(frames, out), end: (out) => writer.end(out) };
  return holding(stream, writer, pen, (frame, _events, hold) => {
    if (frame) hold(frame);
  });
}

export function createEventReceiver(stream: ClientStream, writer: ForeignWriter): Receiver {
  const pen: Pen<StreamEvent> = { write: (events, out) => writer.events(events, out), end: (out) => writer.end(out) };
  const receiver = holding(stream, writer, pen, (_frame, events, hold) => {
    for (const event of events) hold(event);
  });
  return {
    ...receiver,
    get heldBytes() {
      return receiver.heldBytes;
    },
    get committed() {
      return receiver.committed;
    },
    commit(headers) {
      // A stream that was opened early has its start already; the writer must only know that it has been made.
      if (stream.openedEarly) writer.start();
      receiver.commit(headers);
    },
  };
}

function holding<Thing>(
  stream: ClientStream,
  voice: Pick<AnswerWriter, 'keepalive' | 'failure'>,
  pen: Pen<Thing>,
  pick: (frame: Frame | undefined, events: readonly StreamEvent[], hold: (thing: Thing) => void) => void,
): Receiver {
  let held: Thing[] = [];
  let heldBytes = 0;
  let committed = false;
  const hold = (thing: Thing): void => void held.push(thing);
  const written = (): Uint8Array[] => {
    const out: Uint8Array[] = [];
    pen.write(held, out);
    held = [];
    heldBytes = 0;
    return out;
  };
  return {
    get heldBytes() {
      return heldBytes;
    },
    get committed() {
      return committed;
    },
    take(frame, events) {
      pick(frame, events, hold);
      heldBytes += frame?.raw.length ?? 0;
    },
    commit(headers) {
      stream.begin(headers, voice);
      committed = true;
    },
    flush: () => (committed && held.length > 0 ? stream.send(written()) : undefined),
    finish() {
      const out = written();
      pen.end(out);
      return stream.finish(out);
    },
  };
}

/** Collects frames into the document the API itself would have sent. */
export function createFoldReceiver(outlet: Outlet, fold: AnswerFold): Receiver {
  return collecting(outlet, fold, (frame) => {
    if (frame) fold.push(frame);
  });
}

/** Collects events of a foreign upstream into a document of the client's dialect. */
export function createForeignFoldReceiver(outlet: Outlet, fold: ForeignFold): Receiver {
  return collecting(outlet, fold, (_frame, events) => {
    for (const event of events) fold.see(event);
  });
}

function collecting({ sink, sent }: Outlet, fold: Pick<AnswerFold, 'document'>, take: Receiver['take']): Receiver {
  return {
    heldBytes: 0,
    committed: false,
    take,
    commit: () => undefined,
    flush: () => undefined,
    finish(headers) {
      const body = Buffer.from(fold.document());
      sent(body);
      sink.answer({ status: 200, headers: headers(), body });
      return undefined;
    },
  };
}
