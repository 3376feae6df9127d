import { describe, expect, it } from 'vitest';
import { expectedAnswer } from './answer.ts';
import { readControls } from './prompt-controls.ts';

const path = '/v1/messages';
const wish = 'please [[lab:call=Bash {"command":"echo a && echo {b}"}]]';
const wanted = { name: 'Bash', args: { command: 'echo a && echo {b}' } };

describe('a prompt that names a tool and its arguments', () => {
  it('is read with the arguments as they stand', () => {
    expect(readControls(wish).call).toEqual(wanted);
    expect(readControls('[[lab:call=Read]]').call).toEqual({ name: 'Read', args: {} });
  });

  it('is no wish when the arguments are no JSON object', () => {
    for (const bad of ['Bash {"a":}', 'Bash 3', '']) expect(readControls(`[[lab:call=${bad}]]`).call).toBeUndefined();
  });

  it('makes the lab call exactly that tool, once', () => {
    const first = { role: 'user', content: wish };
    expect(answerTo([first])).toMatchObject({ stop: 'tool', toolCalls: [wanted] });
    const use = { type: 'tool_use', id: 't', name: 'Bash', input: wanted.args };
    const result = { type: 'tool_result', tool_use_id: 't', content: 'a' };
    const after = [first, { role: 'assistant', content: [use] }, { role: 'user', content: [result] }];
    expect(answerTo(after)).toMatchObject({ stop: 'end', toolCalls: [] });
  });

  it('makes the lab answer with text where that tool was not sent', () => {
    expect(answerTo([{ role: 'user', content: wish }], ['Read'])).toMatchObject({ stop: 'end', toolCalls: [] });
  });
});

function answerTo(messages: readonly unknown[], names: readonly string[] = ['Read', 'Bash']) {
  const tools = names.map((name) => ({ name, input_schema: { type: 'object' } }));
  const body = { model: 'claude-sonnet-4-5', max_tokens: 900, messages, tools };
  return expectedAnswer({ path, body: new TextEncoder().encode(JSON.stringify(body)) });
}
