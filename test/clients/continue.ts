/** continue, `cn -p`, with its Anthropic provider. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, clientKey, turnMsMax } from './client.ts';
import { runClient } from './process.ts';

export const continueCli: Client = {
  name: 'continue',
  package: '@continuedev/cli',
  version: '1.5.47',
  model: 'claude-sonnet-4-5',
  call: (command) => ({ name: 'Bash', args: { command } }),
  async turn({ folder, url, model, prompt, home }) {
    const offered = {
      name: model,
      provider: 'anthropic',
      model,
      apiKey: clientKey,
      apiBase: `${url}/v1/`,
      roles: ['chat'],
      capabilities: ['tool_use'],
    };
    const config = { name: 'gateway', version: '1.0.0', schema: 'v1', models: [offered] };
    // JSON is YAML too.
    const file = join(home, 'config.yaml');
    writeFileSync(file, JSON.stringify(config));
    const { exit, stdout, stderr } = await runClient({
      command: join(folder, 'node_modules/.bin/cn'),
      args: ['-p', prompt, '--config', file, '--allow', 'Bash'],
      home,
      env: { CONTINUE_CLI_ENABLE_TELEMETRY: '0' },
      msMax: turnMsMax,
    });
    return { exit, text: stdout, aside: `${stderr}\n${stdout}` };
  },
};
