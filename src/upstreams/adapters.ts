/** The adapters of every provider that is spoken to, by provider. A new provider is a folder and a line here. */

import type { Provider } from '../model/config.ts';
import type { UpstreamAdapter } from '../model/ports.ts';
import { createAnthropicAdapter } from './anthropic/adapter.ts';
import type { AdapterDeps } from './credential.ts';
import { createGeminiAdapter } from './gemini/adapter.ts';
import { createOpenaiAdapter } from './openai/adapter.ts';
import { createVertexAdapter } from './vertex/adapter.ts';
import type { Tokens } from './vertex/token.ts';

export function createAdapters(deps: AdapterDeps & { readonly tokens?: Tokens }): Record<Provider, UpstreamAdapter> {
  return {
    anthropic: createAnthropicAdapter(deps),
    gemini: createGeminiAdapter(deps),
    vertex: createVertexAdapter(deps),
    openai: createOpenaiAdapter(deps),
  };
}
