/** Writes `docs/FAILOVER.md` from a run of all cells. It must never state a result that was not measured in that run. */

import { tokenCount } from './answer.ts';
import type { CellResult } from './cell.ts';
import { asksOfRouteMax, attemptsMax, hammerMs, threeAsksMs } from './checks.ts';
import { endingMsMax, patienceMs } from './client.ts';
import { healing } from './gateway.ts';
import { asksPerRequestDownMax, backWithinMs, outageMs, scenarios } from './scenarios.ts';
import { unmarkedEnds } from './script.ts';
import { lines, table } from './table.ts';

export interface RunFacts {
  readonly nowMs: number;
  readonly seconds: number;
  readonly node: string;
}

export function pageOf(results: readonly CellResult[], run: RunFacts): string {
  const passed = results.filter((result) => result.passed).length;
  const day = new Date(run.nowMs).toISOString().slice(0, 10);
  return `${[
    '# Failover',
    `**${passed} of ${results.length} cells pass** (${day}, Node ${run.node.replace(/^v/, '')}, ${run.seconds} s). This page is written by the run itself: \`npm run bench:failover\`.`,
    'The sixteen scenarios of the public Failover Bench v0.1, written anew over raw sockets in [`bench/failover`](../bench/failover), in all four client dialects and at full timings. Neither end uses an SDK, the lab or a parser of the gateway.',
    '```\nnpm run bench:failover                                  # all cells, a minute and a half; writes this page\nnpm run bench:failover -- --only 9 --dialect gemini     # a part; --only takes a list such as 8,9,14\nnpm run bench:failover -- --only 9 --show               # with every ask and the gateway’s log of what failed\nnpm run bench:failover -- --self-test                   # the same cells without a gateway\n```',
    setUp(),
    '## Results',
    '`first token`, `whole answer` and `longest gap` (between two tokens) are as the client saw them; of several requests the slowest. `attempts` are those of the primary and of the fallback, as these counted them.',
    table(results),
    '## Scenarios and limits',
    scenarioTable(),
    rules(),
    selfTestWords(),
  ].join('\n\n')}\n`;
}

function setUp(): string {
  const keys = Object.entries(healing).map(([key, value]) => `\`${key}: ${value}\``);
  return [
    '## One cell',
    `Each cell has a gateway process of its own (the built \`serve\`, a written configuration, a data directory of its own, loopback) and two upstreams of its own that speak the client’s dialect: one account each, one model each, joined by one route, \`to: [primary-model, fallback-model]\`. The primary is sick as the scenario says, the fallback is healthy. The answer is ${tokenCount} tokens, 20 ms apart.`,
    `**Configuration.** Everything is default but three keys: ${keys.join(', ')}. Such a deployment wants a silent route given up sooner than after the default 30 s and 90 s, because another stands ready; and a model that thinks for 20 s before its first token (scenario 7) must not be given up, in Gemini’s dialect neither, so \`first_content\` is stated as well.`,
    '**A model that is asked to go on.** When a request ends with a beginning of the answer as a model turn, or with such a turn and a user turn that asks to go on, an upstream says the rest and nothing else. Any other request gets the whole answer. A sick route stays sick: one that breaks after 40 tokens has nothing to add to 40.',
    `**No end mark (11).** Messages and Chat Completions leave out \`message_stop\` and \`[DONE]\` and end the body properly (\`${unmarkedEnds.chat}\`). Gemini has no such mark: the connection closes without the end of the body (\`${unmarkedEnds.gemini}\`). Responses has none either: the connection stays open after \`response.completed\` (\`${unmarkedEnds.responses}\`).`,
    '**Retry-After (1).** A second request comes one second after the first, within the time that the provider has named.',
    `**Invalid JSON (10).** The tenth event is cut in its middle and its token is lost; the stream then goes on as if nothing had happened.`,
    `**Down for ${outageMs / 1_000} s (15).** Connections are reset for the first half, then refused with 503. Requests start four seconds apart, whatever became of those before. When the primary has not answered by the twentieth, requests go on until ${backWithinMs / 1_000} s after it was healthy.`,
  ].join('\n\n');
}

function scenarioTable(): string {
  const rows = scenarios.map(({ number, title, firstTokenMsMax, why }) => [
    `${number} ${title}`,
    `${firstTokenMsMax / 1_000} s`,
    why,
  ]);
  return lines([['scenario', 'first token within', 'because'], ...rows]);
}

function rules(): string {
  return [
    '## What every cell must keep',
    `- **The whole answer, once**: status 200, exactly the text, the dialect’s grammar kept from the first event to the last, a reason to stop, the end mark where the dialect has one (but for 11), no error event, and the body ended properly within ${endingMsMax / 1_000} s of the reason to stop. In Responses the deltas, the texts of the \`done\` events and the output of \`response.completed\` must agree. A client’s patience is ${patienceMs / 1_000} s.`,
    '- **13 instead**: the status and the sentence of the upstream’s own 400, the primary asked once and the fallback never.',
    `- **Attempts**: at most ${attemptsMax} for a request, and at most ${asksOfRouteMax} of one route.`,
    `- **No hammering**: no route gets the same bytes again within ${hammerMs} ms, nor three times within ${threeAsksMs} ms. One repeat at once after a reset is excused: a connection that had died before looks like that.`,
    '- **Retry-After**: a route that named a time is not asked before it.',
    '- **Silence**: a route that said nothing, or fell silent, is not asked again by the same request.',
    '- **6, 9, 11, 12, 13**: the primary is asked once. **2, 4, 5, 6, 8, 9, 12, 14, 16**: the answer ends with the fallback.',
    '- **16**: `X-Mapped-Model` and `X-Account-Email` name the fallback, and the usage in the answer is the fallback’s.',
    `- **15**: every request of the outage was served by the fallback, the primary was asked at most ${asksPerRequestDownMax} times for each of them on the average, and it answers again within ${backWithinMs / 1_000} s of being healthy.`,
  ].join('\n');
}

function selfTestWords(): string {
  const harmless = scenarios.flatMap(({ number, title, harmless: said }) =>
    said === undefined ? [] : [`- **${number} ${title}** (${said.dialects.join(', ')}): ${said.why}.`],
  );
  return [
    '## Whether the benchmark can be trusted',
    '`--self-test` runs the cells without a gateway. A client that asks the healthy route of a cell must pass it. One that asks the sick route must fail it, but where the fault does not hurt:',
    harmless.join('\n'),
    'It joins the broken streams of 8, 9, 10 and 14 with a few lines that know both routes: joined well they must pass, with a token lost or the answer begun anew they must fail. It also asks the healthy upstream of each dialect to go on in every form, and shows each check a made-up fault of its own kind: a token lost, doubled or out of order, a second beginning, a missing end, an error after the end, a fourth attempt, a named time that was not kept, a silent route asked again, an outage that was not served.',
  ].join('\n\n');
}
