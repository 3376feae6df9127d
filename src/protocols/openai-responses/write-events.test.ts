import { describe, expect, it } from 'vitest';
import { FoldError } from '../../model/failure.ts';
import { responsesDialect } from './dialect.ts';
import { checkResponsesStream } from './grammar.testing.ts';
import { framesOf, sse } from './recordings.testing.ts';

const response = {
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  model: 'm',
  output: [],
  tools: [],
  tool_choice: 'auto',
  metadata: {},
};
const created = { type: 'response.created', sequence_number: 0, response: { ...response, status: 'in_progress' } };

function writer() {
  return responsesDialect.writer('sse', '01TEST');
}

describe('the writer of upstream frames', () => {
  it('names the event of a frame that does not, and ends one that has no blank line', () => {
    const out: Uint8Array[] = [];
    const data = JSON.stringify({ type: 'response.completed', response });
    writer().frames(framesOf([Buffer.from(`data: ${data}`)]), out);
    expect(Buffer.concat(out).toString()).toBe(`event: response.completed\ndata: ${data}\n\n`);
  });

  it('writes nothing of half a last event', () => {
    const out: Uint8Array[] = [];
    writer().frames(framesOf([Buffer.from('event: response.completed\ndata: {"type":"resp')]), out);
    expect(out).toEqual([]);
  });

  it('fails with the next number, the response that was begun, and the words of the failure', () => {
    const open = writer();
    const out: Uint8Array[] = [];
    open.frames(framesOf([sse(created, { ...created, type: 'response.in_progress', sequence_number: 1 })]), out);
    out.push(open.failure({ kind: 'rate-limited', message: 'Slow down.', retryAfterMs: 4200 }));
    const text = Buffer.concat(out).toString();
    expect(checkResponsesStream(text)).toEqual([]);
    const failed = JSON.parse(text.trimEnd().split('data: ').at(-1) ?? '');
    expect(failed).toMatchObject({
      type: 'response.failed',
      sequence_number: 2,
      response: {
        id: 'resp_1',
        status: 'failed',
        error: { code: 'rate_limit_exceeded', message: 'Slow down. Please try again in 5s.' },
      },
    });
  });

  it("hands on an upstream's own error in this dialect", () => {
    const body = '{"error":{"message":"own words","type":"invalid_request_error","code":"context_length_exceeded"}}';
    const text = Buffer.from(writer().failure({ kind: 'bad-request', message: 'ours', body })).toString();
    expect(text).toContain('"error":{"code":"context_length_exceeded","message":"own words"}');
  });

  it('opens with nothing and stays alive with comments', () => {
    expect(writer().start('m')).toHaveLength(0);
    expect(Buffer.from(writer().keepalive()).toString()).toMatch(/^: .*\n\n$/);
  });
});

describe('the collected answer', () => {
  function folded(...events: readonly Record<string, unknown>[]): string {
    const fold = responsesDialect.fold();
    for (const frame of framesOf([sse(...events)])) fold.push(frame);
    return fold.document();
  }

  it('keeps the spelling of numbers', () => {
    const fold = responsesDialect.fold();
    const text = 'data: {"type":"response.completed","response":{"temperature":1.0,"big":12345678901234567890}}\n\n';
    for (const frame of framesOf([Buffer.from(text)])) fold.push(frame);
    expect(fold.document()).toBe('{"temperature":1.0,"big":12345678901234567890}');
  });

  it('is put together from its items when the terminal event leaves them out', () => {
    const document = folded(
      created,
      { type: 'response.output_item.done', output_index: 1, item: { id: 'b' } },
      { type: 'response.output_item.done', output_index: 0, item: { id: 'a' } },
      { type: 'response.completed', response: { ...response, status: 'completed' } },
    );
    expect(JSON.parse(document)).toMatchObject({ output: [{ id: 'a' }, { id: 'b' }] });
  });

  it('is none without a terminal event', () => {
    expect(() => folded(created)).toThrow(FoldError);
  });
});

it('tells a problem as an error document of OpenAI', () => {
  const answer = responsesDialect.problem({ kind: 'unknown-model', message: 'no such model' }, 'id');
  expect(answer.status).toBe(404);
  expect(JSON.parse(Buffer.from(answer.body).toString())).toMatchObject({ error: { message: 'no such model' } });
});
