/** The Chat Completions dialect towards a client: how an answer is streamed, collected, and how a failure is told. */

import type { ClientDialect } from '../../model/ports.ts';
import { openaiProblem } from './failures.ts';
import { foldChatAnswer } from './fold-answer.ts';
import { foldChatForeign } from './fold-foreign.ts';
import { writeChatEvents } from './write-events.ts';
import { writeChatForeignEvents } from './write-foreign-events.ts';

export const chatDialect: ClientDialect = {
  protocol: 'openai-chat',
  /** There is one streamed framing, so `framing` decides nothing here. */
  writer: (_framing, _answerId, request) => writeChatEvents(request),
  fold: foldChatAnswer,
  foreignWriter: writeChatForeignEvents,
  foreignFold: foldChatForeign,
  problem: (problem) => openaiProblem(problem),
};
