/** qwen-code, `qwen -p`. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, clientKey, turnMsMax } from './client.ts';
import { runClient } from './process.ts';

const settings = {
  security: { auth: { selectedType: 'openai' } },
  general: { enableAutoUpdate: false },
  privacy: { usageStatisticsEnabled: false },
  telemetry: { enabled: false },
  // It would run beside the turn and may be cut off at its end.
  memory: { enableManagedAutoMemory: false, enableManagedAutoDream: false },
};

export const qwenCode: Client = {
  name: 'qwen-code',
  package: '@qwen-code/qwen-code',
  version: '0.24.4',
  model: 'gpt-5',
  // Of a command that ends at once it now and then takes the output for empty.
  call: (command) => ({
    name: 'run_shell_command',
    args: { command: `${command} && sleep 0.5`, description: 'Reads a note', is_background: false },
  }),
  async turn({ folder, url, model, prompt, home }) {
    mkdirSync(join(home, '.qwen'));
    writeFileSync(join(home, '.qwen/settings.json'), JSON.stringify(settings));
    const { exit, stdout, stderr } = await runClient({
      command: join(folder, 'node_modules/.bin/qwen'),
      args: ['-p', prompt, '--yolo'],
      home,
      env: { OPENAI_API_KEY: clientKey, OPENAI_BASE_URL: `${url}/v1`, OPENAI_MODEL: model },
      msMax: turnMsMax,
    });
    return { exit, text: stdout, aside: `${stderr}\n${stdout}` };
  },
};
