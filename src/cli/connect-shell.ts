/** The environment of a client as lines that a shell takes as they are. What is not for the shell stands behind a #. */

import type { Client, ClientName, Connection } from './connect-clients.ts';

export function environmentLines(
  name: ClientName,
  client: Client,
  connection: Connection,
  platform: NodeJS.Platform,
): string[] {
  const variables = client.environment(connection);
  const posix = variables.map(([variable, value]) => `export ${variable}=${posixQuoted(value)}`);
  const powershell = variables.map(([variable, value]) => `$env:${variable} = '${value.replaceAll("'", "''")}'`);
  const windows = platform === 'win32';
  const profile = windows ? '$PROFILE' : 'your shell profile (~/.bashrc, ~/.zshrc)';
  return [
    ...(windows ? [...powershell, '# the same for Git Bash:', ...posix.map((line) => `# ${line}`)] : posix),
    `# for good: put these lines into ${profile}, or run: antigravity-tools connect ${name} --write`,
    ...(client.environmentHint === undefined ? [] : [`# ${client.environmentHint(connection)}`]),
  ];
}

function posixQuoted(value: string): string {
  if (/^[\w.:/@%+=,~-]+$/.test(value)) return value;
  return `'${value.replaceAll("'", "'\\''")}'`;
}
