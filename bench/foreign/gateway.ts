/** The gateway as a contender for Anthropic clients whose model a route sends to Gemini; otherwise as `bench/peers/gateway.ts`. */

import { order } from '../child.ts';
import { serveGateway } from '../gateway.ts';
import { geminiModels } from './answers.ts';

const { upstreamPort, bodies } = order<{ readonly upstreamPort: number; readonly bodies: 'full' | 'off' }>();

const account = {
  email: 'bench@example.com',
  provider: 'gemini',
  credential: 'bench-key-000000',
  base_url: `http://127.0.0.1:${upstreamPort}`,
  allow_private: true,
};
const routes = Object.entries(geminiModels).map(([match, to]) => ({ match, to: [to] }));
await serveGateway({ accounts: [account], routes, monitor: { bodies } });
