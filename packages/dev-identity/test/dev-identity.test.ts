import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDevIdentity, type DevIdentity } from '../src/index.ts';
import { choosePage, contentSecurityPolicy, signOutPage } from '../src/pages.ts';
import { withoutStaleHint } from '../src/stale-hint.ts';

const clients = [
  {
    id: 'app',
    secret: 'secret',
    redirectUris: ['http://127.0.0.1:1/back'],
    postLogoutRedirectUris: ['http://127.0.0.1:1/'],
  },
];
let identity: DevIdentity;

beforeAll(async () => {
  identity = await startDevIdentity({ clients, people: [] });
});
afterAll(() => identity.stop());

it.each(['0.0.0.0', '::', '192.168.0.1', 'localhost'])('refuses to listen on %s', async (host) => {
  await expect(startDevIdentity({ clients, people: [], host })).rejects.toThrow(
    'listens on 127.0.0.1 or ::1 only',
  );
});

/** As a page elsewhere would whose name leads to this machine. */
const statusUnder = (host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const path = '/.well-known/openid-configuration';
    const { port } = identity;
    request({ host: '127.0.0.1', port, path, headers: { Host: host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });

it('answers under its own name only', async () => {
  expect(await statusUnder(new URL(identity.issuer).host)).toBe(200);
  expect(await statusUnder(`evil.example:${identity.port}`)).toBe(421);
});

it('lets nobody in without PKCE, or back to an address it does not know', async () => {
  const ask = (change: Record<string, string>) => {
    const parameters = {
      client_id: 'app',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: 'http://127.0.0.1:1/back',
      ...change,
    };
    const query = new URLSearchParams(parameters).toString();
    return fetch(`${identity.issuer}/auth?${query}`, { redirect: 'manual' });
  };
  expect((await ask({})).headers.get('Location')).toContain('error=invalid_request');
  const elsewhere = await ask({ redirect_uri: 'http://127.0.0.1:1/elsewhere' });
  expect([elsewhere.status, elsewhere.headers.get('Location')]).toEqual([400, null]);
});

describe('its pages', () => {
  const hashed = (page: string, element: string): string => {
    const text = new RegExp(`<${element}>(.*?)</${element}>`, 's').exec(page)?.[1] ?? '';
    expect(text).not.toBe('');
    return `${element}-src 'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  };

  it('have the very style and script that their policy lets in', () => {
    const policy = contentSecurityPolicy([]);
    const page = signOutPage('<form id="op.logoutForm"></form>');
    expect(policy).toContain(hashed(page, 'style'));
    expect(policy).toContain(hashed(page, 'script'));
    expect(choosePage('/', [])).not.toContain('<script');
  });

  it('show names as they are', () => {
    const page = choosePage('/', [{ sub: '"', name: '<img src=x>', email: null }]);
    expect(page).not.toContain('<img');
    expect(page).toContain('value="&#34;"');
  });
});

it('signs out whoever signed in before a restart, too', () => {
  const token = (kid: string) =>
    `${Buffer.from(JSON.stringify({ kid })).toString('base64url')}.e30.x`;
  const address = (hint: string) => `/session/end?client_id=app&id_token_hint=${hint}`;
  expect(withoutStaleHint(address(token('now')), 'now')).toBe(address(token('now')));
  for (const hint of [token('before'), 'nonsense', '']) {
    expect(withoutStaleHint(address(hint), 'now')).toBe('/session/end?client_id=app');
  }
});
