/** opencode, `opencode run`, with each of the three providers that speak a dialect of the gateway. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, type ClientName, clientKey, turnMsMax } from './client.ts';
import { runClient } from './process.ts';

interface Way {
  readonly name: ClientName;
  readonly npm: string;
  readonly path: string;
  readonly model: string;
}

const ways: readonly Way[] = [
  { name: 'opencode-anthropic', npm: '@ai-sdk/anthropic', path: '/v1', model: 'claude-sonnet-4-5' },
  { name: 'opencode-google', npm: '@ai-sdk/google', path: '/v1beta', model: 'gemini-2.5-flash' },
  { name: 'opencode-openai', npm: '@ai-sdk/openai-compatible', path: '/v1', model: 'gpt-5' },
];

export const opencodes: readonly Client[] = ways.map(clientOf);

function clientOf({ name, npm, path, model: asks }: Way): Client {
  return {
    name,
    package: 'opencode-ai',
    setUp: 'postinstall.mjs',
    model: asks,
    call: (command) => ({ name: 'bash', args: { command, description: 'Reads a note' } }),
    async turn({ folder, url, model, prompt, home }) {
      const limit = { context: 200_000, output: 8_192 };
      const models = { [model]: { name: model, tool_call: true, limit } };
      const options = { baseURL: `${url}${path}`, apiKey: clientKey };
      const config = {
        model: `gateway/${model}`,
        small_model: `gateway/${model}`,
        enabled_providers: ['gateway'],
        provider: { gateway: { npm, name: 'gateway', options, models } },
        permission: { edit: 'allow', bash: 'allow', webfetch: 'deny' },
        // It would run beside the turn and may be cut off at its end.
        agent: { title: { disable: true } },
        share: 'disabled',
        autoupdate: false,
      };
      writeFileSync(join(home, 'opencode.json'), JSON.stringify(config));
      const { exit, stdout, stderr } = await runClient({
        command: join(folder, 'node_modules/.bin/opencode'),
        // It would quote a prompt among the arguments, and escape the quotes in it.
        args: ['run', '--print-logs', '--format', 'json'],
        input: prompt,
        home,
        env: {
          OPENCODE_DISABLE_AUTOUPDATE: '1',
          OPENCODE_DISABLE_MODELS_FETCH: '1',
          OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
          OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
        },
        msMax: turnMsMax,
      });
      return { exit, text: textIn(stdout), aside: `${stderr}\n${stdout}` };
    },
  };
}

interface OpencodeEvent {
  readonly type?: string;
  readonly part?: { readonly text?: string };
}

function textIn(stdout: string): string {
  const events = stdout
    .split('\n')
    .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as OpencodeEvent] : []));
  return events.flatMap(({ type, part }) => (type === 'text' ? [part?.text ?? ''] : [])).join('');
}
