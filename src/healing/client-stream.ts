/** A streaming client's side of an exchange, shared by all its attempts: opened once, kept alive, ended once, or failed in its own dialect. */

import type { AnswerWriter, ClientSink } from '../model/ports.ts';
import type { Problem } from '../model/request.ts';

/** Every byte a client is sent passes here once. */
export interface Outlet {
  readonly sink: ClientSink;
  readonly sent: (bytes: Uint8Array) => void;
}

export interface ClientStream {
  /** A start was written early; some dialects need none, and then have theirs still to come. */
  readonly openedEarly: boolean;
  openEarly(headers: Readonly<Record<string, string>>, model: string): void;
  /** Content comes: opens the stream if it is not open. From now on `voice` writes pings and failures, for it knows what was written. */
  begin(headers: () => Readonly<Record<string, string>>, voice: Voice): void;
  send(pieces: readonly Uint8Array[]): Promise<void> | undefined;
  finish(pieces: readonly Uint8Array[]): Promise<void> | undefined;
  keepalive(): void;
  fail(problem: Problem): void;
}

type Voice = Pick<AnswerWriter, 'keepalive' | 'failure'>;

const streamStatus = 200;

export function createClientStream(outlet: Outlet, writer: AnswerWriter): ClientStream {
  const { sink } = outlet;
  let voice: Voice = writer;
  let openedEarly = false;
  let waiting = 0;
  const send = (pieces: readonly Uint8Array[]): Promise<void> | undefined => {
    const drained = sendAsOne(outlet, pieces);
    if (drained) {
      waiting += 1;
      void drained.finally(() => {
        waiting -= 1;
      });
    }
    return drained;
  };
  const finish = (pieces: readonly Uint8Array[]): Promise<void> | undefined => {
    const sent = send(pieces);
    sink.end();
    return sent;
  };
  return {
    get openedEarly() {
      return openedEarly;
    },
    openEarly(headers, model) {
      sink.open(streamStatus, headers);
      const start = writer.start(model);
      openedEarly = start.length > 0;
      if (openedEarly) send([start]);
    },
    begin(headers, speaker) {
      if (!sink.opened) sink.open(streamStatus, headers());
      voice = speaker;
    },
    send,
    finish,
    // A client that does not take what is there needs no sign that more will come.
    keepalive: () => void (waiting === 0 && send([voice.keepalive()])),
    fail: (problem) => void finish([voice.failure(problem)]),
  };
}

/** One write for all that has come together. */
function sendAsOne({ sink, sent }: Outlet, pieces: readonly Uint8Array[]): Promise<void> | undefined {
  if (pieces.length === 0) return undefined;
  const bytes = pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces);
  sent(bytes);
  return sink.write(bytes);
}
