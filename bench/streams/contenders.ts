/** Who runs side by side. The bare passthrough is what the others are measured against. */

import type { Processes, Running } from '../processes.ts';

export interface Contender {
  readonly name: string;
  readonly file: string;
  readonly order: Readonly<Record<string, unknown>>;
}
export interface Standing {
  readonly contender: Contender;
  readonly process: Running;
}

export const bareName = 'node:http + undici';

export function contenders(order: {
  /** The program; absent where it is not to be had. */
  readonly nginx: string | undefined;
  /** How many addresses the gateway reaches its upstream under. */
  readonly origins: number;
  readonly withoutReuse: boolean;
}): readonly Contender[] {
  const { nginx, origins, withoutReuse } = order;
  const all: Contender[] = [
    { name: 'gateway', file: 'peers/gateway.ts', order: { bodies: 'full', origins } },
    { name: 'gateway, bodies off', file: 'peers/gateway.ts', order: { bodies: 'off', origins } },
    { name: bareName, file: 'peers/passthrough.ts', order: { reuse: true } },
  ];
  if (withoutReuse) {
    all.push({ name: `${bareName}, no reuse`, file: 'peers/passthrough.ts', order: { reuse: false } });
  }
  if (nginx !== undefined) all.push({ name: 'nginx', file: 'peers/nginx.ts', order: { program: nginx } });
  return all;
}

export function startAll(
  processes: Processes,
  list: readonly Contender[],
  upstreamPort: number,
): Promise<readonly Standing[]> {
  return Promise.all(
    list.map(async (contender) => ({
      contender,
      process: await processes.start(contender.file, { ...contender.order, upstreamPort }),
    })),
  );
}
