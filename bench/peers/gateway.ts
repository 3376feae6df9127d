/**
 * The gateway as a contender, on a data directory of its own that is thrown away.
 * One account per loopback address, because the gateway opens a limited number of connections to one origin (`transport.ts`).
 */

import { order } from '../child.ts';
import { serveGateway } from '../gateway.ts';

const { upstreamPort, bodies, origins } = order<{
  readonly upstreamPort: number;
  readonly bodies: 'full' | 'off';
  /** How many loopback addresses the upstream is reached under. */
  readonly origins: number;
}>();

const accounts = Array.from({ length: origins }, (_, index) => ({
  email: `bench-${index + 1}@example.com`,
  provider: 'anthropic',
  credential: `bench-key-${index + 1}-000000`,
  base_url: `http://127.0.0.${index + 1}:${upstreamPort}`,
  allow_private: true,
}));
await serveGateway({ accounts, monitor: { bodies } });
