/** Codex, `codex exec`. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, clientKey, turnMsMax } from './client.ts';
import { runClient } from './process.ts';

export const codex: Client = {
  name: 'codex',
  package: '@openai/codex',
  model: 'gpt-5',
  call: (command) => ({ name: 'exec_command', args: { cmd: command } }),
  async turn({ folder, url, model, prompt, home }) {
    const codexHome = join(home, '.codex');
    mkdirSync(codexHome);
    const provider = `{name="gateway",base_url="${url}/v1",env_key="GATEWAY_KEY",wire_api="responses"}`;
    const { exit, stdout, stderr } = await runClient({
      command: join(folder, 'node_modules/.bin/codex'),
      args: [
        'exec',
        '--json',
        '--skip-git-repo-check',
        '--dangerously-bypass-approvals-and-sandbox',
        ...['-c', 'model_provider="gateway"', '-c', `model_providers.gateway=${provider}`, '-m', model],
        prompt,
      ],
      home,
      env: { GATEWAY_KEY: clientKey, CODEX_HOME: codexHome },
      msMax: turnMsMax,
    });
    return { exit, text: lastMessageIn(stdout), aside: `${stderr}\n${stdout}` };
  },
};

interface CodexEvent {
  readonly type?: string;
  readonly item?: { readonly type?: string; readonly text?: string };
}

function lastMessageIn(stdout: string): string {
  const events = stdout.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as CodexEvent] : []));
  const messages = events.filter(({ type, item }) => type === 'item.completed' && item?.type === 'agent_message');
  return messages.at(-1)?.item?.text ?? '';
}
