/** The OpenAI Responses dialect towards a client: how an answer is streamed, collected, and how a failure is told. */

import type { ClientDialect } from '../../model/ports.ts';
import { openaiProblem } from '../openai-chat/failures.ts';
import { foldResponsesAnswer } from './fold-answer.ts';
import { writeResponsesEvents } from './write-events.ts';

export const responsesDialect: ClientDialect = {
  protocol: 'openai-responses',
  /** There is one streamed framing, so `framing` decides nothing here. */
  writer: (_framing, answerId) => writeResponsesEvents(answerId),
  fold: foldResponsesAnswer,
  problem: (problem) => openaiProblem(problem),
};
