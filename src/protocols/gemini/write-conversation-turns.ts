/**
 * Turns into Gemini's contents: user and model in turn, each call of a model content answered by exactly one response in the content after it, in
 * the order of the calls. A result that answers nothing becomes text; a call that nobody answered is refused, as every dialect's own API does.
 */

import type { Part, Turn } from '../../model/conversation.ts';
import type { JsonObject } from './shapes.ts';
import type { Content, Draft } from './write-conversation-draft.ts';
import { writePart } from './write-conversation-parts.ts';
import { type ToolResult, writeResult } from './write-conversation-results.ts';
import { fillSignatures } from './write-conversation-signatures.ts';

export function writeContents(turns: readonly Turn[], draft: Draft): readonly Content[] {
  const contents: Content[] = [];
  let calls: readonly ToolCall[] = [];
  for (const { role, parts } of groups(turns, draft)) {
    let written: readonly JsonObject[];
    if (role === 'model') {
      written = parts.flatMap((part) => writePart(part, draft));
      calls = parts.filter((part) => part.type === 'tool-call');
    } else {
      written = writeUserParts(parts, calls, draft);
      calls = [];
    }
    const last = contents.at(-1);
    if (written.length === 0) continue;
    if (last?.role === role) last.parts.push(...written);
    else contents.push({ role, parts: [...written] });
  }
  fillSignatures(contents, draft);
  return contents;
}

type ToolCall = Extract<Part, { type: 'tool-call' }>;

interface Group {
  readonly role: 'user' | 'model';
  readonly parts: Part[];
}

/** Consecutive turns of one role are one; a system turn in the middle stands in the user's. */
function groups(turns: readonly Turn[], draft: Draft): readonly Group[] {
  const grouped: Group[] = [];
  for (const turn of turns) {
    if (turn.role === 'system') draft.lose('system-in-the-middle');
    const role = turn.role === 'model' ? 'model' : 'user';
    const last = grouped.at(-1);
    if (last?.role === role) last.parts.push(...turn.parts);
    else grouped.push({ role, parts: [...turn.parts] });
  }
  return grouped;
}

/** The responses come first and in the order of their calls; all else follows in the order in which it stood. */
function writeUserParts(parts: readonly Part[], calls: readonly ToolCall[], draft: Draft): readonly JsonObject[] {
  const results = parts.filter((part) => part.type === 'tool-result');
  const paired = new Set<ToolResult>();
  const responses: JsonObject[] = [];
  const beside: JsonObject[] = [];
  for (const call of calls) {
    const result = results.find((each) => each.id === call.id && !paired.has(each));
    if (result === undefined) {
      draft.refuse('missing-result', `\`${call.name}\`, id \`${call.id}\``);
      continue;
    }
    paired.add(result);
    const written = writeResult(result, call.name, draft);
    responses.push(written.response);
    beside.push(...written.beside);
  }
  const others = parts.flatMap((part) => {
    if (part.type !== 'tool-result') return writePart(part, draft);
    if (paired.has(part)) return [];
    draft.lose('stray-result');
    return part.parts.flatMap((inner) => writePart(inner, draft));
  });
  return [...responses, ...beside, ...others];
}
