import { fromPublicId } from '@bursar/contracts';
import { deriveInvitationKey, invitationToken } from '@bursar/notices/invitation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../test/harness/until.ts';
import { openEvents, type EventReader } from './harness/event-reader.ts';
import { startLedgerWorker } from './harness/ledger-worker.ts';
import { SECRET } from './harness/running-ingress.ts';
import { startSignInWorld, type SignInWorld } from './harness/sign-in-world.ts';
import { SmallBrowser } from './harness/small-browser.ts';

let world: SignInWorld;

beforeAll(async () => {
  world = await startSignInWorld();
});
afterAll(() => world.stop());

const session = async (browser: SmallBrowser, headers: Record<string, string> = {}) => {
  const page = await browser.ask(`${world.url}/v1/session`, { headers });
  return { status: page.status, body: JSON.parse(page.text) };
};

const signedIn = async (sub: string): Promise<SmallBrowser> => {
  const browser = new SmallBrowser();
  await world.signIn(browser, sub);
  expect(browser.cookie('bursar_session')).toMatch(/^[\w-]{43}$/);
  return browser;
};

describe('signing in', () => {
  it('leads through the provider back to where somebody wanted to go, as themselves', async () => {
    await world.ingress.call('PUT', '/v1/users/ana-1', {
      body: { email: 'Ana@example.com', name: 'Ana' },
    });
    await world.ingress.call('PUT', '/v1/organizations/acme', { body: { name: 'Acme' } });
    await world.ingress.call('PUT', '/v1/organizations/acme/members/ana-1', {
      body: { role: 'admin' },
    });
    const browser = new SmallBrowser();
    expect((await session(browser)).status).toBe(401);
    expect((await browser.ask(`${world.url}/auth/status`)).text).toBe('{"set_up":true}');
    const page = await world.signIn(browser, 'ana', '/problems/forbidden?x=1');
    expect(page.url.href).toBe(`${world.url}/problems/forbidden?x=1`);
    expect((await session(browser)).body).toEqual({
      user: { id: 'user:ana-1', name: 'Ana', email: 'Ana@example.com' },
      operator: false,
      organizations: [{ id: 'org:acme', name: 'Acme', role: 'admin', status: 'active' }],
      expires_at: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  it('lets somebody who is invited and not known yet sign in from the link, and join', async () => {
    await world.ingress.call('PUT', '/v1/organizations/guild', { body: { name: 'Guild' } });
    const { body } = await world.ingress.call('POST', '/v1/organizations/guild/invitations', {
      body: { email: 'nina@example.com', role: 'member' },
    });
    const invitation = { id: fromPublicId('inv', body.id) ?? '', round: body.mails };
    const link = `/invitations/${invitationToken(deriveInvitationKey(SECRET), invitation)}`;
    const browser = new SmallBrowser();
    const stranger = await browser.visit(world.url + link);
    expect(stranger.text).toContain(`href="/auth/sign-in?return_to=${encodeURIComponent(link)}"`);
    expect(stranger.text).not.toContain('<form');
    const page = await world.signIn(browser, 'nina', link);
    expect(page.url.href).toBe(world.url + link);
    expect(page.text).toContain('Join as Nina New');
    const joined = await browser.ask(world.url + link, { form: {} });
    expect(joined.text).toContain('You are in Guild');
    expect(joined.text).toContain('href="/orgs/guild/billing"');
    expect((await session(browser)).body.organizations).toMatchObject([{ id: 'org:guild' }]);
  });

  it('asks the provider with PKCE, state and nonce, and keeps the session where no script sees it', async () => {
    const browser = await signedIn('ben');
    const asked = browser.visited
      .map((address) => new URL(address))
      .find(({ pathname, origin }) => origin === world.identity.issuer && pathname === '/auth');
    expect(Object.fromEntries(asked?.searchParams ?? [])).toMatchObject({
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    });
    const line = browser.lines.find((one) => one.startsWith('bursar_session='));
    expect(line).toMatch(/; Path=\/; Max-Age=3600; HttpOnly; SameSite=Lax$/);
    expect((await session(browser)).body.user).toMatchObject({
      id: expect.stringMatching(/^user:u_/),
      name: 'Ben Okafor',
      email: 'ben@example.com',
    });
  });

  it('believes an address only when the provider has verified it', async () => {
    const browser = await signedIn('liar');
    expect((await session(browser)).body.user).toMatchObject({
      id: expect.stringMatching(/^user:u_/),
      email: null,
    });
    expect((await session(await signedIn('bare'))).body.user).toMatchObject({ email: null });
  });

  it('creates one person when the same one comes back', async () => {
    const [first, second] = [await signedIn('ben'), await signedIn('ben')];
    expect((await session(second)).body.user).toEqual((await session(first)).body.user);
  });

  it('tells somebody why another person keeps the address', async () => {
    await signedIn('ben');
    const browser = new SmallBrowser();
    const choice = { name: 'Another Ben', email: 'ben@example.com', verified: '1' };
    const back = await world.choose(browser, await world.begin(browser), choice);
    const page = await browser.visit(back);
    expect([page.status, page.url.pathname]).toEqual([409, '/auth/error']);
    expect(page.text).toContain('Your address belongs to another account');
    expect(browser.cookie('bursar_session')).toBeUndefined();
  });

  it('begins at the public address, whatever name the browser used', async () => {
    const port = new URL(world.url).port;
    const page = await new SmallBrowser().ask(
      `http://localhost:${port}/auth/sign-in?return_to=%2Fdocs`,
    );
    const moved = `/auth/sign-in?return_to=%2Fdocs&moved=1`;
    expect(page.headers.get('Location')).toBe(`${world.url}${moved}`);
    // Behind a proxy that writes its own name into Host, that would be a circle.
    const proxied = await new SmallBrowser().ask(`http://localhost:${port}${moved}`);
    expect(new URL(proxied.headers.get('Location') ?? '').origin).toBe(world.identity.issuer);
  });
});

describe('a session', () => {
  it('ends here and at the provider when somebody signs out', async () => {
    const browser = await signedIn('ben');
    const cookie = browser.cookie('bursar_session') ?? '';
    const page = await browser.ask(`${world.url}/auth/sign-out`, {
      method: 'POST',
      headers: { Origin: world.url, 'Bursar-Console': '1', Accept: 'application/json' },
    });
    const { location } = JSON.parse(page.text) as { location: string };
    expect(location).toContain(`${world.identity.issuer}/session/end?`);
    expect(new URL(location).searchParams.get('id_token_hint')).toMatch(/^ey/);
    expect(browser.cookie('bursar_session')).toBeUndefined();
    browser.keep('bursar_session', cookie);
    expect((await session(browser)).status).toBe(401);
    const asked = await browser.visit(location);
    expect(asked.text).toContain('Sign out here, too');
    const xsrf = /name="xsrf" value="(\w+)"/.exec(asked.text)?.[1] ?? '';
    const gone = await browser.visit(`${world.identity.issuer}/session/end/confirm`, {
      form: { xsrf, logout: 'yes' },
    });
    expect(gone.url.href).toBe(`${world.url}/`);
    expect((await world.begin(browser)).text).toContain('Who are you today?');
  });

  it('lets a person do what they may, with the marks of the console', async () => {
    const browser = await signedIn('ben');
    const { user } = (await session(browser)).body;
    const id = String(user.id).slice('user:'.length);
    const renamed = await browser.ask(`${world.url}/v1/users/${id}`, {
      method: 'PUT',
      headers: { Origin: world.url, 'Sec-Fetch-Site': 'same-origin', 'Bursar-Console': '1' },
    });
    expect(renamed.status).toBe(200);
    expect((await browser.ask(`${world.url}/v1/users/ana-1`)).status).toBe(404);
    expect((await browser.ask(`${world.url}/v1/wallets/${user.id}`)).status).toBe(200);
  });

  it('makes nobody a member unasked, and does not tell who exists', async () => {
    const browser = await signedIn('ben');
    const { ingress, url } = world;
    const headers = { Origin: url, 'Bursar-Console': '1' };
    const put = async (path: string, json: object) => {
      const address = `${url}/v1/organizations/${path}`;
      const page = await browser.ask(address, { method: 'PUT', headers, json });
      return { status: page.status, body: JSON.parse(page.text) };
    };
    expect((await put('trap', { name: 'Acme Research' })).status).toBe(201);
    await ingress.call('PUT', '/v1/users/zoe', { body: { email: 'zoe@example.com' } });
    for (const user of ['zoe', 'nobody']) {
      const refused = await put(`trap/members/${user}`, { role: 'owner' });
      expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
      expect(refused.body.detail).toContain(`user:${user} is no member`);
    }
    await ingress.call('PUT', '/v1/organizations/trap/members/zoe', { body: { role: 'member' } });
    expect((await put('trap/members/zoe', { role: 'admin' })).body.role).toBe('admin');
  });

  it('ends its streams with it, and with the right to read', async () => {
    const { ingress, url } = world;
    const stopWorker = await startLedgerWorker(ingress);
    const pool = '/v1/organizations/crew';
    await ingress.call('PUT', pool, { body: { name: 'Crew' } });
    const readers: EventReader[] = [];
    const admins: string[] = [];
    for (const sub of ['ana', 'ben']) {
      const browser = await signedIn(sub);
      const id = String((await session(browser)).body.user.id).slice('user:'.length);
      await ingress.call('PUT', `${pool}/members/${id}`, { body: { role: 'admin' } });
      const cookie = `bursar_session=${browser.cookie('bursar_session')}`;
      const reader = await openEvents(`${url}/v1/wallets/org:crew/events`, { Cookie: cookie });
      expect((await reader.next()).event).toBe('balance');
      readers.push(reader);
      admins.push(id);
    }
    const [signedOut, demoted] = admins;
    await ingress.call('DELETE', `/v1/users/${signedOut}/sessions`);
    await ingress.call('PUT', `${pool}/members/${demoted}`, { body: { role: 'member' } });
    let open = readers.length;
    for (const reader of readers) void reader.ended().then(() => (open -= 1));
    let grants = 0;
    // What would be told is what ends them: a silent stream tells nobody anything.
    const grant = { wallet: 'org:crew', amount: '1', kind: 'promotional', reason: 'News' };
    await until('both streams have ended', async () => {
      const idempotencyKey = `news-${(grants += 1)}`;
      await ingress.call('POST', '/v1/grants', { body: grant, idempotencyKey });
      return open === 0;
    });
    await stopWorker();
  });

  it('follows a wallet live', async () => {
    const browser = await signedIn('ben');
    const { user } = (await session(browser)).body;
    const response = await fetch(`${world.url}/v1/wallets/${user.id}/events`, {
      headers: { Cookie: `bursar_session=${browser.cookie('bursar_session')}` },
    });
    expect(response.headers.get('Content-Type')).toContain('text/event-stream');
    await response.body?.cancel();
  });

  it('is for people: keys have none, and an acting key shows whom it acts for', async () => {
    expect((await world.ingress.call('GET', '/v1/session')).status).toBe(403);
    const acting = await world.ingress.call('GET', '/v1/session', { actAs: 'user:ana-1' });
    expect(acting.body).toMatchObject({ user: { id: 'user:ana-1' }, expires_at: null });
  });
});
