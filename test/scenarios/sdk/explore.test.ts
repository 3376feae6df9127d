import { writeFileSync } from 'node:fs';
import { it } from 'vitest';
import { WEATHER, WEATHER_NAMES } from '../../../src/lab/weather.ts';
import { world } from '../gateway.ts';
import { anthropicExpectation, askAnthropic, isAnthropicError } from './anthropic-client.ts';
import { askGemini, geminiExpectation, isGeminiError } from './gemini-client.ts';
import { fewAtATime, judge, labAnswerOf } from './heard.ts';
import { startHouse } from './house.ts';
import { anthropicQuestion, geminiQuestion, promptKinds } from './prompts.ts';

const extra = ['slow-first-byte:ms=120','slow-drip:ms=4','clear:ms=2','cut-at:byte=200','cut-at:byte=1500','cut-at:byte=1500,end=rst','cut-at:byte=1500,end=clean','cut-at:byte=99999','cut-at:byte=99999,end=clean','cut-at:byte=99999,end=rst',
 'cut-in-frame:frame=1','cut-in-frame:frame=8','cut-after:frames=0','cut-after:frames=1','cut-after:frames=99','reset-after:frames=0','reset-after:frames=99','stall:after=1','stall:after=99','error-mid:after=99','garbage-frame:at=5','garbage-frame:at=99','comments-only:ms=300,every=50','comments-only:every=50','error-mid:shape=bare,after=99','error-mid:after=0','500:ms=100','error-as-event-stream:status=500'];
const rows = [...new Set([...WEATHER_NAMES.flatMap((name) => {
  const choices = Object.entries(WEATHER[name].choices ?? {});
  return choices.length === 0 ? [name] : choices.flatMap(([k, vs]) => vs.map((v) => `${name}:${k}=${v}`));
}), ...extra])].map((w) => (w.startsWith('slow-drip') && !w.includes('=') ? 'slow-drip:ms=4' : w));
const sick = (process.env.SICK ?? 'first') as 'first' | 'all';
it('explores', async () => {
  const all: any[] = []; let total = 0; for (const kind of promptKinds) { const jobs = [kind].flatMap((kind) => rows.flatMap((weather) => (['anthropic', 'gemini'] as const).flatMap((provider) => [true, false].map((streamed) => ({ kind, weather, provider, streamed })))));
  const house = await startHouse(jobs.map(({ provider, weather }) => ({ provider, weather, sick })));
  const t0 = world.elapsed();
  const out = await Promise.all(fewAtATime(jobs.map((job, i) => ({ ...job, cell: house.cells[i]! })), 16, async ({ kind, weather, provider, streamed, cell }) => {
    const signed = weather === 'signature-refusal';
    const heard = provider === 'anthropic' ? await askAnthropic(house.url, anthropicQuestion(cell.asks, kind, signed), streamed) : await askGemini(house.url, geminiQuestion(cell.asks, kind, signed), streamed);
    let v; try {
    const ans = labAnswerOf(cell);
    v = judge(heard, provider === 'anthropic' ? anthropicExpectation(ans) : geminiExpectation(ans, kind === 'thinking'), provider === 'anthropic' ? isAnthropicError : isGeminiError);
    } catch (e) { v = { ending: 'harness', why: String(e) }; }
    const e = heard.error as any;
    return { kind, weather, provider, streamed, ending: v.ending, why: v.why.slice(0, 700), attempts: heard.headers.get('x-attempts'), status: heard.status, ra: heard.headers.get('retry-after'), cls: e?.constructor?.name, es: e?.status };
  }));
  all.push(...out); total += world.elapsed() - t0; await house.close(); }
  const out = all; const lines = [`took ${total} for ${out.length}`];
  for (let i = 0; i < out.length; i += 4) {
    const g = out.slice(i, i + 4);
    lines.push(`${g[0]!.kind} ${g[0]!.weather}: ` + g.map((o) => sick === 'first' ? `${o.ending}/${o.attempts}` : `${o.ending}/${o.attempts}/${o.status}/${o.cls}/${o.es}/${o.ra}`).join('  '));
  }
  writeFileSync(`/tmp/explore-${sick}.txt`, lines.join('\n') + '\n\n' + out.filter((o) => o.ending !== 'whole').map((o) => `${o.kind} ${o.weather} ${o.provider} ${o.streamed ? 'S' : 'P'} ${o.ending}: ${o.why}`).join('\n'));
});
