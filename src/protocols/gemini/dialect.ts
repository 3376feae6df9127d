/** Gemini as a client dialect. */

import type { ClientDialect } from '../../model/ports.ts';
import { geminiProblem } from './failures.ts';
import { foldGeminiAnswer } from './fold-answer.ts';
import { writeGeminiEvents } from './write-events.ts';

export const geminiDialect: ClientDialect = {
  protocol: 'gemini',
  writer: (framing) => writeGeminiEvents(framing),
  fold: foldGeminiAnswer,
  problem: geminiProblem,
};
