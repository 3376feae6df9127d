/** What the models of the lab can and cannot do, by their names. Unknown names of a known family get the newest traits. */

export interface ClaudeTraits {
  /** A trailing assistant message is continued. */
  readonly prefill: boolean;
  readonly adaptive: boolean;
  readonly enabled: boolean;
  readonly disabled: boolean;
  /** Thinking is shown unless the request says otherwise. */
  readonly showsThinking: boolean;
}

const CLAUDE_NAME = /^claude-(opus|sonnet|haiku|fable|mythos)-(\d+)(?:[-.](\d{1,2}))?(?![\d])/;
const ALWAYS_THINKING = new Set(['fable', 'mythos']);

export function isClaude(model: string): boolean {
  return model.startsWith('claude-') && !model.includes('no-such');
}

export function isGemini(model: string): boolean {
  return /^(?:models\/)?gemini-/.test(model) && !model.includes('no-such');
}

/** Gemini 3 and later demand signatures; 2.x tolerates anything. */
export function demandsSignatures(model: string): boolean {
  const major = /gemini-(\d+)/.exec(model)?.[1];
  return major !== undefined && Number(major) >= 3;
}

export function claudeTraits(model: string): ClaudeTraits {
  const match = CLAUDE_NAME.exec(model);
  if (!match) {
    const old = /^claude-[23]/.test(model);
    return { prefill: old, adaptive: !old, enabled: old, disabled: true, showsThinking: old };
  }
  const line = match[1]!;
  const version = Number(match[2]) + Number(match[3] ?? 0) / 10;
  const newest = ALWAYS_THINKING.has(line) || version >= 5;
  return {
    prefill: version < 4.6 && !newest,
    adaptive: version >= 4.6 || newest,
    enabled: version < 4.7 && !newest,
    disabled: !ALWAYS_THINKING.has(line) && !(version >= 5.5 && line !== 'haiku'),
    showsThinking: version < 4.7 && !newest,
  };
}

export interface OpenaiTraits {
  /** Thinks unless it is told not to. */
  readonly thinks: boolean;
  /** Chat Completions shows the thoughts as `reasoning_content`: compatible servers do, OpenAI itself never does. */
  readonly showsThinking: boolean;
}

const OPENAI_OWN = /^(gpt-|o\d|chatgpt-|codex-)(?!oss)/;
const OPENAI_THINKING = /^(gpt-5(?!.*-chat)|gpt-oss|o\d|codex-)|reason|think|deepseek-r\d|qwq/;

/** A server of OpenAI's dialects has models of any name, except those that another API of the lab serves. */
export function isOpenai(model: string): boolean {
  return model !== '' && !/^(claude-|gemini-)|no-such/.test(model);
}

export function openaiTraits(model: string): OpenaiTraits {
  return { thinks: OPENAI_THINKING.test(model), showsThinking: !OPENAI_OWN.test(model) };
}
