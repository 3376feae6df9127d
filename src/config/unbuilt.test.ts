import { expect, test } from 'vitest';
import { defaultConfig, parseConfig } from './load.ts';
import { unbuiltKeys } from './unbuilt.ts';

test('the defaults ask for nothing that must be explained', () => {
  expect(unbuiltKeys(defaultConfig())).toEqual([]);
});

test.each([
  ['state: { url: "redis://h" }', 'state.url: '],
  ['journal: { url: "postgres://h/d" }', 'journal.url: '],
  ['telemetry: { metrics: true }', 'telemetry.metrics: '],
  ['telemetry: { otlp: "http://h" }', 'telemetry.otlp: '],
])('%s gets one sentence', (text, start) => {
  const result = parseConfig(text, 'c.yaml');
  if ('errors' in result) throw new Error(JSON.stringify(result.errors));
  expect(unbuiltKeys(result.config, result.stated)).toEqual([expect.stringContaining(start)]);
});

test.each([
  'healing: { hold: safe, resume: true }',
  'telemetry: { metrics: false }',
  'monitor: { retention: 7d, max_size: 2GB }',
])('%s needs no sentence', (text) => {
  const result = parseConfig(text, 'c.yaml');
  if ('errors' in result) throw new Error(JSON.stringify(result.errors));
  expect(unbuiltKeys(result.config, result.stated)).toEqual([]);
});
