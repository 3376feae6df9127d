/** A streamed answer of the Gemini API, event by event, built by rule so that every process has the same bytes. */

import { eventsPerStream } from '../answers.ts';

/** What a gateway's route makes of the client's model, and what the upstream finds in its path. */
export const geminiModels = {
  'claude-bench-paced': 'gemini-bench-paced',
  'claude-bench-at-once': 'gemini-bench-at-once',
  'claude-bench-brief': 'gemini-bench-brief',
} as const;

/** Exactly so many chunks, the last one with the finish reason. */
export function geminiEvents(count: number = eventsPerStream): readonly Buffer[] {
  return Array.from({ length: count }, (_, index) => Buffer.from(eventOf(index, index === count - 1)));
}

const vocabulary =
  'the stream carries one short piece of an answer and then the next until nothing is left to say'.split(' ');

function eventOf(index: number, isLast: boolean): string {
  const text = [0, 1, 2].map((step) => ` ${vocabulary[(index * 3 + step) % vocabulary.length]}`).join('');
  const usage = { promptTokenCount: 2_100, candidatesTokenCount: 3 * (index + 1), totalTokenCount: 2_103 + 3 * index };
  const chunk = {
    candidates: [{ content: { parts: [{ text }], role: 'model' }, index: 0, ...(isLast && { finishReason: 'STOP' }) }],
    usageMetadata: usage,
    modelVersion: 'gemini-bench',
    responseId: 'bench',
  };
  return `data: ${JSON.stringify(chunk)}\r\n\r\n`;
}
