/** One part of a conversation as parts of a Gemini content: none, one, or two where a title goes before its document. Never writes an empty text. */

import type { Part } from '../../model/conversation.ts';
import { argumentsOf, isObject, type JsonObject, objectsIn, textOf } from './shapes.ts';
import type { Draft } from './write-conversation-draft.ts';
import { writeMedia } from './write-conversation-media.ts';
import { writeMark } from './write-conversation-signatures.ts';

export function writePart(part: Part, draft: Draft): readonly JsonObject[] {
  switch (part.type) {
    case 'text':
      if (part.citations !== undefined && part.citations.length > 0) draft.lose('citations');
      return writeText(part.text, {}, writeMark(part.signature, draft));
    case 'thinking':
      return writeText(part.text, { thought: true }, writeMark(part.signature, draft));
    case 'redacted-thinking':
      draft.lose('redacted-thinking');
      return [];
    case 'tool-call':
      return [writeCall(part, draft)];
    case 'tool-result':
      // Only inside a model's own turn, where it answers nothing.
      draft.lose('stray-result');
      return part.parts.flatMap((inner) => writePart(inner, draft));
    case 'media':
      return writeMedia(part, draft);
    case 'code':
      return writeCode(part, draft);
    case 'code-result':
      return writeCodeResult(part, draft);
    case 'other':
      return writeOther(part, draft);
  }
}

/** A signed empty text is no mistake: Gemini 3 ends its answers with one and wants it back. */
function writeText(text: string, flags: JsonObject, signature: JsonObject): readonly JsonObject[] {
  if (text !== '') return [{ text, ...flags, ...signature }];
  return Object.keys(signature).length > 0 ? [{ text, ...signature }] : [];
}

function writeCall(part: Extract<Part, { type: 'tool-call' }>, draft: Draft): JsonObject {
  const args = argumentsOf(part.argumentsJson);
  if (args === undefined) draft.refuse('call-arguments', `\`${part.name}\`, id \`${part.id}\``);
  const id = draft.target.capabilities.callIds ? { id: part.id } : {};
  return { functionCall: { ...id, name: part.name, args: args ?? {} }, ...writeMark(part.signature, draft) };
}

function writeCode(part: Extract<Part, { type: 'code' }>, draft: Draft): readonly JsonObject[] {
  const signature = writeMark(part.signature, draft);
  if (part.language.toLowerCase() === 'python') {
    return [{ executableCode: { language: 'PYTHON', code: part.code }, ...signature }];
  }
  draft.lose('code-language');
  return writeText(part.code, {}, signature);
}

function writeCodeResult(part: Extract<Part, { type: 'code-result' }>, draft: Draft): readonly JsonObject[] {
  if (outcomes.has(part.outcome)) {
    return [{ codeExecutionResult: { outcome: part.outcome, output: part.output } }];
  }
  draft.lose('code-language');
  return writeText(part.output, {}, {});
}

const outcomes: ReadonlySet<string> = new Set(['OUTCOME_OK', 'OUTCOME_FAILED', 'OUTCOME_DEADLINE_EXCEEDED']);

function writeOther(part: Extract<Part, { type: 'other' }>, draft: Draft): readonly JsonObject[] {
  if (part.dialect === 'gemini' && isObject(part.wire)) return [part.wire];
  const read = readable.get(part.name);
  if (read !== undefined && isObject(part.wire)) {
    draft.lose('block-as-text');
    return writeText(read(part.wire), {}, {});
  }
  if (foundTools.has(part.name)) draft.lose('tool-search');
  else if (ofServerTools.test(part.name)) draft.lose('server-tool-blocks');
  else draft.refuse('foreign-block', part.name);
  return [];
}

/** Blocks whose meaning is text. */
const readable: ReadonlyMap<string, (wire: JsonObject) => string> = new Map([
  [
    'search_result',
    (wire: JsonObject) => lines(wire.title, wire.source, ...objectsIn(wire.content).map((b) => b.text)),
  ],
  ['tool_reference', (wire: JsonObject) => lines(wire.tool_name)],
  ['compaction', (wire: JsonObject) => lines(wire.content)],
  ['connector_text', (wire: JsonObject) => lines(wire.connector_text ?? wire.text)],
]);

function lines(...values: readonly unknown[]): string {
  return values.map(textOf).filter(Boolean).join('\n');
}

/** Whatever a search for tools has found is declared like all others. */
const foundTools: ReadonlySet<string> = new Set(['tool_search_call', 'tool_search_output', 'additional_tools']);

/** The provider's own tools at work (`server_tool_use`, `web_search_tool_result`, `web_search_call`, …) and marks of its own doing. */
const ofServerTools =
  /^(server_tool_use|mcp_tool_use|mcp_tool_listing|mcp_list_tools|fallback|item_reference|reasoning|.*_tool_result|.*_call|mcp_approval_.*)$/;
