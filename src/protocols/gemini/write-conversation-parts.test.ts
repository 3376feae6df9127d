import { describe, expect, it } from 'vitest';
import type { Capabilities, Conversation, Part, Turn } from '../../model/conversation.ts';
import { checkGeminiRequest } from './grammar.testing.ts';
import { writeGeminiConversation } from './write-conversation.ts';
import type { GeminiTarget } from './write-conversation-draft.ts';

const capabilities: Capabilities = {
  thinking: 'none',
  canTurnOff: true,
  prefill: true,
  sampling: true,
  forcedTools: true,
  demandsSignature: false,
  callIds: false,
};
const target: GeminiTarget = { model: 'gemini-2.5-pro', stream: true, capabilities, operation: 'generate' };

const text = (said: string): Part => ({ type: 'text', text: said });
const user = (...parts: Part[]): Turn => ({ role: 'user', parts });
const model = (...parts: Part[]): Turn => ({ role: 'model', parts });
const hello = [user(text('hello'))];

function conversation(turns: readonly Turn[]): Conversation {
  return { system: [], turns, tools: [], stopSequences: [], sampling: {}, rest: {} };
}

function write(asked: Conversation) {
  const written = writeGeminiConversation(asked, target);
  if ('problem' in written) throw new Error(written.problem.message);
  const body = JSON.parse(new TextDecoder().decode(written.body));
  expect(checkGeminiRequest(body)).toEqual([]);
  return { body };
}

function problemOf(asked: Conversation): string {
  const written = writeGeminiConversation(asked, target);
  return 'problem' in written ? written.problem.message : 'no problem';
}

describe('media', () => {
  const partsOf = (part: Part) => write(conversation([user(part)])).body.contents[0].parts;

  it('goes as data, or as an address that Google fetches', () => {
    expect(partsOf({ type: 'media', mimeType: 'application/pdf', data: 'AA==', title: 'Plan' })).toEqual([
      { text: 'Plan' },
      { inlineData: { mimeType: 'application/pdf', data: 'AA==' } },
    ]);
    expect(partsOf({ type: 'media', url: 'https://a.example/b.PNG?size=1' })).toEqual([
      { fileData: { mimeType: 'image/png', fileUri: 'https://a.example/b.PNG?size=1' } },
    ]);
    expect(partsOf({ type: 'media', url: 'https://a.example/b' })).toEqual([
      { fileData: { fileUri: 'https://a.example/b' } },
    ]);
    expect(partsOf({ type: 'media', url: 'data:image/png;base64,AA==' })).toEqual([
      { inlineData: { mimeType: 'image/png', data: 'AA==' } },
    ]);
  });

  it('of text is text', () => {
    const data = Buffer.from('grüße').toString('base64');
    expect(partsOf({ type: 'media', mimeType: 'text/plain', data })).toEqual([{ text: 'grüße' }]);
  });

  it.each(['file:///etc/passwd', '/etc/passwd', 'http://a.example/b.png'])('at %s is refused, never read', (url) => {
    expect(problemOf(conversation([user({ type: 'media', url })]))).toContain(url);
  });

  it('in another provider’s files or without a type is refused', () => {
    expect(problemOf(conversation([user({ type: 'media', fileId: 'file_1' })]))).toContain('file_1');
    expect(problemOf(conversation([user({ type: 'media', data: 'AA==' })]))).toContain('without a type');
  });
});

describe('blocks of other dialects', () => {
  const other = (name: string, wire: unknown): Part => ({ type: 'other', dialect: 'anthropic', name, wire });

  it('that are text at heart are carried as text', () => {
    const found = other('search_result', { title: 'T', source: 'S', content: [{ type: 'text', text: 'body' }] });
    expect(write(conversation([user(found)])).body.contents[0].parts).toEqual([{ text: 'T\nS\nbody' }]);
  });

  it('of another provider’s tools are left out, all others refused by name', () => {
    const asked = conversation([...hello, model(other('server_tool_use', {}), text('found'))]);
    expect(write(asked).body.contents[1].parts).toEqual([{ text: 'found' }]);
    expect(problemOf(conversation([user(other('container_upload', {}))]))).toContain('container_upload');
  });

  it('of Gemini go as they are', () => {
    const wire = { toolCall: { toolType: 'X', args: {} } };
    const part: Part = { type: 'other', dialect: 'gemini', name: 'toolCall', wire };
    expect(write(conversation([...hello, model(part)])).body.contents[1].parts).toEqual([wire]);
  });

  it('with code keep what Gemini knows', () => {
    const parts: Part[] = [
      { type: 'code', language: 'python', code: 'print(1)' },
      { type: 'code-result', outcome: 'OUTCOME_OK', output: '1' },
      { type: 'code', language: 'bash', code: 'ls' },
      { type: 'code-result', outcome: 'completed', output: 'a' },
    ];
    expect(write(conversation([...hello, model(...parts)])).body.contents[1].parts).toEqual([
      { executableCode: { language: 'PYTHON', code: 'print(1)' } },
      { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } },
      { text: 'ls' },
      { text: 'a' },
    ]);
  });
});
