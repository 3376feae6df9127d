/** Every client by its name. */

import { aiSdk } from './ai-sdk.ts';
import { anthropicSdk } from './anthropic-sdk.ts';
import { claudeCode } from './claude-code.ts';
import type { Client, ClientName } from './client.ts';
import { codex } from './codex.ts';
import { continueCli } from './continue.ts';
import { geminiCli } from './gemini-cli.ts';
import { googleGenai } from './google-genai.ts';
import { openaiChat, openaiResponses } from './openai-sdk.ts';
import { opencodes } from './opencode.ts';
import { pis } from './pi.ts';
import { qwenCode } from './qwen-code.ts';

const list: readonly Client[] = [
  claudeCode,
  geminiCli,
  codex,
  ...opencodes,
  anthropicSdk,
  googleGenai,
  openaiChat,
  openaiResponses,
  qwenCode,
  ...pis,
  continueCli,
  aiSdk,
];

export function clientNamed(name: ClientName): Client {
  const client = list.find((each) => each.name === name);
  if (client === undefined) throw new Error(`there is no client "${name}"`);
  return client;
}
