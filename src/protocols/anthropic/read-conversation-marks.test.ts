import { describe, expect, it } from 'vitest';
import { seal } from '../signature-envelope.ts';
import { conversation, parts } from './read-conversation.testing.ts';

describe('signatures in a history', () => {
  const thinking = (text: string, signature: string) => ({ type: 'thinking', thinking: text, signature });
  const gemini = (signature: string, place: 'here' | 'next' | 'before') =>
    seal(signature, { family: 'gemini-3', place });
  const mark = (signature: string) => ({ signature, family: 'gemini-3' });
  const call = { type: 'tool_use', id: 't', name: 'n', input: {} };
  const callPart = { type: 'tool-call', id: 't', name: 'n', argumentsJson: '{}' };

  it.for<[string, readonly object[], readonly object[]]>([
    [
      'Claude’s own on its thinking, without text too',
      [thinking('', 'EqQB')],
      [{ type: 'thinking', text: '', signature: { signature: 'EqQB', family: 'claude' } }],
    ],
    [
      'a foreign one on the thinking it stands on',
      [thinking('Hm', gemini('S', 'here'))],
      [{ type: 'thinking', text: 'Hm', signature: mark('S') }],
    ],
    [
      'that of a call on the call, and the block that carried it is gone',
      [thinking('', gemini('S', 'next')), call],
      [{ ...callPart, signature: mark('S') }],
    ],
    [
      'that of a call on the call, and the thinking that carried it stays',
      [thinking('Hm', gemini('S', 'next')), call],
      [
        { type: 'thinking', text: 'Hm' },
        { ...callPart, signature: mark('S') },
      ],
    ],
    [
      'only the first of parallel calls is signed',
      [thinking('', gemini('S', 'next')), call, { ...call, id: 'u' }],
      [
        { ...callPart, signature: mark('S') },
        { ...callPart, id: 'u' },
      ],
    ],
    [
      'that of a text on the text before',
      [{ type: 'text', text: 'x' }, thinking('', gemini('S', 'before')), call],
      [{ type: 'text', text: 'x', signature: mark('S') }, callPart],
    ],
    [
      'one without a part of its own on an empty text',
      [thinking('', gemini('S', 'before')), call],
      [{ type: 'text', text: '', signature: mark('S') }, callPart],
    ],
    ['an unsigned thinking without text is nothing', [thinking('', ''), call], [callPart]],
    ['an unsigned thinking is kept', [thinking('Hm', '')], [{ type: 'thinking', text: 'Hm' }]],
    [
      'redacted thinking as it stood',
      [{ type: 'redacted_thinking', data: 'D' }],
      [{ type: 'redacted-thinking', data: 'D' }],
    ],
  ])('%s', ([, content, expected]) => {
    expect(parts(content, 'assistant')).toEqual(expected);
  });

  it('are not carried over to what another party said', () => {
    const messages = [
      { role: 'assistant', content: [thinking('', gemini('S', 'next'))] },
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: [call] },
    ];
    expect(conversation({ messages }).turns[2]?.parts).toEqual([callPart]);
  });
});
