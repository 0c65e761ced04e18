const PATH_MAX = 2_000;
/** A name that no page of ours has, so that a path that leads elsewhere shows. */
const HERE = 'http://return-to.invalid';

/**
 * Where somebody goes after signing in: a path of our own pages, or the front door when it is
 * anything else. Browsers read `//host`, `/\host` and tabs in between as another site, so what
 * counts is where a browser would go.
 */
export function returnPath(asked: unknown): string {
  if (typeof asked !== 'string' || asked.length > PATH_MAX || !/^\/(?![/\\])/.test(asked))
    return '/';
  const url = URL.parse(asked, HERE);
  if (url === null || url.origin !== HERE || url.pathname.startsWith('//')) return '/';
  // Back into signing in would be a circle.
  return /^\/auth(\/|$)/.test(url.pathname) ? '/' : url.pathname + url.search + url.hash;
}
