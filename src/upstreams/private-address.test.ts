import { describe, expect, it } from 'vitest';
import type { TransportRequest } from '../model/ports.ts';
import { ownTransport, serve, signal, textOf } from './loopback.testing.ts';
import type { Resolve } from './private-address.ts';

describe('the guard of private addresses', () => {
  it.each([
    'http://127.0.0.1',
    'http://127.1',
    'http://2130706433',
    'http://0x7f.0.0.1',
    'http://0',
    'http://10.0.0.1',
    'http://172.31.255.255',
    'http://192.168.1.1',
    'http://169.254.169.254',
    'http://100.64.0.1',
    'http://[::1]',
    'http://[::]',
    'http://[fe80::1]',
    'http://[fd00::1]',
    'http://[::ffff:127.0.0.1]',
    'http://[64:ff9b::7f00:1]',
    'http://[2002:7f00:1::]',
    'http://[2001::1]',
    'http://[ff02::1]',
    'http://224.0.0.1',
    'http://255.255.255.255',
    'http://localhost',
    'http://LOCALHOST.',
    'http://a.localhost',
    'http://printer.local',
    'http://metadata.google.internal',
    'http://router',
  ])('%s is refused although it is not even resolved', async (origin) => {
    let asked = 0;
    const resolve: Resolve = (_name, _family, done) => {
      asked += 1;
      done(null, [{ address: '127.0.0.1', family: 4 }]);
    };
    const refused = ownTransport({ resolve }).request(post(`${origin}/x`, { allowPrivate: false }), signal());
    await expect(refused).rejects.toMatchObject({ code: 'ERR_PRIVATE_ADDRESS' });
    expect(asked).toBe(0);
  });

  it.each([
    '127.0.0.1',
    '169.254.169.254',
    '10.1.2.3',
    '::1',
    '::ffff:10.0.0.1',
    'fd12::1',
    '64:ff9b::a00:1',
    'fe80::1%eth0',
  ])('a public name that resolves to %s is refused at the moment of connecting', async (address) => {
    const { origin, server } = await serve((_request, response) => response.end('inside'));
    let connections = 0;
    server.on('connection', () => {
      connections += 1;
    });
    const resolve: Resolve = (_name, _family, done) => done(null, [{ address, family: address.includes(':') ? 6 : 4 }]);
    const url = `http://rebound.example:${new URL(origin).port}/`;
    await expect(ownTransport({ resolve }).request(post(url, { allowPrivate: false }), signal())).rejects.toMatchObject(
      {
        code: 'ERR_PRIVATE_ADDRESS',
      },
    );
    expect(connections).toBe(0);
  });

  it('asks the name again for every connection', async () => {
    let asked = 0;
    const resolve: Resolve = (_name, _family, done) => {
      asked += 1;
      done(null, [{ address: '127.0.0.1', family: 4 }]);
    };
    const shared = ownTransport({ resolve });
    for (let n = 1; n <= 3; n += 1) {
      const refused = shared.request(post('http://rebound.example/', { allowPrivate: false }), signal());
      await expect(refused).rejects.toMatchObject({ code: 'ERR_PRIVATE_ADDRESS' });
      expect(asked).toBe(n);
    }
  });

  it('an allowed account does not open the door for another with the same destination', async () => {
    const { origin } = await serve((_request, response) => response.end('inside'));
    const resolve: Resolve = (_name, _family, done) => done(null, [{ address: '127.0.0.1', family: 4 }]);
    const shared = ownTransport({ resolve });
    const url = `http://lab.example:${new URL(origin).port}/`;
    expect(await textOf((await shared.request(post(url), signal())).body)).toBe('inside');
    await expect(shared.request(post(url, { allowPrivate: false }), signal())).rejects.toMatchObject({
      code: 'ERR_PRIVATE_ADDRESS',
    });
  });
});

function post(url: string, more: Partial<TransportRequest> = {}): TransportRequest {
  return { method: 'POST', url, headers: {}, body: Buffer.from('{}'), allowPrivate: true, ...more };
}
