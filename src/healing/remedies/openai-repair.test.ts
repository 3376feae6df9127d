import { describe, expect, it } from 'vitest';
import type { ClientRequest, Protocol } from '../../model/request.ts';
import { editJson } from '../../protocols/json/edit.ts';
import { repairNote } from './note.ts';
import { repairSignatures } from './signature-repair.ts';

function repaired(protocol: Protocol, json: Record<string, unknown>): unknown {
  const body = Buffer.from(JSON.stringify(json));
  const request = { protocol, json, body } as unknown as ClientRequest;
  return JSON.parse(Buffer.from(editJson(body, repairSignatures(request, 'gemini-3-pro'))).toString());
}

describe('the repair of a Chat Completions history', () => {
  it('takes thoughts and the signatures of calls away, keeps everything else, and says so', () => {
    const call = { id: 'c1', type: 'function', function: { name: 'look_up', arguments: '{}' } };
    const signed = { ...call, extra_content: { google: { thought_signature: 'agt1.gemini-3.here.x' } } };
    const answer = { role: 'assistant', content: 'Let me see.', tool_calls: [signed] };
    const thought = { reasoning_content: 'Hm.', reasoning_details: [{ type: 'reasoning.encrypted', data: 'x' }] };
    const result = { role: 'tool', tool_call_id: 'c1', content: 'Found.' };
    const before = [
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'Look it up.' },
    ];
    expect(repaired('openai-chat', { model: 'm', messages: [...before, { ...answer, ...thought }, result] })).toEqual({
      model: 'm',
      messages: [
        before[0],
        { role: 'user', content: `Look it up.\n\n${repairNote}` },
        { role: 'assistant', content: 'Let me see.', tool_calls: [call] },
        result,
      ],
    });
  });
});

describe('the repair of a Responses history', () => {
  it('takes reasoning items away, keeps calls and results, and says so', () => {
    const user = { role: 'user', content: [{ type: 'input_text', text: 'Look it up.' }] };
    const call = { type: 'function_call', call_id: 'c1', name: 'look_up', arguments: '{}' };
    const result = { type: 'function_call_output', call_id: 'c1', output: 'Found.' };
    const reasoning = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'agt1.gemini-3.next.x' };
    expect(repaired('openai-responses', { model: 'm', input: [user, reasoning, call, result] })).toEqual({
      model: 'm',
      input: [{ role: 'user', content: [...user.content, { type: 'input_text', text: repairNote }] }, call, result],
    });
    expect(repaired('openai-responses', { model: 'm', input: 'Hello' })).toEqual({
      model: 'm',
      input: `Hello\n\n${repairNote}`,
    });
  });

  it('does not throw on anything', () => {
    for (const input of [undefined, null, 7, [null, 'x', { role: 'user', content: 5 }]]) {
      expect(() => repaired('openai-responses', { model: 'm', input })).not.toThrow();
      expect(() => repaired('openai-chat', { model: 'm', messages: input })).not.toThrow();
    }
  });
});
