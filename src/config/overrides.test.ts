import { describe, expect, test } from 'vitest';
import { defaultConfig } from './load.ts';
import { type Flags, type Settled, settle } from './overrides.ts';

const config = defaultConfig();
const fromFile = {
  ...config,
  server: { ...config.server, host: '10.0.0.1', port: 1 },
  telemetry: { ...config.telemetry, otlp: 'http://file' },
};
const given = { home: '/home/ada', stated: new Set(['server.host', 'server.port', 'telemetry.otlp']) };

function settled(flags: Flags, env: Record<string, string>, file = fromFile): Settled {
  const result = settle(file, flags, env, given);
  if ('errors' in result) throw new Error(JSON.stringify(result.errors));
  return result;
}

describe('precedence', () => {
  const flags = { host: '10.0.0.3', port: 3, logLevel: 'error', dataDir: '/flag' };
  const env = {
    HOST: '10.0.0.2',
    PORT: '2',
    LOG_LEVEL: 'debug',
    ANTIGRAVITY_TOOLS_HOME: '/env',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://env',
  };

  test('a flag wins over the environment', () => {
    const result = settled(flags, env);
    expect(result.config.server).toMatchObject({ host: '10.0.0.3', port: 3 });
    expect(result).toMatchObject({ logLevel: 'error', dataDirectory: '/flag' });
    expect(result.sources).toMatchObject({ host: 'flag', port: 'flag', logLevel: 'flag', dataDirectory: 'flag' });
  });

  test('the environment wins over the file', () => {
    const result = settled({}, env);
    expect(result.config.server).toMatchObject({ host: '10.0.0.2', port: 2 });
    expect(result.config.telemetry.otlp).toBe('http://env');
    expect(result).toMatchObject({ logLevel: 'debug', dataDirectory: '/env' });
    expect(result.sources).toMatchObject({ host: 'environment', port: 'environment', otlp: 'environment' });
  });

  test('the file wins over the default', () => {
    const result = settled({}, {});
    expect(result.config).toEqual(fromFile);
    expect(result.sources).toMatchObject({ host: 'file', port: 'file', otlp: 'file' });
  });

  test('what nobody states is at its default', () => {
    const result = settle(config, {}, {}, { home: '/home/ada' });
    expect(result).toEqual({
      config,
      dataDirectory: '/home/ada/.antigravity_tools',
      logLevel: 'info',
      proxy: { url: undefined, direct: [] },
      sources: {
        host: 'default',
        port: 'default',
        logLevel: 'default',
        dataDirectory: 'default',
        proxy: 'default',
        otlp: 'default',
      },
    });
  });

  test('an empty variable counts as not set', () => {
    expect(settled({}, { HOST: '', PORT: ' ', LOG_LEVEL: '', ANTIGRAVITY_TOOLS_HOME: '', HTTPS_PROXY: '' })).toEqual(
      settled({}, {}),
    );
  });

  test('nothing else of the configuration changes', () => {
    const { server, ...rest } = settled(flags, {}).config;
    const { server: serverBefore, ...restBefore } = fromFile;
    expect(rest).toEqual(restBefore);
    expect({ ...server, host: '', port: 0 }).toEqual({ ...serverBefore, host: '', port: 0 });
  });
});

describe('values', () => {
  test.each([
    [{ HTTPS_PROXY: 'http://proxy:3128' }, 'http://proxy:3128'],
    [{ https_proxy: 'http://proxy:3128' }, 'http://proxy:3128'],
    [{ HTTPS_PROXY: 'proxy:3128' }, 'http://proxy:3128'],
  ])('%j sends upstream traffic through %s', (env, url) => {
    expect(settled({}, env).proxy.url).toBe(url);
  });

  test('NO_PROXY lists hosts with commas or spaces between', () => {
    expect(settled({}, { NO_PROXY: 'localhost, .internal,10.0.0.1 ' }).proxy.direct).toEqual([
      'localhost',
      '.internal',
      '10.0.0.1',
    ]);
  });

  test('a tilde in the data directory is the home directory', () => {
    expect(settled({ dataDir: '~/agt' }, {}).dataDirectory).toBe('/home/ada/agt');
    expect(settled({}, { ANTIGRAVITY_TOOLS_HOME: '~' }).dataDirectory).toBe('/home/ada');
  });

  test.each([
    ['0', 0],
    [0, 0],
    ['65535', 65_535],
  ])('port %j is taken', (port, number) => {
    expect(settled({ port }, {}).config.server.port).toBe(number);
  });

  test('a log level may be in capitals, a host in brackets', () => {
    expect(settled({ host: '[::1]' }, { LOG_LEVEL: 'WARN' })).toMatchObject({
      logLevel: 'warn',
      config: { server: { host: '::1' } },
    });
  });

  test.each([
    [{ port: '65536' }, {}, '--port'],
    [{ port: '-1' }, {}, '--port'],
    [{ port: '80a' }, {}, '--port'],
    [{ port: '' }, {}, '--port'],
    [{ port: 1.5 }, {}, '--port'],
    [{}, { PORT: 'http' }, 'PORT'],
    [{ logLevel: 'loud' }, {}, '--log-level'],
    [{}, { LOG_LEVEL: 'verbose' }, 'LOG_LEVEL'],
    [{ host: '127.0.0.1:80' }, {}, '--host'],
    [{}, { HOST: 'a/b' }, 'HOST'],
    [{}, { HTTPS_PROXY: 'socks5://x' }, 'HTTPS_PROXY'],
    [{}, { OTEL_EXPORTER_OTLP_ENDPOINT: 'grpc://x' }, 'OTEL_EXPORTER_OTLP_ENDPOINT'],
  ])('%j %j is refused by name', (flags, env, name) => {
    expect(settle(config, flags, env, given)).toEqual({ errors: [expect.objectContaining({ name })] });
  });

  test('every fault is told, and a near miss is suggested', () => {
    expect(settle(config, { port: 'x', logLevel: 'wrn' }, {}, given)).toMatchObject({
      errors: [{ name: '--port' }, { name: '--log-level', suggestion: 'warn' }],
    });
  });

  test('a variable that a flag overrides is not judged', () => {
    expect(settled({ port: 5 }, { PORT: 'nonsense' }).config.server.port).toBe(5);
  });
});
