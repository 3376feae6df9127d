/** Claude Code, `claude -p`. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, clientKey, turnMsMax } from './client.ts';
import { runClient } from './process.ts';

export const claudeCode: Client = {
  name: 'claude-code',
  package: '@anthropic-ai/claude-code',
  setUp: 'install.cjs',
  model: 'claude-sonnet-4-5',
  call: (command) => ({ name: 'Bash', args: { command, description: 'Reads a note' } }),
  async turn({ folder, url, model, prompt, home }) {
    // Without it the first start asks for a colour theme.
    writeFileSync(join(home, '.claude.json'), JSON.stringify({ hasCompletedOnboarding: true }));
    const { exit, stdout, stderr } = await runClient({
      command: join(folder, 'node_modules/.bin/claude'),
      args: ['-p', prompt, '--output-format', 'stream-json', '--verbose', '--allowedTools', 'Bash,Read'],
      home,
      env: {
        ANTHROPIC_BASE_URL: url,
        ANTHROPIC_API_KEY: clientKey,
        ANTHROPIC_MODEL: model,
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        DISABLE_AUTOUPDATER: '1',
      },
      msMax: turnMsMax,
    });
    return { exit, text: resultIn(stdout), aside: `${stderr}\n${stdout}` };
  },
};

/** The last line of its stream is the result. */
function resultIn(stdout: string): string {
  for (const line of stdout.split('\n').reverse()) {
    if (!line.includes('"type":"result"')) continue;
    const { result, is_error: isError } = JSON.parse(line) as { result?: unknown; is_error?: unknown };
    return isError === true ? `error: ${String(result)}` : String(result);
  }
  return '';
}
