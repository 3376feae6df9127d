/**
 * The line of models that a name belongs to, and so whose signatures it makes: `claude`, `gemini-2`, `gemini-3`, …, `gemini` (a Gemini name without
 * a version, such as `gemini-flash-latest`), `openai`, or `unknown`.
 */
export function modelFamilyOf(model: string): string {
  const name = (model.split('/').at(-1) ?? model).toLowerCase();
  if (name.includes('claude')) return 'claude';
  const major = /^gemini-(\d{1,2})(?!\d)/.exec(name)?.[1];
  if (major !== undefined) return `gemini-${major}`;
  if (name.startsWith('gemini')) return 'gemini';
  return /^(gpt|chatgpt|codex|o\d)/.test(name) ? 'openai' : 'unknown';
}
