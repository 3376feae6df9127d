/** pi, `pi -p`, with each of the three dialects of the gateway that it speaks. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, type ClientName, clientKey, turnMsMax } from './client.ts';
import { runClient } from './process.ts';

interface Way {
  readonly name: ClientName;
  readonly api: string;
  readonly path: string;
  readonly model: string;
}

const ways: readonly Way[] = [
  { name: 'pi-anthropic', api: 'anthropic-messages', path: '', model: 'claude-sonnet-4-5' },
  { name: 'pi-openai', api: 'openai-completions', path: '/v1', model: 'gpt-5' },
  { name: 'pi-google', api: 'google-generative-ai', path: '/v1beta', model: 'gemini-2.5-flash' },
];

export const pis: readonly Client[] = ways.map(clientOf);

function clientOf({ name, api, path, model: asks }: Way): Client {
  return {
    name,
    package: '@mariozechner/pi-coding-agent',
    version: '0.73.1',
    model: asks,
    call: (command) => ({ name: 'bash', args: { command } }),
    async turn({ folder, url, model, prompt, home }) {
      const agent = join(home, '.pi/agent');
      mkdirSync(agent, { recursive: true });
      const offered = { id: model, contextWindow: 200_000, maxTokens: 8_192 };
      const providers = { gateway: { baseUrl: `${url}${path}`, api, apiKey: clientKey, models: [offered] } };
      writeFileSync(join(agent, 'models.json'), JSON.stringify({ providers }));
      const { exit, stdout, stderr } = await runClient({
        command: join(folder, 'node_modules/.bin/pi'),
        args: ['-p', '--provider', 'gateway', '--model', model, prompt],
        home,
        env: { PI_OFFLINE: '1' },
        msMax: turnMsMax,
      });
      return { exit, text: stdout, aside: `${stderr}\n${stdout}` };
    },
  };
}
