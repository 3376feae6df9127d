/**
 * Where an attempt's frames go. A streaming client gets them as they are, from the first content on; a waiting client gets one document at the end.
 * Until `commit` nothing leaves; a receiver of a failed attempt is told to `forget` and starts anew.
 */

import type { AnswerFold, AnswerWriter, ClientSink } from '../model/ports.ts';
import type { Problem } from '../model/request.ts';
import type { Frame } from '../model/wire.ts';

export interface Receiver {
  /** Bytes held back by this attempt so far. */
  readonly heldBytes: number;
  /** Content has reached the client. */
  readonly committed: boolean;
  take(frame: Frame): void;
  /** The attempt has said something: a streaming client may see it. `headers` are written when the stream was not open yet. */
  commit(headers: () => Readonly<Record<string, string>>): void;
  /** Sends what was taken since the last flush, as one write. */
  flush(): Promise<void> | undefined;
  forget(): void;
  /** The answer is whole. Throws `FoldError` when it makes no document. */
  finish(headers: () => Readonly<Record<string, string>>): Promise<void> | undefined;
}

/** Every byte a client is sent passes here once. */
export interface Outlet {
  readonly sink: ClientSink;
  readonly sent: (bytes: Uint8Array) => void;
}

/** Opens, keeps open and fails a client's stream; shared by all attempts of an exchange. */
export interface ClientStream {
  readonly opened: boolean;
  openEarly(headers: Readonly<Record<string, string>>, model: string): void;
  keepalive(): void;
  fail(problem: Problem): void;
}

const sseStatus = 200;

export function createStreamReceiver(outlet: Outlet, writer: AnswerWriter): Receiver & ClientStream {
  let held: Frame[] = [];
  let heldBytes = 0;
  let committed = false;

  const flush = (): Promise<void> | undefined => {
    if (!committed || held.length === 0) return undefined;
    const out: Uint8Array[] = [];
    writer.frames(held, out);
    held = [];
    heldBytes = 0;
    return sendAsOne(outlet, out);
  };

  return {
    get heldBytes() {
      return heldBytes;
    },
    get committed() {
      return committed;
    },
    get opened() {
      return outlet.sink.opened;
    },
    take(frame) {
      held.push(frame);
      heldBytes += frame.raw.length;
    },
    commit(headers) {
      if (!outlet.sink.opened) outlet.sink.open(sseStatus, headers());
      committed = true;
    },
    flush,
    forget() {
      held = [];
      heldBytes = 0;
    },
    finish() {
      const out: Uint8Array[] = [];
      writer.frames(held, out);
      held = [];
      writer.end(out);
      const sent = sendAsOne(outlet, out);
      outlet.sink.end();
      return sent;
    },
    openEarly(headers, model) {
      outlet.sink.open(sseStatus, headers);
      const start = writer.start(model);
      if (start.length > 0) sendAsOne(outlet, [start]);
    },
    keepalive() {
      sendAsOne(outlet, [writer.keepalive()]);
    },
    fail(problem) {
      sendAsOne(outlet, [writer.failure(problem)]);
      outlet.sink.end();
    },
  };
}

/** One write for all that has come together. */
function sendAsOne({ sink, sent }: Outlet, pieces: readonly Uint8Array[]): Promise<void> | undefined {
  if (pieces.length === 0) return undefined;
  const bytes = pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces);
  sent(bytes);
  return sink.write(bytes);
}

/** Collects into the document the API itself would have sent. `fold` makes a new fold for each attempt. */
export function createFoldReceiver(outlet: Outlet, fold: () => AnswerFold): Receiver {
  let current = fold();
  return {
    heldBytes: 0,
    committed: false,
    take: (frame) => current.push(frame),
    commit: () => undefined,
    flush: () => undefined,
    forget() {
      current = fold();
    },
    finish(headers) {
      const body = Buffer.from(current.document());
      outlet.sent(body);
      outlet.sink.answer({ status: 200, headers: headers(), body });
      return undefined;
    },
  };
}
