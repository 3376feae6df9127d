/** The Anthropic SDK with a tool loop of its user's own. The fixed set hands in the module that the project has; the newest comes from the scratch folder. */

import type { Anthropic } from '@anthropic-ai/sdk';
import { type Client, clientKey } from './client.ts';
import { type Loaded, sdkTurn, toolOf } from './sdk.ts';

type AnthropicModule = { readonly Anthropic: typeof Anthropic };

export const anthropicSdk: Client = {
  name: 'anthropic-sdk',
  package: '@anthropic-ai/sdk',
  model: 'claude-sonnet-4-5',
  call: (command) => ({ name: toolOf.name, args: { command } }),
  turn: (stay) => sdkTurn<AnthropicModule>(stay, ['@anthropic-ai/sdk'], talk),
};

async function talk({ module, url, model, prompt, tool, ownRetries }: Loaded<AnthropicModule>): Promise<string> {
  const retries = ownRetries === true ? {} : { maxRetries: 0 };
  const client = new module.Anthropic({ baseURL: url, apiKey: clientKey, logLevel: 'off', ...retries });
  const tools: Anthropic.Tool[] = [{ name: toolOf.name, description: toolOf.description, input_schema: toolOf.schema }];
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: prompt }];
  for (;;) {
    const thinking = { type: 'enabled', budget_tokens: 1_024 } as const;
    const { content } = await client.messages
      .stream({ model, max_tokens: 4_096, thinking, tools, messages })
      .finalMessage();
    const calls = content.filter((block) => block.type === 'tool_use');
    if (calls.length === 0) return content.map((block) => (block.type === 'text' ? block.text : '')).join('');
    messages.push({ role: 'assistant', content });
    const results = calls.map(({ id, input }) => ({
      type: 'tool_result' as const,
      tool_use_id: id,
      content: tool(input),
    }));
    messages.push({ role: 'user', content: results });
  }
}
