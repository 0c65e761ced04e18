/**
 * The address of a request to sign out, without a hint that no key of this process has signed: it is
 * from before a restart, and would be refused although nothing is left to sign out of.
 */
export function withoutStaleHint(address: string, keyId: string): string {
  const url = URL.parse(address, 'http://localhost');
  const hint = url?.searchParams.get('id_token_hint');
  if (url === null || hint === null || hint === undefined) return address;
  if (keyIdOf(hint) === keyId) return address;
  url.searchParams.delete('id_token_hint');
  return url.pathname + url.search;
}

function keyIdOf(token: string): unknown {
  try {
    const header: unknown = JSON.parse(
      Buffer.from(token.split('.')[0] ?? '', 'base64url').toString(),
    );
    return typeof header === 'object' && header !== null && 'kid' in header ? header.kid : null;
  } catch {
    // Whatever is no token is no hint either.
    return null;
  }
}
