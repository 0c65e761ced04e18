/** How cookies are named and kept: by the scheme of the public address. */
export interface CookieJar {
  /** The cookie that holds the session. */
  session: string;
  /** Before the names of the cookies that hold a sign-in under way. */
  signIn: string;
  /** A `Set-Cookie` line. */
  set: (name: string, value: string, maxAgeSeconds: number) => string;
  /** A `Set-Cookie` line that ends a cookie. */
  clear: (name: string) => string;
}

/**
 * With `__Host-` a browser keeps a cookie to this very host and to HTTPS, so that no neighbour in the
 * domain can plant one. Without HTTPS, on this machine only, browsers take no such name.
 */
export function cookieJar(publicUrl: string): CookieJar {
  const secure = publicUrl.startsWith('https://');
  const prefix = secure ? '__Host-' : '';
  const set = (name: string, value: string, maxAgeSeconds: number): string =>
    `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
  return {
    session: `${prefix}bursar_session`,
    signIn: `${prefix}bursar_sign_in_`,
    set,
    clear: (name) => set(name, '', 0),
  };
}

/** The cookies of a request by name; of several with one name the first, which the browser holds nearest. */
export function readCookies(header: string | undefined): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at).trim();
    if (at > 0 && !cookies.has(name)) cookies.set(name, pair.slice(at + 1).trim());
  }
  return cookies;
}
