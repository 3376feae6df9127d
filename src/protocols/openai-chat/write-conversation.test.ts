import { describe, expect, it } from 'vitest';
import type { Part } from '../../model/conversation.ts';
import { placeholderSignature } from '../../model/signature-words.ts';
import { call, hi, model, refused, result, text, user, written } from './conversation.testing.ts';

describe('turns', () => {
  it('become messages, streamed and with their counts', () => {
    const { body, lost } = written({
      system: [text('S')],
      turns: [hi, model(text('yes')), { role: 'system', parts: [text('now')] }, hi],
    });
    expect(body).toEqual({
      model: 'gpt-5',
      messages: [
        { role: 'system', content: 'S' },
        { role: 'user', content: 'hi' },
        { role: 'assistant', content: 'yes' },
        { role: 'system', content: 'now' },
        { role: 'user', content: 'hi' },
      ],
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(lost).toEqual([]);
  });

  it('put results right after all calls, then what the user says', () => {
    const image: Part = { type: 'media', mimeType: 'image/png', data: 'QUJD' };
    const { body, lost } = written({
      turns: [
        hi,
        model(text('a'), call('c1')),
        model(call('c2')),
        user(text('and'), result('c1', [text('one'), image], { isError: true })),
        user(result('c2', [], { json: '{"b":2}' }), text('go')),
      ],
    });
    const calls = ['c1', 'c2'].map((id) => ({ id, type: 'function', function: { name: 'f', arguments: '{"a":1.0}' } }));
    expect(body.messages.slice(1)).toEqual([
      { role: 'assistant', content: 'a', tool_calls: calls },
      { role: 'tool', tool_call_id: 'c1', content: 'one' },
      { role: 'tool', tool_call_id: 'c2', content: '{"b":2}' },
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,QUJD' } }] },
      { role: 'user', content: 'and' },
      { role: 'user', content: 'go' },
    ]);
    expect(lost).toEqual(['images and files in the result of a tool', 'the mark that a tool failed']);
  });

  it('carry media in the dialect’s own parts', () => {
    const media: Part[] = [
      { type: 'media', url: 'https://a.example/b.png' },
      { type: 'media', mimeType: 'audio/wav', data: 'QQ==' },
      { type: 'media', mimeType: 'audio/mp3', data: 'QQ==' },
      { type: 'media', mimeType: 'application/pdf', data: 'QQ==', title: 'a.pdf' },
      { type: 'media', mimeType: 'text/plain', data: Buffer.from('é').toString('base64'), title: 'T' },
      { type: 'media', fileId: 'file-1' },
    ];
    expect(written({ turns: [user(...media)] }).body.messages[0]?.content).toEqual([
      { type: 'image_url', image_url: { url: 'https://a.example/b.png' } },
      { type: 'input_audio', input_audio: { data: 'QQ==', format: 'wav' } },
      { type: 'input_audio', input_audio: { data: 'QQ==', format: 'mp3' } },
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,QQ==' } },
      { type: 'text', text: 'T\n\né' },
      { type: 'file', file: { file_id: 'file-1' } },
    ]);
  });

  it.each<[string, Part, RegExp]>([
    ['video', { type: 'media', mimeType: 'video/mp4', data: 'QQ==' }, /video\/mp4/],
    [
      'the address of a document',
      { type: 'media', mimeType: 'application/pdf', url: 'https://a.example/' },
      /sent inline/,
    ],
    ['a file that Google keeps', { type: 'media', url: 'gs://bucket/a', mimeType: 'image/png' }, /sent inline/],
    ['a file id of another provider', { type: 'media', fileId: 'file_011' }, /sent inline/],
  ])('refuse %s, and say what can be done', (_what, part, words) => {
    expect(refused({ turns: [user(part)] })).toMatch(words);
  });

  it('write code as fenced text and leave out what only its provider can read', () => {
    const { body, lost } = written({
      turns: [
        hi,
        model(
          { type: 'code', language: 'PYTHON', code: 'print("```")' },
          { type: 'code-result', outcome: 'OK', output: 'x' },
          { type: 'other', dialect: 'anthropic', name: 'server_tool_use', wire: {} },
          { type: 'redacted-thinking', data: 'secret' },
          { type: 'thinking', text: 'Hm', signature: { signature: 's', family: 'claude' } },
        ),
        user({
          type: 'other',
          dialect: 'anthropic',
          name: 'search_result',
          wire: { title: 'T', source: 'https://a/', content: [{ text: 'found' }] },
        }),
      ],
    });
    expect(body.messages[1]?.content).toBe('````python\nprint("```")\n````\n```\nx\n```');
    expect(body.messages[2]?.content).toBe('T\nhttps://a/\nfound');
    expect(JSON.stringify(body)).not.toMatch(/secret|Hm/);
    expect(lost).toContain('earlier thoughts of a model');
    expect(lost).toContain('signatures of another family of models');
  });

  it('shorten a long id alike on the call and on its result', () => {
    const long = 'x'.repeat(64);
    const { messages } = written({ turns: [hi, model(call(long)), user(result(long, [text('r')]))] }).body;
    const [id] = ((messages[1]?.tool_calls ?? []) as { id: string }[]).map((each) => each.id);
    expect(id).toMatch(/^call_[0-9a-f]{32}$/);
    expect(messages[2]?.tool_call_id).toBe(id);
  });

  it('refuse a turn to be continued where the model does not', () => {
    const turns = [hi, model(text('{'))];
    expect(refused({ turns })).toContain('must end with a user turn');
    expect(written({ turns }, { prefill: true }).body.messages.at(-1)).toEqual({ role: 'assistant', content: '{' });
  });

  it('give the thoughts of a running tool loop back to models that demand them', () => {
    const turns = [
      hi,
      model({ type: 'thinking', text: 'old' }, call('c0')),
      user(result('c0', [text('r')])),
      model(text('done')),
      hi,
      model({ type: 'thinking', text: 'Hm' }, call('c1')),
      user(result('c1', [text('r')])),
    ];
    const thoughts = (name: string) =>
      written({ turns }, {}, name).body.messages.map((message) => message.reasoning_content);
    expect(thoughts('deepseek-chat').filter((each) => each !== undefined)).toEqual(['Hm']);
    expect(thoughts('gpt-5').filter((each) => each !== undefined)).toEqual([]);
  });

  it('sign a call for Gemini alone, and stand in for what it demands', () => {
    const signed = call('c1', { signature: { signature: 's', family: 'gemini-3' } });
    const turns = [
      hi,
      model(signed, call('c2')),
      user(result('c1', []), result('c2', [])),
      model(call('c3'), call('c4')),
      user(result('c3', []), result('c4', [])),
    ];
    const signatures = (name: string, demandsSignature: boolean) =>
      written({ turns }, { demandsSignature }, name)
        .body.messages.flatMap(
          (message) => (message.tool_calls ?? []) as { extra_content?: { google: { thought_signature: string } } }[],
        )
        .map((each) => each.extra_content?.google.thought_signature);
    expect(signatures('gemini-3-pro', true)).toEqual(['s', undefined, placeholderSignature, undefined]);
    expect(signatures('gpt-5', false)).toEqual([undefined, undefined, undefined, undefined]);
  });
});
