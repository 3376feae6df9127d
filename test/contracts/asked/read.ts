/** The reading of each dialect's requests, by its name. */

import type { Protocol } from '../../../src/model/request.ts';
import type { Json } from '../said/json.ts';
import { askedOfAnthropic } from './anthropic.ts';
import type { Asked } from './asked.ts';
import { askedOfGemini } from './gemini.ts';
import { askedOfChat } from './openai-chat.ts';
import { askedOfResponses } from './openai-responses.ts';

export const askedIn: Readonly<Record<Protocol, (body: Json) => Asked>> = {
  anthropic: askedOfAnthropic,
  gemini: askedOfGemini,
  'openai-chat': askedOfChat,
  'openai-responses': askedOfResponses,
};
