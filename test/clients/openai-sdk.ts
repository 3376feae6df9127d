/** The OpenAI SDK, Chat Completions and Responses, each with a tool loop of its user's own. Its types are not among the project's packages: what is used of it stands here. */

import { type Client, clientKey } from './client.ts';
import { type Loaded, sdkTurn, toolOf } from './sdk.ts';

interface ChatMessage {
  readonly role: string;
  readonly content: string | null;
  readonly tool_calls?: readonly { readonly id: string; readonly function: { readonly arguments: string } }[];
}

interface OutputItem {
  readonly type: string;
  readonly call_id: string;
  readonly arguments: string;
}

interface OpenAi {
  readonly chat: {
    readonly completions: {
      stream(body: unknown): { finalChatCompletion(): Promise<{ choices: readonly { message: ChatMessage }[] }> };
    };
  };
  readonly responses: {
    stream(body: unknown): {
      finalResponse(): Promise<{ readonly output: readonly OutputItem[]; readonly output_text: string }>;
    };
  };
}

interface OpenAiModule {
  readonly OpenAI: new (options: { baseURL: string; apiKey: string; maxRetries?: number }) => OpenAi;
}

const shared = {
  package: 'openai',
  model: 'gpt-5',
  call: (command: string) => ({ name: toolOf.name, args: { command } }),
};

export const openaiChat: Client = {
  ...shared,
  name: 'openai-chat',
  turn: (stay) => sdkTurn<OpenAiModule>(stay, ['openai'], chat),
};

export const openaiResponses: Client = {
  ...shared,
  name: 'openai-responses',
  turn: (stay) => sdkTurn<OpenAiModule>(stay, ['openai'], respond),
};

function clientOf({ module, url, ownRetries }: Loaded<OpenAiModule>): OpenAi {
  const retries = ownRetries === true ? {} : { maxRetries: 0 };
  return new module.OpenAI({ baseURL: `${url}/v1`, apiKey: clientKey, ...retries });
}

async function chat(loaded: Loaded<OpenAiModule>): Promise<string> {
  const { name, description, schema } = toolOf;
  const tools = [{ type: 'function', function: { name, description, parameters: schema } }];
  const messages: unknown[] = [{ role: 'user', content: loaded.prompt }];
  const body = { model: loaded.model, tools, messages, stream_options: { include_usage: true } };
  const client = clientOf(loaded);
  for (;;) {
    const message = (await client.chat.completions.stream(body).finalChatCompletion()).choices[0]!.message;
    const calls = message.tool_calls ?? [];
    if (calls.length === 0) return message.content ?? '';
    messages.push(message);
    for (const call of calls) {
      const content = loaded.tool(JSON.parse(call.function.arguments));
      messages.push({ role: 'tool', tool_call_id: call.id, content });
    }
  }
}

async function respond(loaded: Loaded<OpenAiModule>): Promise<string> {
  const { name, description, schema } = toolOf;
  const tools = [{ type: 'function', name, description, parameters: schema, strict: false }];
  const input: unknown[] = [{ role: 'user', content: loaded.prompt }];
  const include = ['reasoning.encrypted_content'];
  const reasoning = { effort: 'low', summary: 'auto' };
  const client = clientOf(loaded);
  for (;;) {
    const body = { model: loaded.model, tools, input, store: false, include, reasoning };
    const response = await client.responses.stream(body).finalResponse();
    const calls = response.output.filter(({ type }) => type === 'function_call');
    if (calls.length === 0) return response.output_text;
    input.push(...response.output);
    for (const call of calls) {
      const output = loaded.tool(JSON.parse(call.arguments));
      input.push({ type: 'function_call_output', call_id: call.call_id, output });
    }
  }
}
