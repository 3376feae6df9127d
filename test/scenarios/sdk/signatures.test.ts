/**
 * Conversations with signed thinking through the real SDKs: a client that keeps everything needs one attempt a turn and its signatures arrive byte
 * for byte, one that loses them gets them back, and one that sends a damaged one is repaired once and never again.
 */

import type Anthropic from '@anthropic-ai/sdk';
import type { Content, Part } from '@google/genai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anthropicExpectation, askAnthropic } from './anthropic-client.ts';
import { askGemini, geminiExpectation } from './gemini-client.ts';
import { type Heard, labAnswerOf, type Said } from './heard.ts';
import { type Cell, type House, startHouse } from './house.ts';
import { anthropicQuestion, anthropicTool, geminiQuestion, geminiTool } from './prompts.ts';

type Json = Record<string, unknown>;
const turnsMax = 3;
const task = `Plan the week. [[lab:steps=${turnsMax - 1}]]`;
const ways = [
  { way: 'streamed', streamed: true },
  { way: 'collected', streamed: false },
];
let house: House;

beforeAll(async () => {
  const cell = { weather: 'clear', sick: 'first' } as const;
  const claude = Array.from({ length: 10 }, () => ({ ...cell, provider: 'anthropic' as const }));
  const gemini = Array.from({ length: 10 }, () => ({ ...cell, provider: 'gemini' as const }));
  house = await startHouse([...claude, ...gemini]);
});
afterAll(() => house.close());

function freshCell(provider: 'anthropic' | 'gemini'): Cell {
  const cell = house.cells.find((one) => one.provider === provider && one.calls().length === 0);
  if (cell === undefined) throw new Error('the house has no fresh cell left');
  return cell;
}

function expectWhole(heard: Heard, expected: Said, attempts: number): void {
  expect(heard.error).toBeUndefined();
  expect(heard.said).toEqual(expected);
  expect(heard.headers.get('x-attempts')).toBe(String(attempts));
}

/** The body of the cell's last call, as the lab got it. */
function lastBody(cell: Cell): Json {
  const call = cell.calls().at(-1);
  return JSON.parse(Buffer.from(call?.body ?? []).toString('utf8')) as Json;
}

/** All values of this name in a JSON value, in order. */
function valuesOf(name: string, json: unknown): unknown[] {
  if (typeof json !== 'object' || json === null) return [];
  return Object.entries(json).flatMap(([key, value]) => [...(key === name ? [value] : []), ...valuesOf(name, value)]);
}

function damaged(signature: string): string {
  const at = Math.floor(signature.length / 2);
  return `${signature.slice(0, at)}${signature[at] === 'A' ? 'B' : 'A'}${signature.slice(at + 1)}`;
}

// ---------------------------------------------------------------- Anthropic

async function claudeTurn(cell: Cell, messages: Anthropic.MessageParam[], streamed: boolean, attempts: number) {
  const question = { ...anthropicQuestion(cell.asks, 'thinking'), tools: [anthropicTool], messages };
  const heard = await askAnthropic(house.url, question, streamed);
  expectWhole(heard, anthropicExpectation(labAnswerOf(cell)), attempts);
  return heard.message?.content ?? [];
}

function resultsFor(content: readonly Anthropic.ContentBlock[]): Anthropic.MessageParam {
  const calls = content.filter((block) => block.type === 'tool_use');
  return { role: 'user', content: calls.map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: 'calm' })) };
}

/** A loop of tool calls; `keeps` is what the client does with the model's turns before it sends them back. */
async function claudeLoop(
  streamed: boolean,
  keeps: (content: Anthropic.ContentBlock[]) => Anthropic.ContentBlockParam[],
  turns = turnsMax,
): Promise<{ cell: Cell; told: unknown[] }> {
  const cell = freshCell('anthropic');
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: task }];
  const told: unknown[] = [];
  for (let turn = 1; turn <= turns; turn += 1) {
    const content = await claudeTurn(cell, messages, streamed, 1);
    expect(content.some(({ type }) => type === 'tool_use')).toBe(turn < turnsMax);
    // The last turn is not sent back any more.
    if (turn === turns) break;
    told.push(...valuesOf('signature', content));
    messages.push({ role: 'assistant', content: keeps(content) }, resultsFor(content));
  }
  expect(told).toHaveLength(turns - 1);
  return { cell, told };
}

describe.each(ways)('a conversation of a Claude client, $way', ({ way, streamed }) => {
  it('whose client keeps everything needs one attempt a turn, and every signature arrives byte for byte', async () => {
    const { cell, told } = await claudeLoop(streamed, (content) => content);
    expect(valuesOf('signature', lastBody(cell))).toEqual(told);
    expect(cell.calls()).toHaveLength(turnsMax);
  });

  it('whose client loses the signatures gets them back', async () => {
    const { cell, told } = await claudeLoop(streamed, (content) =>
      content.map((block) => (block.type === 'thinking' ? { ...block, signature: '' } : block)),
    );
    expect(valuesOf('signature', lastBody(cell))).toEqual(told);
  });

  it.each([
    ['one call', 2],
    ['several calls', turnsMax],
  ])('whose client drops the thinking of an open tool loop of %s gets that back too', async (_calls, turns) => {
    const keeps = (content: Anthropic.ContentBlock[]) => content.filter(({ type }) => type !== 'thinking');
    const { cell, told } = await claudeLoop(streamed, keeps, turns);
    const sent = valuesOf('signature', lastBody(cell));
    expect(sent.length).toBeGreaterThan(0);
    expect(told).toEqual(expect.arrayContaining(sent));
  });

  // A signature that was refused once is not sent again by anybody, so each way has a question of its own.
  it('with a damaged signature is repaired once: two attempts, then one in the next turn', async () => {
    const cell = freshCell('anthropic');
    const messages: Anthropic.MessageParam[] = [{ role: 'user', content: `Which knot holds best? (${way})` }];
    const content = await claudeTurn(cell, messages, streamed, 1);
    const broken = content.map((block) =>
      block.type === 'thinking' ? { ...block, signature: damaged(block.signature) } : block,
    );
    messages.push({ role: 'assistant', content: broken }, { role: 'user', content: 'And in the rain?' });
    const second = await claudeTurn(cell, messages, streamed, 2);
    expect(valuesOf('signature', lastBody(cell))).toEqual([]);
    expect(JSON.stringify(lastBody(cell))).toContain(JSON.stringify(messages[0]?.content).slice(1, -1));

    messages.push({ role: 'assistant', content: second }, { role: 'user', content: 'And in the snow?' });
    await claudeTurn(cell, messages, streamed, 1);
    expect(valuesOf('signature', lastBody(cell))).toEqual(valuesOf('signature', second));
  });
});

// ---------------------------------------------------------------- Gemini

async function geminiTurn(cell: Cell, contents: Content[], streamed: boolean, attempts: number): Promise<Part[]> {
  const { config } = geminiQuestion(cell.asks, 'thinking');
  const tools = [{ functionDeclarations: [geminiTool] }];
  const heard = await askGemini(house.url, { model: cell.asks, contents, config: { ...config, tools } }, streamed);
  expectWhole(heard, geminiExpectation(labAnswerOf(cell), true), attempts);
  return [...heard.parts];
}

function responsesFor(parts: readonly Part[]): Content {
  const calls = parts.flatMap(({ functionCall }) => (functionCall === undefined ? [] : [functionCall]));
  const answer = ({ id, name }: (typeof calls)[number]): Part => ({
    functionResponse: {
      ...(id === undefined ? {} : { id }),
      ...(name === undefined ? {} : { name }),
      response: { tide: 'low' },
    },
  });
  return { role: 'user', parts: calls.map(answer) };
}

async function geminiLoop(
  streamed: boolean,
  keeps: (parts: Part[]) => Part[],
): Promise<{ cell: Cell; told: unknown[] }> {
  const cell = freshCell('gemini');
  const contents: Content[] = [{ role: 'user', parts: [{ text: task }] }];
  const told: unknown[] = [];
  for (let turn = 1; turn <= turnsMax; turn += 1) {
    const parts = await geminiTurn(cell, contents, streamed, 1);
    expect(parts.some(({ functionCall }) => functionCall !== undefined)).toBe(turn < turnsMax);
    if (turn === turnsMax) break;
    told.push(...valuesOf('thoughtSignature', parts));
    contents.push({ role: 'model', parts: keeps(parts) }, responsesFor(parts));
  }
  expect(told).toHaveLength(turnsMax - 1);
  return { cell, told };
}

function withoutSignature({ thoughtSignature: _signature, ...part }: Part): Part {
  return part;
}

describe.each(ways)('a conversation of a Gemini client, $way', ({ way, streamed }) => {
  it('whose client keeps everything needs one attempt a turn, and every signature arrives byte for byte', async () => {
    const { cell, told } = await geminiLoop(streamed, (parts) => parts);
    expect(valuesOf('thoughtSignature', lastBody(cell))).toEqual(told);
    expect(cell.calls()).toHaveLength(turnsMax);
  });

  it('whose client loses the signatures gets them back', async () => {
    const { cell, told } = await geminiLoop(streamed, (parts) => parts.map(withoutSignature));
    expect(valuesOf('thoughtSignature', lastBody(cell))).toEqual(told);
  });

  it('whose client drops signatures and thoughts gets the signatures back', async () => {
    const { cell, told } = await geminiLoop(streamed, (parts) =>
      parts.filter(({ thought }) => thought !== true).map(withoutSignature),
    );
    expect(valuesOf('thoughtSignature', lastBody(cell))).toEqual(told);
  });

  it('with a damaged signature is repaired once: two attempts, then one in the next turn', async () => {
    const cell = freshCell('gemini');
    const contents: Content[] = [{ role: 'user', parts: [{ text: `When is high water? [[lab:tool]] (${way})` }] }];
    const parts = await geminiTurn(cell, contents, streamed, 1);
    const broken = parts.map((part) =>
      part.thoughtSignature === undefined ? part : { ...part, thoughtSignature: damaged(part.thoughtSignature) },
    );
    expect(valuesOf('thoughtSignature', broken)).toHaveLength(1);
    contents.push({ role: 'model', parts: broken }, responsesFor(parts));
    const second = await geminiTurn(cell, contents, streamed, 2);

    contents.push({ role: 'model', parts: second }, { role: 'user', parts: [{ text: 'And tomorrow?' }] });
    await geminiTurn(cell, contents, streamed, 1);
    const sent = valuesOf('thoughtSignature', lastBody(cell));
    expect(sent).toEqual(expect.arrayContaining(valuesOf('thoughtSignature', second)));
    expect(sent).not.toEqual(expect.arrayContaining(valuesOf('thoughtSignature', broken)));
  });
});
