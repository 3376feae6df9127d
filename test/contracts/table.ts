/** Writes `docs/TRANSLATION.md` from the loss tables of the dialects: the one place that says what may change between them is the code itself. */

import type { Loss } from '../../src/model/conversation.ts';
import type { Protocol } from '../../src/model/request.ts';
import { lossTables } from './translation.ts';

export function translationPage(): string {
  return `${[intro, ...chapters.flatMap(chapter)].join('\n')}\n`;
}

const intro = `# What may change between dialects

A client of any dialect reaches any upstream: \`anthropic\` (Messages), \`gemini\` (generateContent), \`openai-chat\` (Chat Completions),
\`openai-responses\` (Responses). Where both speak the same dialect nothing is translated: bytes pass as they are. Everywhere else the request is
read into one conversation and written for the upstream, and the answer is read into events and written for the client.

Text, system text, tools, tool calls and their results, media, tool choice, limits and sampling arrive as they were sent, and text, thinking, tool
calls and token counts come back as they were said. What a dialect has no word for is in the tables below, and nothing else changes:

- **refused**: the client gets a 400 that names it, before anything is sent upstream;
- **as text**: carried, in another form;
- **left out**: not sent, because the answer does not depend on it or the provider refuses it.

Nothing is put into a prompt that the client or the model did not say. Signatures of thoughts travel sealed in the fields that a client sends back
unread, and reach the part they came with byte for byte; a model of another family never sees them.

This page is made from the tables of the code (\`src/protocols/*/losses.ts\`) and a test keeps it current: \`npm run translation\` writes it anew.
`;

interface Chapter {
  readonly protocol: Protocol;
  readonly title: string;
  /** What a row without a side of its own is about. */
  readonly side: string;
}

const chapters: readonly Chapter[] = [
  { protocol: 'anthropic', title: 'Anthropic', side: 'request to Claude' },
  { protocol: 'gemini', title: 'Gemini', side: 'a request for a Gemini model' },
  { protocol: 'openai-chat', title: 'OpenAI Chat Completions', side: 'a request for a Chat Completions server' },
  { protocol: 'openai-responses', title: 'OpenAI Responses', side: 'a request for the Responses API' },
];

const sideWords: Readonly<Record<string, string>> = {
  'request-read': 'a request of a Chat Completions client',
  'request-written': 'a request for a Chat Completions server',
  'answer-written': 'an answer for a Chat Completions client',
};

function chapter({ protocol, title, side }: Chapter): string[] {
  const rows = lossTables[protocol];
  const sides = [...new Set(rows.map((row) => row.side ?? side))];
  const tables = sides.flatMap((each) => [
    `### ${capital(sideWords[each] ?? each)}`,
    '',
    '| what | becomes | because |',
    '|---|---|---|',
    ...rows.filter((row) => (row.side ?? side) === each).map(line),
    '',
  ]);
  return [`## ${title}`, '', ...tables];
}

function line({ feature, how, why }: Loss): string {
  return `| ${cell(feature)} | ${how.replace('-', ' ')} | ${cell(why)} |`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
