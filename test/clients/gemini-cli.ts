/** Gemini CLI, `gemini -p`. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, clientKey, turnMsMax } from './client.ts';
import { runClient } from './process.ts';

const settings = {
  security: { auth: { selectedType: 'gemini-api-key' } },
  general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
  privacy: { usageStatisticsEnabled: false },
  telemetry: { enabled: false },
};

export const geminiCli: Client = {
  name: 'gemini-cli',
  package: '@google/gemini-cli',
  model: 'gemini-2.5-flash',
  call: (command) => ({ name: 'run_shell_command', args: { command, description: 'Reads a note' } }),
  async turn({ folder, url, model, prompt, home }) {
    mkdirSync(join(home, '.gemini'));
    writeFileSync(join(home, '.gemini/settings.json'), JSON.stringify(settings));
    const { exit, stdout, stderr } = await runClient({
      command: join(folder, 'node_modules/.bin/gemini'),
      args: ['-p', prompt, '--skip-trust', '--approval-mode', 'yolo', '--output-format', 'json'],
      home,
      env: {
        GEMINI_API_KEY: clientKey,
        GOOGLE_GEMINI_BASE_URL: url,
        GEMINI_MODEL: model,
        GEMINI_CLI_TRUST_WORKSPACE: 'true',
      },
      msMax: turnMsMax,
    });
    return { exit, text: responseIn(stdout), aside: `${stderr}\n${stdout}` };
  },
};

function responseIn(stdout: string): string {
  const start = stdout.indexOf('{');
  if (start === -1) return '';
  try {
    return String((JSON.parse(stdout.slice(start)) as { response?: unknown }).response);
  } catch {
    return stdout;
  }
}
