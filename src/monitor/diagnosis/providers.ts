/** Where a person goes for an account of each provider: the addresses of consoles, keys, bills and limits. Data; nothing here is ever asked by the gateway. */

import type { Provider } from '../../model/config.ts';
import type { Words } from './words/words.ts';

export interface ProviderPlaces {
  readonly name: string;
  /** Where credentials are made. */
  readonly keys: string;
  readonly credential: keyof Words['phrases'];
  readonly billing: string;
  readonly limits: string;
  readonly statusPage: string;
  /** The API that a Google Cloud project must have enabled. */
  readonly api?: { readonly name: string; readonly url: string };
}

const CLOUD = 'https://console.cloud.google.com';

export const PROVIDERS: Readonly<Record<Provider, ProviderPlaces>> = {
  anthropic: {
    name: 'Anthropic',
    keys: 'https://console.anthropic.com/settings/keys',
    credential: 'api-key',
    billing: 'https://console.anthropic.com/settings/billing',
    limits: 'https://console.anthropic.com/settings/limits',
    statusPage: 'https://status.anthropic.com',
  },
  gemini: {
    name: 'Gemini API',
    keys: 'https://aistudio.google.com/apikey',
    credential: 'api-key',
    billing: `${CLOUD}/billing`,
    limits: 'https://aistudio.google.com/usage',
    statusPage: 'https://aistudio.google.com/status',
    api: {
      name: 'Generative Language API',
      url: `${CLOUD}/apis/library/generativelanguage.googleapis.com`,
    },
  },
  vertex: {
    name: 'Vertex AI',
    keys: `${CLOUD}/iam-admin/serviceaccounts`,
    credential: 'google-credential',
    billing: `${CLOUD}/billing`,
    limits: `${CLOUD}/iam-admin/quotas`,
    statusPage: 'https://status.cloud.google.com',
    api: { name: 'Vertex AI API', url: `${CLOUD}/apis/library/aiplatform.googleapis.com` },
  },
  openai: {
    name: 'OpenAI',
    keys: 'https://platform.openai.com/api-keys',
    credential: 'api-key',
    billing: 'https://platform.openai.com/settings/organization/billing/overview',
    limits: 'https://platform.openai.com/settings/organization/limits',
    statusPage: 'https://status.openai.com',
  },
};

/** The project that Google's refusal names; only what can be part of an address as it is. */
export function projectIn(detail: string): string | undefined {
  return /\bprojects?[ /]+([a-z0-9][a-z0-9:.-]{3,60}[a-z0-9])\b/i.exec(detail)?.[1];
}
