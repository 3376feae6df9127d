/** Reads what a request asks for into one shape for all dialects, as far as the lab's answer depends on it. Tolerant: refusing is the work of the checks. */

import { ANY_TOOL, type Ask, type AskTurn, object, objects, promptTokens, textOf } from './ask.ts';
import { readChat, readResponses } from './read-ask-openai.ts';
import { isObject } from './route.ts';
import type { Json, LabDialect, LabRoute } from './step.ts';
import { claudeTraits, demandsSignatures } from './traits.ts';

const READERS: Readonly<Record<LabDialect, (route: LabRoute, body: Json) => Ask>> = {
  anthropic: readAnthropic,
  'vertex-anthropic': readAnthropic,
  gemini: readGemini,
  'vertex-gemini': readGemini,
  'openai-chat': readChat,
  'openai-responses': readResponses,
};

export function readAsk(route: LabRoute, body: Json): Ask {
  return READERS[route.dialect](route, body);
}

function readAnthropic(route: LabRoute, body: Json): Ask {
  const turns = objects(body.messages)
    .filter((message) => message.role !== 'system')
    .map((message): AskTurn => {
      const blocks = typeof message.content === 'string' ? [] : objects(message.content);
      const texts = typeof message.content === 'string' ? [message.content] : textsOf(blocks);
      const calls = blocks.filter((block) => block.type === 'tool_use').length;
      const results = blocks.filter((block) => block.type === 'tool_result').length;
      return { who: message.role === 'assistant' ? 'model' : 'user', texts, calls, results };
    });
  const tools = objects(body.tools).map((tool) => ({ name: textOf(tool.name), schema: object(tool.input_schema) }));
  const choice = object(body.tool_choice);
  const thinking = object(body.thinking);
  const shown =
    typeof thinking.display === 'string' ? thinking.display !== 'omitted' : claudeTraits(route.model).showsThinking;
  const forcedTool = choice.type === 'any' ? ANY_TOOL : choice.type === 'tool' ? textOf(choice.name) : undefined;
  return {
    route,
    turns,
    tools,
    ...(forcedTool === undefined ? {} : { forcedTool }),
    toolsForbidden: choice.type === 'none',
    thinks: typeof thinking.type === 'string' && thinking.type !== 'disabled',
    showsThinking: shown,
    ...(typeof body.max_tokens === 'number' ? { outputTokensMax: body.max_tokens } : {}),
    promptTokens: promptTokens([body.system, body.messages, body.tools]),
  };
}

function readGemini(route: LabRoute, body: Json): Ask {
  const inner = isObject(body.generateContentRequest) ? body.generateContentRequest : body;
  const turns = objects(inner.contents).map((content): AskTurn => {
    const parts = objects(content.parts).filter((part) => part.thought !== true);
    const texts = parts.flatMap((part) => (typeof part.text === 'string' ? [part.text] : []));
    const calls = parts.filter((part) => isObject(part.functionCall)).length;
    const results = parts.filter((part) => isObject(part.functionResponse)).length;
    return { who: content.role === 'model' ? 'model' : 'user', texts, calls, results };
  });
  const tools = objects(inner.tools).flatMap((tool) =>
    objects(tool.functionDeclarations).map((declared) => ({
      name: textOf(declared.name),
      schema: object(declared.parametersJsonSchema ?? declared.parameters),
    })),
  );
  const config = object(inner.generationConfig);
  const thinking = object(config.thinkingConfig);
  const calling = object(object(inner.toolConfig).functionCallingConfig);
  const allowed = Array.isArray(calling.allowedFunctionNames) ? textOf(calling.allowedFunctionNames[0]) : '';
  return {
    route,
    turns,
    tools,
    ...(calling.mode === 'ANY' ? { forcedTool: allowed === '' ? ANY_TOOL : allowed } : {}),
    toolsForbidden: calling.mode === 'NONE',
    thinks: thinking.includeThoughts === true || demandsSignatures(route.model),
    showsThinking: thinking.includeThoughts === true,
    ...(typeof config.maxOutputTokens === 'number' ? { outputTokensMax: config.maxOutputTokens } : {}),
    promptTokens: promptTokens([inner.systemInstruction, inner.contents, inner.tools]),
  };
}

function textsOf(blocks: readonly Json[]): string[] {
  return blocks.flatMap((block) => (block.type === 'text' && typeof block.text === 'string' ? [block.text] : []));
}
