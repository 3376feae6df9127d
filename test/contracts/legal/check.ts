/** The judges of requests, by dialect. */

import type { Capabilities } from '../../../src/model/conversation.ts';
import type { Protocol } from '../../../src/model/request.ts';
import type { Json } from '../said/json.ts';
import { anthropicRequestFaults } from './anthropic.ts';
import { geminiRequestFaults } from './gemini.ts';
import { chatRequestFaults } from './openai-chat.ts';
import { responsesRequestFaults } from './openai-responses.ts';

export const requestFaults: Readonly<Record<Protocol, (body: Json, capabilities: Capabilities) => string[]>> = {
  anthropic: anthropicRequestFaults,
  gemini: geminiRequestFaults,
  'openai-chat': chatRequestFaults,
  'openai-responses': responsesRequestFaults,
};
