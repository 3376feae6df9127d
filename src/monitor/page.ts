/**
 * The page of the Monitor, served from memory: its files are read once, and an address is looked up among them, so no request can name another file. Its
 * headers let the page run its own scripts and talk to its own gateway, and nothing else.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';

export const FILES_MAX = 500;
export const FILE_BYTES_MAX = 8 * 1024 ** 2;
export const PAGE_BYTES_MAX = 32 * 1024 ** 2;
/** Below this a compressed file is hardly smaller. */
const COMPRESSED_BYTES_MIN = 512;
const BROTLI_QUALITY = 9;

export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "require-trusted-types-for 'script'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy':
    'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), clipboard-write=(self)',
};

interface PageFile {
  readonly bytes: Buffer;
  readonly type: string;
  readonly etag: string;
  readonly isText: boolean;
  readonly packed: Map<Encoding, Promise<Buffer>>;
}
type Encoding = 'br' | 'gzip';

/** By address, `/` for index.html. Empty when the page was not built. */
export type Page = ReadonlyMap<string, PageFile>;

/** Only files of known kinds are taken; throws when there are too many or too large ones for a page. */
export function readPage(directory: string): Page {
  const page = new Map<string, PageFile>();
  let total = 0;
  for (const path of filesUnder(directory)) {
    const kind = KINDS[extname(path)];
    if (kind === undefined) continue;
    total += statSync(path).size;
    if (page.size >= FILES_MAX || statSync(path).size > FILE_BYTES_MAX || total > PAGE_BYTES_MAX)
      throw new Error(`${directory} holds more than a page can have: run \`npm run build\` again`);
    const bytes = readFileSync(path);
    const etag = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
    const name = `/${relative(directory, path).split(sep).join('/')}`;
    page.set(name === '/index.html' ? '/' : name, { bytes, etag, ...kind, packed: new Map() });
  }
  return page;
}

export function addPageRoutes(app: OpenAPIHono, page: Page): void {
  const answer = (c: Context) => servePage(c, page);
  for (const path of ['/', '/assets/*', '/favicon.svg']) app.get(path, answer);
}

async function servePage(c: Context, page: Page): Promise<Response> {
  const { path } = c.req;
  for (const [name, value] of Object.entries(PAGE_HEADERS)) c.header(name, value);
  c.header('Cache-Control', 'no-cache');
  const file = page.get(path);
  if (file === undefined) return c.text(path === '/' ? NOT_BUILT : 'There is no such file.\n', 404);
  // The names of assets hold a digest of their content: what has one name never changes.
  if (path.startsWith('/assets/')) c.header('Cache-Control', 'public, max-age=31536000, immutable');
  const encoding = encodingFor(c.req.header('accept-encoding'), file);
  const etag = `"${file.etag}${encoding === undefined ? '' : `-${encoding}`}"`;
  c.header('ETag', etag);
  c.header('Vary', 'Accept-Encoding');
  const known = c.req.header('if-none-match');
  if (known?.split(',').some((each) => each.trim().replace(/^W\//, '') === etag)) return c.body(null, 304);
  c.header('Content-Type', file.type);
  if (encoding !== undefined) c.header('Content-Encoding', encoding);
  return c.body(new Uint8Array(encoding === undefined ? file.bytes : await packed(file, encoding)));
}

const NOT_BUILT = [
  'The page of the Monitor is not built.',
  '',
  '`npm run build` makes it; then start the gateway again.',
  'The admin API answers without it: see /openapi.json.',
  '',
].join('\n');

function encodingFor(header: string | undefined, file: PageFile): Encoding | undefined {
  if (!file.isText || file.bytes.length < COMPRESSED_BYTES_MIN) return undefined;
  const accepted = (header ?? '')
    .split(',')
    .map((each) =>
      each
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/),
    )
    .filter(([, weight]) => weight === undefined || !/^q=0(\.0*)?$/.test(weight))
    .map(([name]) => name);
  return (['br', 'gzip'] as const).find((encoding) => accepted.includes(encoding));
}

/** Made at the first request for it, off the main thread, and kept. */
function packed(file: PageFile, encoding: Encoding): Promise<Buffer> {
  const kept = file.packed.get(encoding);
  if (kept !== undefined) return kept;
  const made = encoding === 'gzip' ? inGzip(file.bytes) : inBrotli(file.bytes, BROTLI);
  file.packed.set(encoding, made);
  return made;
}

const inGzip = promisify<Buffer, Buffer>(gzip);
const inBrotli = promisify(brotliCompress) as (bytes: Buffer, options: object) => Promise<Buffer>;
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } };

/** Links are not followed. */
function filesUnder(directory: string): string[] {
  try {
    const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}

const TEXT = { isText: true };
const BYTES = { isText: false };
const KINDS: Readonly<Record<string, { readonly type: string; readonly isText: boolean }>> = {
  '.html': { type: 'text/html; charset=utf-8', ...TEXT },
  '.js': { type: 'text/javascript; charset=utf-8', ...TEXT },
  '.css': { type: 'text/css; charset=utf-8', ...TEXT },
  '.svg': { type: 'image/svg+xml', ...TEXT },
  '.json': { type: 'application/json', ...TEXT },
  '.png': { type: 'image/png', ...BYTES },
  '.woff2': { type: 'font/woff2', ...BYTES },
};
