import { expect, it } from 'vitest';
import { withWordsAtEnd } from './error-message.ts';

it('puts the words behind the message and keeps every other byte, in each dialect', () => {
  expect(
    withWordsAtEnd('{"type":"error", "error":{"type":"overloaded_error","message":"Overloaded"},"n":1.0}', ' - x'),
  ).toBe('{"type":"error", "error":{"type":"overloaded_error","message":"Overloaded - x"},"n":1.0}');
  expect(withWordsAtEnd('{"error":{"code":429,"message":"Slow \\"down\\"\\n","status":"S"}}\n', ' - x')).toBe(
    '{"error":{"code":429,"message":"Slow \\"down\\" - x","status":"S"}}\n',
  );
  expect(withWordsAtEnd('[{"error":{"message":"m"}}]', ' - x')).toBe('[{"error":{"message":"m - x"}}]');
});

it('leaves alone what has no such message', () => {
  for (const body of ['', '<html>', '{"error":"text"}', '{"error":{"message":5}}', '[]', '{"message":"m"}', 'null'])
    expect(withWordsAtEnd(body, ' - x')).toBe(body);
});
