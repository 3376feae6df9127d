import { describe, expect, it } from 'vitest';
import { editJson } from './edit.ts';
import { withoutUndefined } from './undefined-values.ts';

function cleaned(json: Record<string, unknown>): unknown {
  const body = Buffer.from(JSON.stringify(json));
  return JSON.parse(Buffer.from(editJson(body, withoutUndefined(body, json))).toString());
}

describe('a setting that a client wrote as "[undefined]"', () => {
  it('is taken away, wherever it stands among the settings', () => {
    expect(
      cleaned({ model: 'm', system_prompt: '[undefined]', generationConfig: { topP: '[undefined]', topK: 4 } }),
    ).toEqual({
      model: 'm',
      generationConfig: { topK: 4 },
    });
  });

  it('is left alone in what people and tools said', () => {
    const said = {
      messages: [{ role: 'user', content: '[undefined]' }],
      contents: [{ parts: [{ text: '[undefined]' }] }],
    };
    expect(cleaned(said)).toEqual(said);
  });

  it('costs nothing where there is none', () => {
    const json = { model: 'm', stop: ['undefined'] };
    expect(withoutUndefined(Buffer.from(JSON.stringify(json)), json)).toEqual([]);
  });
});
