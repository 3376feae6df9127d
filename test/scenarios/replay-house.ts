/** A gateway in front of an upstream that serves recordings: every request names the recording it wants, and the upstream cuts it as told. */

import { generateKeyPairSync } from 'node:crypto';
import { type Answer, ask } from './client.ts';
import { loopbackAccount, startTestGateway, type TestAccount, type TestGateway } from './gateway.ts';
import {
  questionFor,
  type RecordedProtocol,
  type Recording,
  replayHeader,
  speaksAnthropic,
  type Way,
} from './recordings.ts';
import { openingOf } from './small-answers.ts';
import { begin, serveChunks, serveJson, startUpstream, type Upstream, type UpstreamCall } from './upstream.ts';

export interface Served {
  readonly answer: Answer;
  /** The calls that reached the upstream for this request, in order. */
  readonly calls: readonly UpstreamCall[];
}

export interface ReplayHouse {
  readonly gateway: TestGateway;
  /** Asks for a recording in these chunks. With `sick`, the first call gets a 200 with that body instead. */
  serve(recording: Recording, chunks: readonly Buffer[], way: Way, sick?: string): Promise<Served>;
  close(): Promise<void>;
}

interface Plan {
  readonly chunks: readonly Buffer[];
  readonly sick: string | undefined;
  readonly calls: UpstreamCall[];
}

export async function startReplayHouse(protocol: RecordedProtocol): Promise<ReplayHouse> {
  const plans = new Map<string, Plan>();
  const header = replayHeader(protocol);
  const upstream = await startUpstream((call) => {
    if (call.path === '/token') return serveToken(call);
    const plan = plans.get(call.headers[header] ?? '');
    if (plan === undefined) return serveJson(call, 404, { error: { message: 'no recording was asked for' } });
    plan.calls.push(call);
    if (plan.sick === undefined || plan.calls.length > 1) return serveChunks(call, plan.chunks);
    begin(call);
    call.response.end(plan.sick);
  });
  const names = ['ada', 'bob'];
  const accounts = names.map((name) => accountFor(protocol, name, upstream));
  const gateway = await startTestGateway({
    accounts,
    healing: { max_attempts: 2, backoff: waitless },
    logLevel: 'warn',
    monitor: { bodies: 'metadata' },
  });
  let count = 0;
  return {
    gateway,
    async serve(recording, chunks, way, sick) {
      count += 1;
      const replay = `replay-${count}`;
      const plan: Plan = { chunks, sick, calls: [] };
      plans.set(replay, plan);
      const question = questionFor(recording, way, replay);
      const answer = await ask(`${gateway.url}${question.path}`, question);
      plans.delete(replay);
      return { answer, calls: plan.calls };
    },
    async close() {
      await gateway.close();
      await upstream.close();
    },
  };
}

const none = { kind: 'none' };
const waitless = { '429': none, '500': none, '503': none, '529': none };

/** The path at the upstream that belongs to a recording. */
export function upstreamPathOf({ protocol, model }: Recording): string {
  const vertex = '/v1/projects/test-project/locations/us-east5/publishers';
  switch (protocol) {
    case 'anthropic':
      return '/v1/messages';
    case 'vertex-claude':
      return `${vertex}/anthropic/models/${model}:streamRawPredict`;
    case 'gemini':
      return `/v1beta/models/${model}:streamGenerateContent?alt=sse`;
    case 'vertex-gemini':
      return `${vertex}/google/models/${model}:streamGenerateContent?alt=sse`;
  }
}

function accountFor(protocol: RecordedProtocol, name: string, upstream: Upstream): TestAccount {
  if (protocol === 'anthropic' || protocol === 'gemini') return loopbackAccount(protocol, name, upstream.url);
  const place = { project: 'test-project', location: 'us-east5', token_url: `${upstream.url}/token` };
  return { ...loopbackAccount('vertex', name, upstream.url, place), credential: serviceAccount(name) };
}

function serviceAccount(name: string): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return JSON.stringify({
    type: 'service_account',
    project_id: 'test-project',
    private_key_id: 'test',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    client_email: `${name}@test-project.iam.gserviceaccount.com`,
  });
}

function serveToken(call: UpstreamCall): void {
  const assertion = new URLSearchParams(call.body.toString()).get('assertion') ?? '';
  const claims = JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString()) as { iss: string };
  serveJson(call, 200, { access_token: `token-of-${claims.iss}`, expires_in: 3600, token_type: 'Bearer' });
}

/** What an upstream can say without having said anything: a start, a ping, a count of tokens. */
export function nothingSaid(protocol: RecordedProtocol): string {
  if (!speaksAnthropic(protocol)) {
    return 'data: {"usageMetadata": {"promptTokenCount": 3,"totalTokenCount": 3},"modelVersion": "gemini-sick"}\r\n\r\n';
  }
  return `${openingOf('anthropic', [])}event: ping\ndata: {"type": "ping"}\n\n`;
}
