import { describe, expect, it } from 'vitest';
import { accountOf } from './account-form.ts';

describe('the form for an account', () => {
  it('sends only what was filled in, without the spaces of a pasted key', () => {
    expect(
      accountOf({ email: ' ada@anthropic ', provider: 'anthropic', credential: ' sk-1\n', base_url: '', models: '' }),
    ).toEqual({
      email: 'ada@anthropic',
      provider: 'anthropic',
      credential: 'sk-1',
    });
  });
  it('takes models apart at commas, spaces and lines', () => {
    expect(accountOf({ provider: 'openai', models: 'gpt-*, o4-mini\nlocal/*' }).models).toEqual([
      'gpt-*',
      'o4-mini',
      'local/*',
    ]);
  });
  it('leaves out a project that another provider has no word for', () => {
    const fields = { project: 'my-project', location: 'global', allow_private: 'on' };
    expect(accountOf({ ...fields, provider: 'gemini' })).not.toHaveProperty('project');
    expect(accountOf({ ...fields, provider: 'vertex' })).toMatchObject({
      project: 'my-project',
      location: 'global',
      allow_private: true,
    });
  });
});
