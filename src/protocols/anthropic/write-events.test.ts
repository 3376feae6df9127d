import { describe, expect, it } from 'vitest';
import type { Frame } from '../../model/wire.ts';
import { createFramer } from '../sse/framer.ts';
import { writeAnthropicEvents } from './write-events.ts';

function framesOf(text: string): Frame[] {
  const framer = createFramer();
  const frames: Frame[] = [];
  framer.push(new TextEncoder().encode(text), frames);
  framer.end(frames);
  return frames;
}

function write(text: string): string {
  const out: Uint8Array[] = [];
  writeAnthropicEvents('01A').frames(framesOf(text), out);
  return Buffer.concat(out).toString();
}

function writeAfterEarlyStart(text: string): string {
  const writer = writeAnthropicEvents('01A');
  writer.start('claude-x');
  const out: Uint8Array[] = [];
  writer.frames(framesOf(text), out);
  return Buffer.concat(out).toString();
}

function startFrame(message: string): string {
  return `event: message_start\ndata: {"type":"message_start","message":${message}}\n\n`;
}

const stop = 'event: message_stop\ndata: {"type":"message_stop"   }\n\n';

describe('frames', () => {
  it.for([
    ': comment\n\n',
    'event: ping\r\ndata: {"type": "ping"}\r\n\r\n',
    'event: event_of_tomorrow\ndata: {"a":1.0}   \n\n',
    '\uFEFFevent: ping\ndata:{}\n\n',
    'id: 7\n\n',
    '\n\n\n',
  ])('are written byte for byte: %j', (text) => {
    expect(write(text)).toBe(text);
  });

  it('of a body that is no stream are not written', () => {
    expect(write('<html>\n\n{"error":1}')).toBe('');
  });

  it('are never written in part', () => {
    expect(write(`${stop}event: message_de`)).toBe(stop);
    expect(write(`${stop}event: error\n`)).toBe(stop);
    expect(write(`${stop}event: error\ndata: {"type":"err`)).toBe(stop);
  });

  it.for(['', '\n'])('get the line ends that a whole last event lacks (it ended with %j)', (rest) => {
    expect(write(stop.trimEnd() + rest)).toBe(stop);
  });

  it('get the event line that clients dispatch on, when the upstream sends none', () => {
    expect(write('data: {"type":"message_stop"}\n\n')).toBe('event: message_stop\ndata: {"type":"message_stop"}\n\n');
    expect(write('data: {"type":"x\\ny"}\n\n')).toBe('data: {"type":"x\\ny"}\n\n');
  });
});

describe('an early start', () => {
  it('is a message_start with an id of our own and no content', () => {
    const text = Buffer.from(writeAnthropicEvents('01A').start('claude-x')).toString();
    const [event, data, ...rest] = text.split('\n');
    expect([event, rest]).toEqual(['event: message_start', ['', '']]);
    expect(JSON.parse(data!.slice('data: '.length))).toEqual({
      type: 'message_start',
      message: {
        id: 'msg_01A',
        type: 'message',
        role: 'assistant',
        model: 'claude-x',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 0, output_tokens: 0 },
      },
    });
  });

  it('replaces the start of the upstream, whose counts go into the end', () => {
    const usage = '{"input_tokens":17,"cache_read_input_tokens":4,"service_tier":null,"output_tokens":1}';
    const text = 'event: message_delta\ndata: {"type":"message_delta", "delta":{},"usage":{"output_tokens":9} }\n\n';
    expect(writeAfterEarlyStart(startFrame(`{"id":"msg_up","usage":${usage}}`) + text + stop)).toBe(
      `${text.replace('9}', '9,"input_tokens":17,"cache_read_input_tokens":4}')}${stop}`,
    );
  });

  it('leaves an end alone that states everything itself', () => {
    const usage = '{"input_tokens":17,"output_tokens":1}';
    const text =
      'event: message_delta\ndata: {"type":"message_delta","delta":{},"usage":{"input_tokens":18,"output_tokens":9}  }\n\n';
    expect(writeAfterEarlyStart(startFrame(`{"usage":${usage}}`) + text)).toBe(text);
  });

  it('fills in counts that the end states as null, keeps the spelling of numbers, and adds usage where there is none', () => {
    const begin = startFrame('{"usage":{"input_tokens":17,"cost":1.50}}');
    expect(writeAfterEarlyStart(`${begin}data: {"type":"message_delta","usage":{"input_tokens":null}}\n\n`)).toContain(
      '"usage":{"input_tokens":17,"cost":1.50}',
    );
    expect(writeAfterEarlyStart(`${begin}data: {"type":"message_delta"}\n\n`)).toContain(
      '"usage":{"input_tokens":17,"cost":1.50}',
    );
  });

  it('hands on what became of thinking blocks', () => {
    const begin = startFrame('{"input_transformations":[{"type":"thinking_dropped"}]}');
    expect(writeAfterEarlyStart(`${begin}data: {"type":"message_delta","usage":{}}\n\n`)).toContain(
      '"input_transformations":[{"type":"thinking_dropped"}]',
    );
  });

  it('writes an event that came in several data lines in several data lines', () => {
    const begin = startFrame('{"usage":{"input_tokens":17}}');
    const text = 'event: message_delta\ndata: {"type":"message_delta",\ndata: "usage":{"output_tokens":9}}\n\n';
    expect(writeAfterEarlyStart(begin + text)).toBe(text.replace('9}', '9,"input_tokens":17}'));
  });

  it('drops one start only: a second one is the upstream’s own doing', () => {
    const begin = startFrame('{"id":"msg_up"}');
    expect(writeAfterEarlyStart(begin + begin)).toBe(begin);
  });

  it('retells a tool call that came whole in the start of the upstream', () => {
    const block = '{"type":"tool_use","id":"toolu_1","name":"roll","input":{"sides":6.0},"caller":{"type":"direct"}}';
    const message = `{"content":[${block}],"container":{"id":"c"},"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":0,"output_tokens":0}}`;
    expect(writeAfterEarlyStart(startFrame(message) + stop)).toBe(
      [
        'event: content_block_start',
        'data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"toolu_1","name":"roll","input":{},"caller":{"type":"direct"}}}',
        '',
        'event: content_block_delta',
        'data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\\"sides\\":6.0}"}}',
        '',
        'event: content_block_stop',
        'data: {"type":"content_block_stop","index":0}',
        '',
        'event: message_delta',
        'data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null,"container":{"id":"c"}},"usage":{"input_tokens":0,"output_tokens":0}}',
        '',
        stop,
      ].join('\n'),
    );
  });

  it('retells text and signed thinking that came whole', () => {
    const content =
      '[{"type":"thinking","thinking":"hm","signature":"s"},{"type":"text","text":"hi","citations":null}]';
    const told = writeAfterEarlyStart(startFrame(`{"content":${content}}`));
    expect(told.match(/_delta","\w+":"\w+"/g)).toEqual([
      '_delta","thinking":"hm"',
      '_delta","signature":"s"',
      '_delta","text":"hi"',
    ]);
    expect(told).not.toContain('message_delta');
  });
});

describe('what the writer says itself', () => {
  const writer = writeAnthropicEvents('01A');

  it('is a ping the API would send', () => {
    expect(Buffer.from(writer.keepalive()).toString()).toBe('event: ping\ndata: {"type": "ping"}\n\n');
  });

  it('is the last frame of an answer that is over, where the upstream left it out, and only there', () => {
    const endOf = (text: string): string => {
      const out: Uint8Array[] = [];
      const own = writeAnthropicEvents('01A');
      const event = /^event: (.*)$/m.exec(text)?.[1] ?? '';
      const data = /^data: (.*)$/m.exec(text)?.[1] ?? '';
      own.frames([{ raw: Buffer.from(text), event, data, shape: 'event', terminated: true }], []);
      own.end(out);
      return Buffer.concat(out).toString();
    };
    expect(endOf('event: message_delta\ndata: {"type":"message_delta"}\n\n')).toBe(
      'event: message_stop\ndata: {"type":"message_stop"}\n\n',
    );
    expect(endOf('event: message_stop\ndata: {"type":"message_stop"}\n\n')).toBe('');
    expect(endOf('data: {"type":"message_stop"}\n\n')).toBe('');
  });

  it('is an error event, and never a message_stop', () => {
    const text = Buffer.from(writer.failure({ kind: 'overloaded', message: 'Overloaded' })).toString();
    expect(text).toBe(
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"01A"}\n\n',
    );
  });

  it('is the upstream’s own error where there is one, on one line', () => {
    const body = '{"error":{"type":"invalid_request_error", "message":"prompt is too long"},"type":"error"}';
    const problem = { kind: 'upstream-error', message: 'x' } as const;
    expect(Buffer.from(writer.failure({ ...problem, body })).toString()).toBe(`event: error\ndata: ${body}\n\n`);
    const spread = JSON.stringify(JSON.parse(body), null, 2);
    expect(
      Buffer.from(writer.failure({ ...problem, body: spread }))
        .toString()
        .split('\n'),
    ).toHaveLength(4);
    expect(Buffer.from(writer.failure({ ...problem, body: '<html>' })).toString()).toContain('"message":"x"');
    expect(Buffer.from(writer.failure({ ...problem, body: '[{"error":{}}]' })).toString()).toContain('"message":"x"');
  });
});
