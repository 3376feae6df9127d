import { describe, expect, it } from 'vitest';
import type { AnswerWriter, ClientSink } from '../model/ports.ts';
import { createClientStream } from './client-stream.ts';

function opened(start: string): { openedEarly: boolean; written: string[] } {
  const written: string[] = [];
  const sink: ClientSink = {
    gone: new AbortController().signal,
    opened: false,
    open: () => void written.push('opened'),
    write: (bytes) => void written.push(Buffer.from(bytes).toString()),
    end: () => undefined,
    answer: () => undefined,
    abandon: () => undefined,
  };
  const writer: AnswerWriter = {
    headers: {},
    start: () => Buffer.from(start),
    frames: () => undefined,
    end: () => undefined,
    keepalive: () => Buffer.from('ping'),
    failure: () => Buffer.from('failed'),
  };
  const stream = createClientStream({ sink, sent: () => undefined }, writer);
  stream.openEarly({}, 'model');
  return { openedEarly: stream.openedEarly, written };
}

describe('a stream that is opened early', () => {
  it('has its start behind it where the dialect writes one', () => {
    expect(opened('start')).toEqual({ openedEarly: true, written: ['opened', 'start'] });
  });

  it('still has its start before it where the dialect writes none', () => {
    expect(opened('')).toEqual({ openedEarly: false, written: ['opened'] });
  });
});
