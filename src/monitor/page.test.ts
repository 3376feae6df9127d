import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { OpenAPIHono } from '@hono/zod-openapi';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addPageRoutes, PAGE_HEADERS, readPage } from './page.ts';

const HTML = '<!doctype html><script type="module" src="/assets/app-1a2b.js"></script>';
const SCRIPT = 'export const text = "the same again and again";\n'.repeat(50);

let home: string;
let directory: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'agt-page-'));
  directory = join(home, 'web');
  mkdirSync(join(directory, 'assets'), { recursive: true });
  writeFileSync(join(directory, 'index.html'), HTML);
  writeFileSync(join(directory, 'assets', 'app-1a2b.js'), SCRIPT);
  writeFileSync(join(directory, 'assets', 'app-1a2b.js.map'), '{}');
  writeFileSync(join(home, 'secret.js'), 'secret');
  symlinkSync(join(home, 'secret.js'), join(directory, 'assets', 'linked.js'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function get(path: string, headers: Record<string, string> = {}) {
  const app = new OpenAPIHono();
  addPageRoutes(app, readPage(directory));
  return app.request(`http://localhost${path}`, { headers });
}

describe('the page', () => {
  it('stands at / and is asked for again each time', async () => {
    const answer = await get('/');
    expect(await answer.text()).toBe(HTML);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-cache');
  });

  it('has assets that are kept for good', async () => {
    const answer = await get('/assets/app-1a2b.js');
    expect(await answer.text()).toBe(SCRIPT);
    expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('content-encoding')).toBeNull();
  });

  it.each(['/', '/assets/app-1a2b.js', '/assets/none.js'])('is fenced in at %s', async (path) => {
    const { headers } = await get(path);
    for (const [name, value] of Object.entries(PAGE_HEADERS)) expect(headers.get(name), name).toBe(value);
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
  });

  it.each([
    ['br', 'gzip, deflate, br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['gzip', 'gzip;q=0.5, br;q=0', gunzipSync],
  ])('comes in %s where the browser accepts %s', async (encoding, accepted, unpack) => {
    const answer = await get('/assets/app-1a2b.js', { 'accept-encoding': accepted });
    expect(answer.headers.get('content-encoding')).toBe(encoding);
    expect(answer.headers.get('vary')).toBe('Accept-Encoding');
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(bytes.length).toBeLessThan(SCRIPT.length);
    expect(unpack(bytes).toString()).toBe(SCRIPT);
  });

  it('is not sent again to a browser that has it, in the same encoding', async () => {
    const tag = (await get('/assets/app-1a2b.js', { 'accept-encoding': 'br' })).headers.get('etag') ?? '';
    const again = await get('/assets/app-1a2b.js', { 'accept-encoding': 'br', 'if-none-match': `"x", W/${tag}` });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await get('/assets/app-1a2b.js', { 'if-none-match': tag })).status).toBe(200);
  });

  it.each([
    '/assets/../../secret.js',
    '/assets/..%2f..%2fsecret.js',
    '/assets/%2e%2e/%2e%2e/secret.js',
    '/assets/linked.js',
    '/assets/app-1a2b.js.map',
    '/assets/',
    '/assets//app-1a2b.js',
    '/index.html',
  ])('has no other file: %s is not found', async (path) => {
    const answer = await get(path);
    expect(answer.status).toBe(404);
    expect(await answer.text()).not.toContain('secret');
  });

  it('says how it is made where it was not', async () => {
    rmSync(directory, { recursive: true });
    const answer = await get('/');
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await answer.text()).toContain('npm run build');
  });
});
