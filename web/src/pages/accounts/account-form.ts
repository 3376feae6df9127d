/** From the fields of the form to what the admin API takes. Pure; an empty field is a field that was not filled in. */

import type { Provider } from '../../../../src/model/config.ts';
import type { AccountInput } from '../../../../src/monitor/views.ts';

export const PROVIDERS = ['anthropic', 'gemini', 'openai', 'vertex'] as const satisfies Provider[];

export type AccountField =
  | 'email'
  | 'provider'
  | 'credential'
  | 'base_url'
  | 'allow_private'
  | 'project'
  | 'location'
  | 'models';
export type AccountFields = Readonly<Partial<Record<AccountField, string>>>;

export function accountOf(fields: AccountFields): AccountInput {
  const text = (field: AccountField): string => fields[field]?.trim() ?? '';
  const stated = (field: 'base_url' | 'project' | 'location'): Partial<AccountInput> =>
    text(field) === '' ? {} : { [field]: text(field) };
  const models = text('models')
    .split(/[\s,]+/)
    .filter((model) => model !== '');
  const isVertex = text('provider') === 'vertex';
  return {
    email: text('email'),
    provider: PROVIDERS.find((provider) => provider === text('provider')) ?? 'anthropic',
    credential: text('credential'),
    ...stated('base_url'),
    ...(fields.allow_private === 'on' ? { allow_private: true } : {}),
    ...(isVertex ? { ...stated('project'), ...stated('location') } : {}),
    ...(models.length === 0 ? {} : { models }),
  };
}
