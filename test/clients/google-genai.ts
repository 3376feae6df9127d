/** The Google Gen AI SDK with a tool loop of its user's own. */

import type { Content, GoogleGenAI, Part } from '@google/genai';
import { type Client, clientKey } from './client.ts';
import { type Loaded, sdkTurn, toolOf } from './sdk.ts';

type GenaiModule = { readonly GoogleGenAI: typeof GoogleGenAI };

export const googleGenai: Client = {
  name: 'google-genai',
  package: '@google/genai',
  model: 'gemini-2.5-flash',
  call: (command) => ({ name: toolOf.name, args: { command } }),
  turn: (stay) => sdkTurn<GenaiModule>(stay, ['@google/genai'], talk),
};

async function talk({ module, url, model, prompt, tool }: Loaded<GenaiModule>): Promise<string> {
  const client = new module.GoogleGenAI({ apiKey: clientKey, httpOptions: { baseUrl: url } });
  const { name, description, schema } = toolOf;
  const config = {
    tools: [{ functionDeclarations: [{ name, description, parametersJsonSchema: schema }] }],
    thinkingConfig: { includeThoughts: true },
  };
  const contents: Content[] = [{ role: 'user', parts: [{ text: prompt }] }];
  for (;;) {
    const parts: Part[] = [];
    const stream = await client.models.generateContentStream({ model, contents, config });
    for await (const chunk of stream) parts.push(...(chunk.candidates?.[0]?.content?.parts ?? []));
    const calls = parts.flatMap(({ functionCall }) => functionCall ?? []);
    if (calls.length === 0) return parts.map((part) => (part.thought === true ? '' : (part.text ?? ''))).join('');
    contents.push({ role: 'model', parts });
    const answers = calls.map(({ id, name: called = '', args }) => ({
      functionResponse: { ...(id === undefined ? {} : { id }), name: called, response: { output: tool(args) } },
    }));
    contents.push({ role: 'user', parts: answers });
  }
}
