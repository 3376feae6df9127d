import { expect, it } from 'vitest';
import { geminiErrorLine, geminiProblem } from './failures.ts';

const message = 'the prompt is too long: prompt is too long: 3 tokens > 2 maximum';
const foreign = [
  '{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long"},"request_id":"r"}',
  '{"error":{"message":"too long","type":"invalid_request_error","param":null,"code":"context_length_exceeded"}}',
];
const own = '{"error":{"code":400,"message":"The input token count exceeds …","status":"INVALID_ARGUMENT"}}';

it.each(foreign)('puts the error of another dialect into Google’s words: %s', (body) => {
  const expected = { error: { code: 400, message, status: 'INVALID_ARGUMENT' } };
  const problem = { kind: 'context-too-long', message, body } as const;
  expect(JSON.parse(new TextDecoder().decode(geminiProblem(problem, 'id').body as Uint8Array))).toEqual(expected);
  expect(JSON.parse(geminiErrorLine(problem))).toEqual(expected);
});

it('hands on Google’s own error as it is', () => {
  const { body } = geminiProblem({ kind: 'context-too-long', message, body: own }, 'id');
  expect(new TextDecoder().decode(body as Uint8Array)).toBe(own);
});
