/** The Anthropic Messages dialect towards a client: how an answer is streamed, collected, and how a failure is told. */

import type { ClientDialect } from '../../model/ports.ts';
import { anthropicProblem } from './failures.ts';
import { foldAnthropicAnswer } from './fold-answer.ts';
import { writeAnthropicEvents } from './write-events.ts';

export const anthropicDialect: ClientDialect = {
  protocol: 'anthropic',
  /** There is one streamed framing, so `framing` decides nothing here. */
  writer: (_framing, answerId) => writeAnthropicEvents(answerId),
  fold: foldAnthropicAnswer,
  problem: anthropicProblem,
};
