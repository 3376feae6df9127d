import { expect, it } from 'vitest';
import { requestOf } from './recordings.testing.ts';
import { writeResponsesRequest } from './write-request.ts';

it("sends the client's own bytes when nothing has to change", () => {
  const request = requestOf({ model: 'gpt-5', input: 'x', stream: true });
  expect(writeResponsesRequest(request, [], 'gpt-5')).toBe(request.body);
});

it('changes the model and the streaming, and no other byte', () => {
  const body = Buffer.from('{ "input" : "x", "temperature":1.0, "model":"a" }');
  const request = { ...requestOf({}), body, json: { input: 'x', temperature: 1, model: 'a' } };
  const sent = Buffer.from(writeResponsesRequest(request, [], 'b')).toString();
  expect(sent).toContain('{ "input" : "x", "temperature":1.0, "model":"b"');
  expect(JSON.parse(sent)).toEqual({ input: 'x', temperature: 1, model: 'b', stream: true });
});

it('makes the edits of an attempt', () => {
  const request = requestOf({ model: 'a', input: 'x', stream: true });
  const sent = writeResponsesRequest(request, [{ op: 'set', path: ['input'], json: '"y"' }], 'a');
  expect(JSON.parse(Buffer.from(sent).toString())).toEqual({ model: 'a', input: 'y', stream: true });
});
