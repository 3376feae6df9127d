import { expect, test } from 'vitest';
import { defaultConfig, parseConfig } from './load.ts';
import { unbuiltKeys } from './unbuilt.ts';

test('the defaults ask for nothing that must be explained', () => {
  expect(unbuiltKeys(defaultConfig())).toEqual([]);
});

test.each([
  ['monitor: { retention: 7d }', 'monitor.retention: '],
  ['monitor: { max_size: 2GB }', 'monitor.max_size: '],
  ['state: { url: "redis://h" }', 'state.url: '],
  ['journal: { url: "postgres://h/d" }', 'journal.url: '],
  ['telemetry: { metrics: true }', 'telemetry.metrics: '],
  ['telemetry: { otlp: "http://h" }', 'telemetry.otlp: '],
])('%s gets one sentence', (text, start) => {
  const result = parseConfig(text, 'c.yaml');
  if ('errors' in result) throw new Error(JSON.stringify(result.errors));
  expect(unbuiltKeys(result.config, result.stated)).toEqual([expect.stringContaining(start)]);
});

test.each(['healing: { hold: safe, resume: true }', 'telemetry: { metrics: false }'])(
  '%s needs no sentence',
  (text) => {
    const result = parseConfig(text, 'c.yaml');
    if ('errors' in result) throw new Error(JSON.stringify(result.errors));
    expect(unbuiltKeys(result.config, result.stated)).toEqual([]);
  },
);
