/** The AI SDK with its Anthropic provider and a tool loop of its own. Its types are not among the project's packages: what is used of it stands here. */

import { type Client, clientKey } from './client.ts';
import { type Loaded, sdkTurn, toolOf } from './sdk.ts';

interface AiModule {
  streamText(options: unknown): { readonly text: PromiseLike<string>; consumeStream(): PromiseLike<void> };
  tool(definition: unknown): unknown;
  jsonSchema(schema: unknown): unknown;
  stepCountIs(steps: number): unknown;
}

interface AnthropicProvider {
  createAnthropic(options: { baseURL: string; apiKey: string }): (model: string) => unknown;
}

type Modules = AiModule & AnthropicProvider;

const stepsMax = 5;

export const aiSdk: Client = {
  name: 'ai-sdk',
  package: 'ai',
  version: '7.0.173',
  beside: ['@ai-sdk/anthropic@4.0.105'],
  model: 'claude-sonnet-4-5',
  call: (command) => ({ name: toolOf.name, args: { command } }),
  turn: (stay) => sdkTurn<Modules>(stay, ['ai', '@ai-sdk/anthropic'], talk),
};

async function talk({ module, url, model, prompt, tool, ownRetries }: Loaded<Modules>): Promise<string> {
  const provider = module.createAnthropic({ baseURL: `${url}/v1`, apiKey: clientKey });
  const { description, schema } = toolOf;
  const execute = async (input: unknown): Promise<string> => tool(input);
  const tools = { [toolOf.name]: module.tool({ description, inputSchema: module.jsonSchema(schema), execute }) };
  let failure: unknown;
  const result = module.streamText({
    model: provider(model),
    prompt,
    tools,
    stopWhen: module.stepCountIs(stepsMax),
    providerOptions: { anthropic: { thinking: { type: 'enabled', budgetTokens: 1_024 } } },
    onError: ({ error }: { error: unknown }) => {
      failure ??= error;
    },
    ...(ownRetries === true ? {} : { maxRetries: 0 }),
  });
  await result.consumeStream();
  // The stream's errors go to the callback; the text may be there all the same, cut short.
  if (failure !== undefined) throw failure;
  return result.text;
}
