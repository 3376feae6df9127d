/**
 * A house to look at: the lab, the real gateway in front of it with a configuration in YAML, and a browser that is signed in as a person is, by a
 * one-time link. Every console error and every refusal of the page's policy is kept, and a test that leaves some has failed.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { prepare } from '../../src/cli/prepare.ts';
import { type LabPlanner, planAnswer } from '../../src/lab/plan.ts';
import { type LabScriptInput, labScript } from '../../src/lab/script.ts';
import { type Lab, startLab } from '../../src/lab/server.ts';
import { CLEAR, parseWeather, type Weather } from '../../src/lab/weather.ts';
import { type Gateway, startGateway } from '../../src/main.ts';
import { createWorld } from '../../src/world.ts';
import { openBrowser } from './chromium.ts';

export interface House {
  readonly gateway: Gateway;
  readonly lab: Lab;
  readonly browser: Browser;
  /** What the page complained of since the start. */
  readonly complaints: readonly string[];
  /** A window of a person who has followed a sign-in link. */
  visit(options?: BrowserContextOptions): Promise<Page>;
  /** The lab's weather from now on. */
  weather(script: LabScriptInput): void;
  /** The account that is asked next meets this, as often as it is asked; the others are well. */
  nextMeets(weather: string): void;
  /** One request as a client sends it; resolves with its id when the answer has ended. */
  ask(question: Question): Promise<string>;
  configuration(): string;
  close(): Promise<void>;
}
export interface Question {
  readonly path?: string;
  readonly model?: string;
  readonly text?: string;
  readonly stream?: boolean;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export const ACCOUNTS = ['ada', 'grace'] as const;

/** As a person would write it, with a comment that must survive every change. */
export function configurationFor(upstream: string, more = ''): string {
  const accounts = (['anthropic', 'gemini'] as const).flatMap((provider) =>
    ACCOUNTS.map(
      (name) => `  - email: ${name}@${provider}.example
    provider: ${provider}
    credential: browser-test-credential-of-${name}-at-${provider}
    base_url: ${upstream}
    allow_private: true
`,
    ),
  );
  return `# The house of the browser tests.
accounts:
${accounts.join('')}healing:
  first_byte: 1200ms # the lab is near
  first_content: 2s
  idle: 1200ms
  backoff:
    "500": { kind: linear, base: 200ms, max: 1s }
    "529": { kind: exponential, base: 300ms, max: 1s }
${more}`;
}

export interface HouseOptions {
  /** Who answers in the lab's place. */
  readonly upstream?: string;
  /** Puts something into the directory of the data before the gateway opens it. */
  readonly furnish?: (directory: string) => void;
}

export async function openHouse({ upstream, furnish }: HouseOptions = {}): Promise<House> {
  const world = createWorld();
  const directory = mkdtempSync(join(tmpdir(), 'agt-browser-'));
  const file = join(directory, 'config.yaml');
  const stage = createStage();
  const lab = await startLab({ world, planner: stage.planner });
  writeFileSync(file, configurationFor(upstream ?? lab.url));
  furnish?.(directory);
  const prepared = prepare({ dataDir: directory, port: '0', logLevel: 'debug' }, {});
  if ('errors' in prepared) throw new Error(prepared.errors.join('; '));
  const gateway = await startGateway({ ...prepared, file, env: {}, world, notice: () => undefined });
  const browser = await openBrowser();
  const complaints: string[] = [];
  return {
    gateway,
    lab,
    browser,
    complaints,
    weather(script) {
      stage.nextMeets(undefined);
      lab.setScript(labScript(script));
    },
    nextMeets: stage.nextMeets,
    ask: (question) => ask(gateway.url, question),
    configuration: () => readFileSync(file, 'utf8'),
    async visit(options = {}) {
      const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Berlin', ...options });
      const page = await context.newPage();
      listen(page, complaints);
      await page.goto(await signInLink(gateway));
      return page;
    },
    async close() {
      await browser.close();
      await gateway.close();
      await lab.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function createStage() {
  let weather: Weather | undefined;
  let sick: string | undefined;
  const planner: LabPlanner = (call, scripted, chance) => {
    if (weather === undefined || call.method !== 'POST') return planAnswer(call, scripted, chance);
    sick ??= call.account;
    return planAnswer(call, call.account === sick ? weather : CLEAR, chance);
  };
  return {
    planner,
    nextMeets(text: string | undefined): void {
      sick = undefined;
      weather = text === undefined ? undefined : weatherOf(text);
    },
  };
}

function weatherOf(text: string): Weather {
  const read = parseWeather(text);
  if ('problem' in read) throw new Error(read.problem);
  return read.weather;
}

function listen(page: Page, complaints: string[]): void {
  page.on('console', (message) => {
    // A refused request is a matter of the test that makes it; what the page itself says is not.
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog of the browser: ${dialog.message()}`);
    void dialog.dismiss();
  });
}

export async function signInLink({ url, adminKey }: Pick<Gateway, 'url' | 'adminKey'>): Promise<string> {
  const headers = { authorization: `Bearer ${adminKey}` };
  const response = await fetch(`${url}/api/session/link`, { method: 'POST', headers });
  const link = (await response.json()) as { url?: string };
  if (link.url === undefined) throw new Error(`no sign-in link: ${response.status} ${JSON.stringify(link)}`);
  return link.url;
}

async function ask(url: string, question: Question): Promise<string> {
  const { path = '/v1/messages', model = 'claude-sonnet-4-5', text = 'hello', stream = true } = question;
  const body = question.body ?? { model, stream, max_tokens: 500, messages: [{ role: 'user', content: text }] };
  const headers = { 'content-type': 'application/json', 'anthropic-version': '2023-06-01', ...question.headers };
  const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  await response.arrayBuffer().catch(() => undefined);
  return response.headers.get('x-request-id') ?? '';
}
