/** Looks for nginx on this machine and installs it where that is allowed; where it cannot be had, says so in a sentence. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const installMs = 60_000;

export function findNginx(say: (line: string) => void): string | undefined {
  const found = look();
  if (found !== undefined) return found;
  const apt = '/usr/bin/apt-get';
  if (process.getuid?.() !== 0 || !existsSync(apt)) {
    say('nginx is not on this machine and may not be installed by this user: it is left out of the comparison');
    return undefined;
  }
  say('nginx is not on this machine: installing nginx-light');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const words of [['update'], ['install', '-y', '--no-install-recommends', 'nginx-light']]) {
    const { status } = spawnSync(apt, ['-q', ...words], { stdio: 'ignore', timeout: installMs, env });
    if (status === 0) continue;
    say(`apt-get ${words[0]} failed: nginx is left out of the comparison`);
    return undefined;
  }
  return look();
}

export function nginxVersion(program: string): string {
  return /nginx\/(\S+)/.exec(spawnSync(program, ['-v'], { encoding: 'utf8' }).stderr)?.[1] ?? 'unknown';
}

function look(): string | undefined {
  const directories = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return directories.map((directory) => join(directory, 'nginx')).find((file) => existsSync(file));
}
