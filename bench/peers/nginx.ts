/** nginx as a contender: one worker, no buffering, kept connections on both sides, no access log. This process only starts it and ends it. */

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWorld } from '../../src/world.ts';
import { order, serveParent } from '../child.ts';

const { upstreamPort, program } = order<{ readonly upstreamPort: number; readonly program: string }>();

const world = createWorld();
const directory = mkdtempSync(join(tmpdir(), 'agt-bench-nginx-'));
mkdirSync(join(directory, 'temp'));
const port = await freePort();
const file = join(directory, 'nginx.conf');
writeFileSync(file, configuration());
const child = spawn(program, ['-p', directory, '-c', file, '-e', 'stderr'], {
  stdio: ['ignore', 'inherit', 'inherit'],
});
const ended = new Promise<void>((resolve) => {
  child.once('exit', () => {
    rmSync(directory, { recursive: true, force: true });
    resolve();
  });
});
await untilItListens();
serveParent({ port, pid: child.pid as number }, {}, () => {
  child.kill('SIGTERM');
  return ended;
});

function configuration(): string {
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path temp/${kind};`);
  return `
${user}
daemon off;
worker_processes 1;
worker_rlimit_nofile 16384;
pid ${directory}/nginx.pid;
events { worker_connections 8192; }
http {
  access_log off;
  ${temp.join('\n  ')}
  keepalive_requests 1000000;
  upstream bench { server 127.0.0.1:${upstreamPort}; keepalive 64; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    client_body_buffer_size 1m;
    location / {
      proxy_pass http://bench;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_read_timeout 600s;
    }
  }
}
`;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port'));
        else resolve(address.port);
      });
    });
  });
}

async function untilItListens(): Promise<void> {
  const never = new AbortController();
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (await accepts()) return;
    await world.sleep(50, never.signal);
  }
  throw new Error('nginx does not listen');
}

function accepts(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
