import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../packages/queues/test/harness/free-port.ts';
import { startLyingProvider, type Lies, type LyingProvider } from './harness/lying-provider.ts';
import { startIngress, type RunningIngress } from './harness/running-ingress.ts';
import { ruleOf } from './harness/sign-in-world.ts';
import { SmallBrowser } from './harness/small-browser.ts';

const FAILURES_MAX = 40;
let provider: LyingProvider;
let ingress: RunningIngress;
let url: string;

beforeAll(async () => {
  provider = await startLyingProvider('bursar');
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  ingress = await startIngress(
    { unauthenticated: { points: FAILURES_MAX, seconds: 600 } },
    undefined,
    {
      port,
      publicUrl: url,
      signIn: {
        issuer: provider.issuer,
        clientId: 'bursar',
        clientSecret: 'secret',
        scopes: 'openid',
        audience: undefined,
        verifiedClaim: undefined,
        operators: [ruleOf('boss@example.com')],
        sessionSeconds: 600,
        idleSeconds: 600,
      },
    },
  );
});
afterAll(async () => {
  await ingress.stop();
  await provider.stop();
});
beforeEach(() => {
  provider.lies = {};
});

/** Signs in, and answers where that led. */
async function signIn(lies: Lies, browser = new SmallBrowser()): Promise<string | null> {
  provider.lies = lies;
  const begun = await browser.ask(`${url}/auth/sign-in?return_to=/here`);
  const asked = new URL(begun.headers.get('Location') ?? '', url);
  if (asked.origin === url) return asked.pathname + asked.search;
  const { state = '', nonce = '' } = Object.fromEntries(asked.searchParams);
  const answer = new URLSearchParams({ state, code: nonce, ...(lies.down && { code: 'x' }) });
  const page = await browser.ask(`${url}/auth/callback?${answer.toString()}`);
  return page.headers.get('Location');
}

it('a sound answer signs somebody in', async () => {
  expect(await signIn({})).toBe('/here');
});

describe('an answer of the provider', () => {
  const NOW = Math.floor(Date.now() / 1_000);
  it.each<[string, Lies]>([
    ['with the nonce of another sign-in', { claims: { nonce: 'another' } }],
    ['without a nonce', { claims: { nonce: undefined } }],
    ['for another application', { claims: { aud: 'another' } }],
    [
      'for several applications, of which we are one',
      { claims: { aud: ['bursar', 'x'], azp: 'x' } },
    ],
    ['of another issuer', { claims: { iss: 'https://evil.example' } }],
    ['that has expired', { claims: { exp: NOW - 120 } }],
    ['that does not expire', { claims: { exp: undefined } }],
    ['without a subject', { claims: { sub: undefined } }],
    ['without a signature', { signature: 'none' }],
    ['signed by somebody else', { signature: 'by another key' }],
    ['whose address and name are of another person', { userinfoSubject: 'victim' }],
  ])('is not accepted: one %s', async (_case, lies) => {
    const browser = new SmallBrowser();
    expect(await signIn(lies, browser)).toBe('/auth/error?reason=not_trusted');
    expect(browser.cookie('bursar_session')).toBeUndefined();
  });

  it('makes an operator by a verified address only', async () => {
    const operator = async (claims: Record<string, unknown>) => {
      const browser = new SmallBrowser();
      await signIn({ claims: { email: 'Boss@example.com', name: 'Boss', ...claims } }, browser);
      return JSON.parse((await browser.ask(`${url}/v1/session`)).text).operator;
    };
    expect(await operator({ sub: 'a', email_verified: false })).toBe(false);
    expect(await operator({ sub: 'b' })).toBe(false);
    expect(await operator({ sub: 'c', email_verified: 'true' })).toBe(false);
    expect(await operator({ sub: 'd', email_verified: true })).toBe(true);
  });

  it('holds what cannot be stored, which is left out', async () => {
    const browser = new SmallBrowser();
    const name = `\u0000 Lia\uD800 ${'long '.repeat(100)}`;
    const claims = { sub: 'odd', name, email: 'no address', email_verified: true };
    expect(await signIn({ claims }, browser)).toBe('/here');
    const { user } = JSON.parse((await browser.ask(`${url}/v1/session`)).text);
    expect(user.email).toBeNull();
    expect(user.name).toMatch(/^Lia long .{191}$/);
  });
});

describe('a provider in trouble', () => {
  it('is told apart from what somebody did wrong', async () => {
    expect(await signIn({ tokenStatus: 400, tokenError: 'invalid_grant' })).toMatch(/=expired$/);
    expect(await signIn({ tokenStatus: 401, tokenError: 'invalid_client' })).toMatch(
      /=misconfigured$/,
    );
    const page = await new SmallBrowser().ask(`${url}/auth/error?reason=misconfigured`);
    expect([page.status, page.text]).toEqual([503, expect.stringContaining('OIDC_CLIENT_ID')]);
  });

  it('keeps people from signing in, and nobody who is signed in from their work', async () => {
    const browser = new SmallBrowser();
    await signIn({}, browser);
    // The answer of a page, not a redirect.
    expect(await signIn({ tokenStatus: 500 })).toBeNull();
    provider.lies = { down: true };
    expect((await browser.ask(`${url}/v1/session`)).status).toBe(200);
    const out = await browser.ask(`${url}/auth/sign-out`, {
      method: 'POST',
      headers: { Origin: url, 'Bursar-Console': '1' },
    });
    expect(JSON.parse(out.text)).toEqual({ location: `${url}/` });
    expect((await browser.ask(`${url}/v1/session`)).status).toBe(401);
  });
});

it('too many failures from one network are refused without asking the provider', async () => {
  for (let count = 0; count < FAILURES_MAX; count += 1) {
    await new SmallBrowser().ask(`${url}/auth/callback?state=x&code=y`);
  }
  const { redeemed } = provider;
  const page = await new SmallBrowser().ask(`${url}/auth/callback?state=x&code=y`);
  expect([page.status, page.text]).toEqual([429, expect.stringContaining('Too many attempts')]);
  expect(provider.redeemed).toBe(redeemed);
  // Whoever began to sign in here is no neighbour's mistake.
  expect(await signIn({})).toBe('/here');
});
