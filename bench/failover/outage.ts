/** The checks of a provider that is down for a while and then healthy: who served meanwhile, how often it was tried, and when it was back. */

import type { CellFacts } from './checks.ts';
import { asksPerRequestDownMax, backWithinMs, outageMs } from './scenarios.ts';

/** A request at the very edge of the outage may be served by either. */
const edgeMs = 1_000;

export function outageFaults({ exchanges, asks, startedMs, scenario }: CellFacts): string[] {
  const healthyMs = startedMs + outageMs;
  const faults: string[] = [];
  const wanted = scenario.series?.requests ?? 1;
  if (exchanges.length < wanted) faults.push(`${exchanges.length} of ${wanted} requests were made`);
  const inOutage = exchanges.filter((exchange) => exchange.startedMs < healthyMs - edgeMs);
  for (const { question } of inOutage) {
    const served = asks.some((ask) => ask.question === question && ask.route === 'fallback' && ask.end === 'whole');
    if (!served) faults.push(`request ${question} of the outage was not served by the fallback`);
  }
  const tries = asks.filter((ask) => ask.route === 'primary' && ask.atMs < healthyMs).length;
  const triesMax = inOutage.length * asksPerRequestDownMax;
  if (tries > triesMax) faults.push(`the primary was asked ${tries} times while it was down, at most ${triesMax}`);
  const back = asks.find((ask) => ask.route === 'primary' && ask.end === 'whole');
  if (back === undefined) faults.push('the primary never answered again');
  else if (back.atMs > healthyMs + backWithinMs) {
    faults.push(`the primary was back after ${Math.round((back.atMs - healthyMs) / 1_000)} s`);
  }
  return faults;
}
