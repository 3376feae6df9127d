import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClientRequest, Protocol } from '../../model/request.ts';
import { placeholderSignature } from '../../model/signature-words.ts';
import { editJson } from '../../protocols/json/edit.ts';
import { demandsSignature } from './gemini-placeholder.ts';
import { repairNote } from './note.ts';
import { repairSignatures } from './signature-repair.ts';

function requestOf(protocol: Protocol, json: unknown): ClientRequest {
  const body = new TextEncoder().encode(JSON.stringify(json));
  const parsed = JSON.parse(JSON.stringify(json)) as Record<string, unknown>;
  return { protocol, operation: 'generate', model: 'm', framing: 'sse', body, json: parsed, passHeaders: {} };
}
function repaired(protocol: Protocol, json: unknown, model: string): unknown {
  const request = requestOf(protocol, json);
  return JSON.parse(new TextDecoder().decode(editJson(request.body, repairSignatures(request, model))));
}
const note = { type: 'text', text: repairNote };
const text = (said: string) => ({ type: 'text', text: said });
const toolUse = { type: 'tool_use', id: 't', name: 'read', input: {} };
const toolResult = { type: 'tool_result', tool_use_id: 't', content: 'x' };

describe('the signature repair of an Anthropic history', () => {
  const repair = (json: unknown) => repaired('anthropic', json, 'claude-opus-4-5');

  it('turns thinking into text, drops what cannot be read, and leaves tools, system text and thinking as they are', () => {
    const around = { system: 's', tools: [{ name: 'read' }], thinking: { type: 'enabled', budget_tokens: 1024 } };
    const thinking = [
      { type: 'thinking', thinking: 'Hm.', signature: 'bad' },
      { type: 'thinking', thinking: '', signature: 'bad' },
      { type: 'redacted_thinking', data: 'opaque' },
    ];
    const messages = [
      { role: 'user', content: [text('hello')] },
      { role: 'assistant', content: [...thinking, text('Reading.'), toolUse] },
      { role: 'user', content: [toolResult] },
    ];
    expect(repair({ ...around, messages })).toEqual({
      ...around,
      messages: [
        messages[0],
        { role: 'assistant', content: [text('Hm.'), text('Reading.'), toolUse] },
        { role: 'user', content: [toolResult, note] },
      ],
    });
  });

  it('drops a message that was nothing but unreadable thinking', () => {
    const messages = [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: [{ type: 'redacted_thinking', data: 'opaque' }] },
      { role: 'user', content: 'b' },
    ];
    expect(repair({ messages })).toEqual({ messages: [messages[0], { role: 'user', content: `b\n\n${repairNote}` }] });
  });

  it('adds its note where there is nothing to rewrite, to the last message of the user', () => {
    const messages = [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: 'x' },
      { role: 'user', content: 'b' },
      { role: 'system', content: 'c' },
      { role: 'assistant', content: 'd' },
    ];
    expect(repair({ messages })).toEqual({
      messages: messages.map((message) =>
        message.content === 'b' ? { ...message, content: `b\n\n${repairNote}` } : message,
      ),
    });
  });

  it('keeps every other byte as the client wrote it', () => {
    const body =
      '{ "n": 1.0, "messages" :[{"role":"user","content":"a"} , {"role":"assistant","content":[{"type":"thinking","thinking":"h"}, {"type":"x","y":1e3}]}]}';
    const request = { ...requestOf('anthropic', JSON.parse(body)), body: new TextEncoder().encode(body) };
    expect(new TextDecoder().decode(editJson(request.body, repairSignatures(request, 'claude')))).toBe(
      `{ "n": 1.0, "messages" :[{"role":"user","content":${JSON.stringify(`a\n\n${repairNote}`)}} , {"role":"assistant","content":[{"type":"text","text":"h"}, {"type":"x","y":1e3}]}]}`,
    );
  });
});

describe('the signature repair of a Gemini history', () => {
  const user = { role: 'user', parts: [{ text: 'go' }] };
  const call = { functionCall: { name: 'f', args: {} } };
  const response = { role: 'user', parts: [{ functionResponse: { name: 'f', response: {} } }] };
  const noted = (content: { role: string; parts: unknown[] }) => ({
    ...content,
    parts: [...content.parts, { text: repairNote }],
  });
  const contents = [
    user,
    { role: 'model', parts: [{ ...call, thoughtSignature: 'old' }] },
    response,
    user,
    {
      role: 'model',
      parts: [
        { text: 'Hm.', thought: true, thoughtSignature: 'a' },
        { text: '', thought: true },
        { ...call, thoughtSignature: 'b' },
        { ...call, thought_signature: 'c' },
      ],
    },
    response,
    { role: 'model', parts: [{ thoughtSignature: 'd' }] },
    { role: 'model', parts: [call, { text: 'Yes.', thoughtSignature: 'e' }, { text: '', thoughtSignature: 'f' }] },
    response,
  ];

  it('takes every signature away, with the stand-in on the first call of each step of the current turn', () => {
    const stand = { ...call, thoughtSignature: placeholderSignature };
    expect(repaired('gemini', { contents }, 'gemini-3-pro')).toEqual({
      contents: [
        user,
        { role: 'model', parts: [call] },
        response,
        user,
        { role: 'model', parts: [{ text: 'Hm.' }, stand, call] },
        response,
        { role: 'model', parts: [stand, { text: 'Yes.' }] },
        noted(response),
      ],
    });
  });

  it('puts no stand-in where the model does not ask for one', () => {
    expect(repaired('gemini', { contents }, 'gemini-2.5-flash')).toEqual({
      contents: [
        user,
        { role: 'model', parts: [call] },
        response,
        user,
        { role: 'model', parts: [{ text: 'Hm.' }, call, call] },
        response,
        { role: 'model', parts: [call, { text: 'Yes.' }] },
        noted(response),
      ],
    });
  });

  it('takes a model that it does not know for the newest', () => {
    expect(['gemini-3-flash', 'models/gemini-5-pro', 'gemini-pro-latest', 'nano-x'].map(demandsSignature)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['gemini-2.5-pro', 'google/gemini-2.0-flash'].map(demandsSignature)).toEqual([false, false]);
  });
});

describe('the signature repair', () => {
  it('makes valid JSON of whatever it is given, the same each time, and leaves the request alone', () => {
    const block = fc.oneof(
      fc.record(
        {
          type: fc.constantFrom('thinking', 'redacted_thinking', 'text', 'tool_use', 7),
          thinking: fc.oneof(fc.string(), fc.jsonValue()),
          signature: fc.jsonValue(),
        },
        { requiredKeys: ['type'] },
      ),
      fc.record(
        {
          text: fc.oneof(fc.string(), fc.constant(0)),
          thought: fc.constantFrom(true, false, 1),
          thoughtSignature: fc.string(),
          thought_signature: fc.string(),
          functionCall: fc.oneof(fc.jsonValue(), fc.constant({ name: 'f' })),
        },
        { requiredKeys: [] },
      ),
      fc.jsonValue(),
    );
    const list = fc.oneof(fc.array(block, { maxLength: 5 }), fc.string(), fc.jsonValue());
    const message = fc.record(
      { role: fc.constantFrom('user', 'assistant', 'model', 'system', null), content: list, parts: list },
      { requiredKeys: ['role'] },
    );
    const messages = fc.oneof(fc.array(fc.oneof(message, fc.jsonValue()), { maxLength: 6 }), fc.jsonValue());
    fc.assert(
      fc.property(
        fc.record({ messages, contents: messages }, { requiredKeys: [] }),
        fc.constantFrom('anthropic' as const, 'gemini' as const),
        fc.constantFrom('gemini-3', 'gemini-2.5'),
        (json, protocol, model) => {
          const request = requestOf(protocol, json);
          const before = JSON.stringify(request.json);
          const edits = repairSignatures(request, model);
          const sent = new TextDecoder().decode(editJson(request.body, edits));
          expect(signaturesIn(JSON.parse(sent), protocol)).toEqual([]);
          expect(repairSignatures(request, model)).toEqual(edits);
          expect(JSON.stringify(request.json)).toBe(before);
        },
      ),
    );
  });
});

/** The signed or thinking pieces of the model's own messages that are still there. */
function signaturesIn(json: Record<string, unknown>, protocol: 'anthropic' | 'gemini'): unknown[] {
  const [listName, role, partsName] =
    protocol === 'anthropic' ? ['messages', 'assistant', 'content'] : ['contents', 'model', 'parts'];
  const list: unknown = json[listName];
  if (!Array.isArray(list)) return [];
  const parts = list.flatMap((entry) => {
    const inner: unknown = entry?.role === role ? entry[partsName] : [];
    return Array.isArray(inner) ? inner : [];
  });
  return parts.filter((part) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return false;
    if (protocol === 'anthropic') return part.type === 'thinking' || part.type === 'redacted_thinking';
    const signature = part.thoughtSignature ?? part.thought_signature;
    return part.thought === true || (signature !== undefined && signature !== placeholderSignature);
  });
}
