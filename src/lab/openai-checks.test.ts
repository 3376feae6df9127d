import { describe, expect, it } from 'vitest';
import { headOf, jsonOf, planOf } from './plans.testing.ts';
import type { Json } from './step.ts';

const CHAT = '/v1/chat/completions';
const RESPONSES = '/v1/responses';
const hi = { role: 'user', content: 'hi' };
const calling = {
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'c1', type: 'function', function: { name: 'read', arguments: '{}' } }],
};
const called = { type: 'function_call', call_id: 'c1', name: 'read', arguments: '{}' };
const result = (id: string): Json => ({ role: 'tool', tool_call_id: id, content: 'done' });
const output = (id: string): Json => ({ type: 'function_call_output', call_id: id, output: 'done' });

describe('the Chat Completions of the lab', () => {
  it.each([
    [{ messages: undefined }, 400, 'missing_required_parameter', "Missing required parameter: 'messages'."],
    [{ messages: [] }, 400, 'empty_array', "Invalid 'messages': empty array."],
    [{ messages: [{ role: 'robot', content: 'x' }] }, 400, 'invalid_value', "Invalid value: 'robot'."],
    [{ messages: [{ role: 'user', content: null }] }, 400, null, 'expected a string, got null'],
    [{ messages: [hi, result('c1')] }, 400, null, 'must be a response to a preceeding message'],
    [{ messages: [hi, calling, hi] }, 400, null, 'did not have response messages: c1'],
    [{ messages: [hi, calling, result('c2')] }, 400, null, 'did not have response messages: c1'],
    [{ model: undefined }, 400, 'missing_required_parameter', 'model'],
    [{ model: 'claude-sonnet-5' }, 404, 'model_not_found', 'does not exist or you do not have access to it'],
  ])('refuses %j with %i in the words of the real one', (change, status, code, sentence) => {
    const steps = planOf(CHAT, { model: 'gpt-4.1', messages: [hi], ...change } as Json);
    expect(headOf(steps).status).toBe(status);
    expect(jsonOf(steps)).toMatchObject({
      error: { type: 'invalid_request_error', code, message: expect.stringContaining(sentence) },
    });
  });

  it('takes answered calls, a turn begun for the model, and parameters that nobody knows', () => {
    for (const messages of [
      [hi, calling, result('c1')],
      [hi, { role: 'assistant', content: 'On “hi' }],
      [{ role: 'developer', content: 'Be brief.' }, hi],
    ]) {
      const body = { model: 'gpt-5.5', messages, frobnicate: true };
      expect(headOf(planOf(CHAT, body)).status).toBe(200);
    }
  });
});

describe('the Responses of the lab', () => {
  it.each([
    [{ input: undefined }, 'missing_required_parameter', "Missing required parameter: 'input'."],
    [{ input: [{ role: 'robot', content: 'x' }] }, 'invalid_value', "Invalid value: 'robot'."],
    [{ input: [hi, output('c1')] }, null, 'No tool call found for function call output with call_id c1.'],
    [{ input: [hi, called] }, null, 'No tool output found for function call c1.'],
    [{ model: 'no-such-model' }, 'model_not_found', "The requested model 'no-such-model' does not exist."],
  ])('refuses %j in the words of the real one', (change, code, sentence) => {
    const steps = planOf(RESPONSES, { model: 'gpt-5.5', input: 'hi', ...change } as Json);
    expect(headOf(steps).status).toBe(400);
    expect(jsonOf(steps)).toMatchObject({ error: { code, message: expect.stringContaining(sentence) } });
  });

  it('takes the result of a call that only the response before knows', () => {
    const body = { model: 'gpt-5.5', previous_response_id: 'resp_1', input: [output('c1')] };
    expect(headOf(planOf(RESPONSES, body)).status).toBe(200);
  });
});
