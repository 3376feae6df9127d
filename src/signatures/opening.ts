/**
 * Reads how a conversation began, in every client dialect: system text, first user turn, first answer. Markers that move from turn to turn (cache
 * control), thinking and signatures are no part of it. Whatever is not understood is passed over.
 */

import type { ClientRequest, Protocol } from '../model/request.ts';
import { callDigest, callDigestOfText, isRecord, records, textOf } from './digest.ts';

/** The visible part of an answer: its texts in order, and its tool calls as `answerCall` names them. */
export interface Answer {
  readonly texts: readonly string[];
  readonly calls: readonly string[];
}
export interface Opening {
  readonly system: string;
  readonly user: string;
  /** Empty when the history holds none. */
  readonly answer: Answer;
  /** The answer stands at the very end: it is the beginning of one that is still to come. */
  readonly isPrefill: boolean;
}

export function readOpening(request: ClientRequest): Opening {
  const { system, turns } = dialects[request.protocol](request.json);
  const first = turns.findIndex((turn) => turn.isAnswer);
  const before = first < 0 ? turns : turns.slice(0, first);
  const rest = first < 0 ? [] : turns.slice(first);
  const end = rest.findIndex((turn) => !turn.isAnswer);
  const answers = end < 0 ? rest : rest.slice(0, end);
  return {
    system,
    user: before.flatMap((turn) => turn.texts.map((text) => text.trim())).join('\n'),
    answer: { texts: answers.flatMap((turn) => turn.texts), calls: answers.flatMap((turn) => turn.calls) },
    isPrefill: first >= 0 && end < 0,
  };
}

/** How a tool call is named in an answer's fingerprint. Gemini's clients make up ids, so there it is what the call says. */
export function answerCall(protocol: Protocol, name: string, id: string, argumentsJson: string): string {
  if (protocol === 'gemini') return callDigestOfText(name, argumentsJson);
  return protocol === 'openai-responses' ? name : `${name}#${id}`;
}

interface Turn extends Answer {
  readonly isAnswer: boolean;
}
interface Conversation {
  readonly system: string;
  readonly turns: readonly Turn[];
}

const dialects: Readonly<Record<Protocol, (json: Record<string, unknown>) => Conversation>> = {
  anthropic: (json) => ({ system: textsOf(json.system).join('\n'), turns: messageTurns(json.messages, ['assistant']) }),
  gemini: (json) => ({ system: systemInstruction(json), turns: geminiTurns(json.contents) }),
  'openai-chat': (json) => ({
    system: records(json.messages)
      .filter(({ record }) => isSystem(record))
      .flatMap(({ record }) => textsOf(record.content))
      .join('\n'),
    turns: messageTurns(
      records(json.messages).flatMap(({ record }) => (isSystem(record) ? [] : [record])),
      ['assistant'],
    ),
  }),
  'openai-responses': (json) => ({
    system: textOf(json.instructions),
    turns:
      typeof json.input === 'string'
        ? [{ isAnswer: false, texts: [json.input], calls: [] }]
        : messageTurns(json.input, ['assistant']),
  }),
};

function messageTurns(messages: unknown, answerRoles: readonly string[]): readonly Turn[] {
  return records(messages).flatMap(({ record }): Turn[] => {
    if (record.type === 'reasoning') return [];
    const isAnswer = answerRoles.includes(textOf(record.role)) || record.type === 'function_call';
    return [{ isAnswer, texts: textsOf(record.content), calls: callsOf(record) }];
  });
}

/** The tool calls of one message, wherever its dialect keeps them. */
function callsOf(message: Record<string, unknown>): readonly string[] {
  if (message.type === 'function_call') return [textOf(message.name)];
  const chat = records(message.tool_calls).map(({ record }) => {
    const name = isRecord(record.function) ? textOf(record.function.name) : '';
    return answerCall('openai-chat', name, textOf(record.id), '');
  });
  const anthropic = records(message.content)
    .filter(({ record }) => record.type === 'tool_use')
    .map(({ record }) => answerCall('anthropic', textOf(record.name), textOf(record.id), ''));
  return [...chat, ...anthropic];
}

function geminiTurns(contents: unknown): readonly Turn[] {
  return records(contents).map(({ record }): Turn => {
    const parts = records(record.parts).filter((part) => part.record.thought !== true);
    return {
      isAnswer: record.role === 'model',
      texts: parts.flatMap((part) => (typeof part.record.text === 'string' ? [part.record.text] : [])),
      calls: parts.flatMap((part) => {
        const call = part.record.functionCall ?? part.record.function_call;
        return isRecord(call) ? [callDigest(textOf(call.name), call.args)] : [];
      }),
    };
  });
}

function systemInstruction(json: Record<string, unknown>): string {
  const instruction = json.systemInstruction ?? json.system_instruction;
  return isRecord(instruction) ? textsOf(instruction.parts).join('\n') : textOf(instruction);
}

function isSystem(message: Record<string, unknown>): boolean {
  return message.role === 'system' || message.role === 'developer';
}

/** A text, or the texts of an array of blocks. */
function textsOf(content: unknown): readonly string[] {
  if (typeof content === 'string') return [content];
  return records(content).flatMap(({ record }) =>
    typeof record.text === 'string' && record.thought !== true ? [record.text] : [],
  );
}
