/** What an Anthropic text block can hold of what the dialect has no block for, mostly as Markdown: code that was run, images, sources. */

import type { Citation } from '../../model/conversation.ts';
import type { JsonObject } from '../json/shapes.ts';
import type { BlockStart } from '../shown-answer.ts';

/** On lines of its own, so that it stays apart from text before and after it. */
export function fencedCode(language: string, code: string): string {
  const longestRun = Math.max(0, ...(code.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(Math.max(3, longestRun + 1));
  const lineEnd = code.endsWith('\n') ? '' : '\n';
  return `\n${fence}${language.toLowerCase().replace(/[^\w+#.-]/g, '')}\n${code}${lineEnd}${fence}\n`;
}

/** Undefined when there is neither data nor an address. */
export function markdownMedia(media: {
  readonly mimeType?: string;
  readonly data?: string;
  readonly url?: string;
}): string | undefined {
  const type = media.mimeType ?? 'image/png';
  const address = media.data === undefined ? media.url : `data:${type};base64,${media.data}`;
  if (address === undefined) return undefined;
  return type.startsWith('image/') ? `![image](${address})` : `[${type}](${address})`;
}

/** One line each, without repeats; empty when no source has an address. */
export function markdownSources(citations: readonly Citation[]): string {
  const byUrl = new Map(
    citations.flatMap(({ url, title }) => (url === undefined ? [] : [[url, title ?? url] as const])),
  );
  const lines = [...byUrl].map(([url, title]) => `- [${title.replace(/[[\]\s]+/g, ' ').trim()}](${url})`);
  return lines.length === 0 ? '' : `\n\n${lines.join('\n')}`;
}

export function codeText(code: NonNullable<BlockStart['code']>): string {
  return 'code' in code ? fencedCode(code.language, code.code) : fencedCode('', code.output);
}

/** A source in the words of the API's own web search. */
export function webCitation(citation: Citation, url: string): JsonObject {
  return {
    type: 'web_search_result_location',
    cited_text: citation.citedText ?? '',
    url,
    title: citation.title ?? null,
    // Opaque and Anthropic's own; the dialect demands the member.
    encrypted_index: '',
  };
}
