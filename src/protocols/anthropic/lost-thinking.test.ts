import { describe, expect, it } from 'vitest';
import { hasLostThinking, type WireMessage } from './write-conversation-messages.ts';

const asking: WireMessage = { role: 'user', content: [{ type: 'text', text: 'look at it' }] };
const thought = { type: 'thinking', thinking: '', signature: 's' };
const use = { type: 'tool_use', id: 't', name: 'look', input: {} };
const result = { type: 'tool_result', tool_use_id: 't', content: 'a picture' };
const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } };

describe('a tool loop that lost its thinking', () => {
  it('is one although something else stands beside the results', () => {
    for (const beside of [[], [image], [{ type: 'text', text: 'go on' }]])
      expect(hasLostThinking(loop([use], [result, ...beside]))).toBe(true);
  });

  it('is none when the loop begins with thinking, and none when the results are history', () => {
    expect(hasLostThinking(loop([thought, use], [result, image]))).toBe(false);
    expect(hasLostThinking([...loop([use], [result]), { role: 'assistant', content: [] }, asking])).toBe(false);
  });
});

function loop(said: WireMessage['content'], answered: WireMessage['content']): WireMessage[] {
  return [asking, { role: 'assistant', content: said }, { role: 'user', content: answered }];
}
