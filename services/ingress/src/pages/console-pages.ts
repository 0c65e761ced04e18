import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Router, type RequestHandler } from 'express';
import sirv from 'sirv';
import { nameRoute } from '../http/observe.ts';

/** Where the console's own addresses begin; the browser finds the page behind each of them. */
const PAGES = ['/', '/sign-in', '/me', '/orgs', '/operator', '/operations', '/transactions'];

const NONCE_MARK = '__CSP_NONCE__';

/**
 * The console as Vite built it, or nothing where it was not built. Its files are named by their
 * content, so browsers may keep them for ever; the page itself is asked for every time.
 */
export function consolePages(dir: string): Router | null {
  const index = join(dir, 'index.html');
  if (!existsSync(index)) return null;
  const router = Router({ caseSensitive: true });
  router.use('/console', named('/console/{file}'), filesOf(dir));
  const page = readFileSync(index, 'utf8');
  const addresses = PAGES.flatMap((path) => (path === '/' ? [path] : [path, `${path}/*rest`]));
  router.get(addresses, named('console'), sendPage(page));
  return router;
}

const named =
  (route: string): RequestHandler =>
  (_request, response, next) => {
    nameRoute(response, route);
    next();
  };

/** Compressed copies lie beside the files; browsers get the smallest that they understand. */
const filesOf = (dir: string): RequestHandler =>
  sirv(dir, {
    brotli: true,
    gzip: true,
    etag: true,
    // Whoever asks for a folder must not get its page, which is only whole with a nonce.
    extensions: [],
    setHeaders: (response, path) => {
      const lasting = path.startsWith('/assets/');
      const caching = lasting ? 'public, max-age=31536000, immutable' : 'public, max-age=300';
      response.setHeader('Cache-Control', caching);
    },
  });

/** Styles that scripts add must carry the page's nonce; no other page needs that exception. */
const sendPage =
  (page: string): RequestHandler =>
  (_request, response) => {
    const nonce = randomBytes(16).toString('base64');
    const policy = String(response.getHeader('Content-Security-Policy'));
    const styles = `style-src 'self' 'nonce-${nonce}'`;
    response.setHeader('Content-Security-Policy', `${policy};${styles}`);
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.setHeader('Cache-Control', 'no-store');
    response.end(page.replaceAll(NONCE_MARK, nonce));
  };
