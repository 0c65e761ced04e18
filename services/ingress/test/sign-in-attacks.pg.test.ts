import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLedgerWorker } from './harness/ledger-worker.ts';
import { startSignInWorld, type SignInWorld } from './harness/sign-in-world.ts';
import { SmallBrowser, type Page } from './harness/small-browser.ts';

let world: SignInWorld;
let ana: SmallBrowser;
let olga: SmallBrowser;
let me: string;
/** What the ingress writes to its log. */
const lines: string[] = [];
let stopWorker: () => Promise<unknown>;

beforeAll(async () => {
  world = await startSignInWorld(
    {},
    {},
    pino({ level: 'info' }, { write: (line) => lines.push(line) }),
  );
  stopWorker = await startLedgerWorker(world.ingress);
  [ana, olga] = [new SmallBrowser(), new SmallBrowser()];
  await world.signIn(ana, 'ana');
  await world.signIn(olga, 'olga');
  me = JSON.parse((await ana.ask(`${world.url}/v1/session`)).text).user.id;
});
afterAll(async () => {
  await stopWorker();
  await world.stop();
});

const codeOf = (page: Page): string => JSON.parse(page.text).code;
const marks = () => ({ Origin: world.url, 'Bursar-Console': '1' });
const organization = (browser: SmallBrowser, id: string, headers: Record<string, string>) =>
  browser.ask(`${world.url}/v1/organizations/${id}`, { method: 'PUT', headers });
const exists = async (id: string) =>
  (await world.ingress.call('GET', `/v1/organizations/${id}`)).status === 200;

describe('a change with a session', () => {
  it.each<[string, Record<string, string>]>([
    ['says nothing of where it comes from', {}],
    ['comes from another origin', { Origin: 'https://evil.example' }],
    ['comes from no origin', { Origin: 'null' }],
    ['comes from another port of this host', { Origin: 'http://127.0.0.1:1' }],
    ['comes from a sibling in the domain', { 'Sec-Fetch-Site': 'same-site' }],
    ['comes from another site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['was typed by nobody knows whom', { 'Sec-Fetch-Site': 'none' }],
  ])('is refused when it %s', async (_case, source) => {
    const headers = { ...source, 'Bursar-Console': '1' };
    const page = await organization(ana, 'csrf', headers);
    expect([page.status, codeOf(page)]).toEqual([403, 'forbidden']);
    expect(await exists('csrf')).toBe(false);
  });

  it('is refused when one of two marks of the origin is wrong', async () => {
    const headers = { ...marks(), 'Sec-Fetch-Site': 'cross-site' };
    expect((await organization(ana, 'csrf', headers)).status).toBe(403);
  });

  it('is refused without the header that no form can send', async () => {
    for (const value of [undefined, '0', 'true']) {
      const headers = { Origin: world.url, ...(value && { 'Bursar-Console': value }) };
      expect((await organization(ana, 'csrf', headers)).status).toBe(403);
    }
    expect(await exists('csrf')).toBe(false);
  });

  it('signs nobody out from another site', async () => {
    const sources: Record<string, string>[] = [
      {},
      { Origin: 'null' },
      { Origin: 'https://evil.example' },
    ];
    for (const source of sources) {
      const headers = { ...source, 'Bursar-Console': '1' };
      const page = await ana.ask(`${world.url}/auth/sign-out`, { method: 'POST', headers });
      expect(page.status).toBe(403);
    }
    // Nor by a form, which cannot send the header.
    const form = { method: 'POST', headers: { Origin: world.url } };
    expect((await ana.ask(`${world.url}/auth/sign-out`, form)).status).toBe(403);
    expect((await ana.ask(`${world.url}/auth/sign-out`)).status).toBe(404);
    expect((await ana.ask(`${world.url}/v1/session`)).status).toBe(200);
  });
});

describe('headers beside a session', () => {
  it('make no operator of a person', async () => {
    for (const role of ['operator', 'Operator', 'admin', '']) {
      const headers = { ...marks(), 'Bursar-Role': role };
      const page = await ana.ask(`${world.url}/v1/attention`, { headers });
      expect(page.status).toBe(403);
    }
  });

  it('let nobody act for another, operators neither', async () => {
    for (const browser of [ana, olga]) {
      for (const role of [{}, { 'Bursar-Role': 'operator' }]) {
        const headers: Record<string, string> = { ...marks(), ...role, 'Bursar-Act-As': me };
        const page = await browser.ask(`${world.url}/v1/session`, { headers });
        expect([page.status, codeOf(page)]).toEqual([403, 'forbidden']);
      }
    }
  });

  it('are not for keys: Bursar-Role beside one is refused', async () => {
    const headers = { 'Bursar-Role': 'operator' };
    expect((await world.ingress.call('GET', '/v1/attention', { headers })).status).toBe(403);
  });

  it('win over the session: a wrong key is refused, a right one is who calls', async () => {
    const wrong = await ana.ask(`${world.url}/v1/session`, {
      headers: { Authorization: 'Bearer nonsense' },
    });
    expect(wrong.status).toBe(401);
    const cookie = `bursar_session=${ana.cookie('bursar_session')}`;
    const right = await world.ingress.call('GET', '/v1/attention', { headers: { Cookie: cookie } });
    expect(right.status).toBe(200);
  });
});

describe('an operator who is signed in', () => {
  const grant = (headers: Record<string, string>) =>
    fetch(`${world.url}/v1/grants`, {
      method: 'POST',
      headers: {
        Cookie: `bursar_session=${olga.cookie('bursar_session')}`,
        'Content-Type': 'application/json',
        'Idempotency-Key': 'by-olga',
        Prefer: 'wait=10',
        ...marks(),
        ...headers,
      },
      body: JSON.stringify({ wallet: me, amount: '5', kind: 'promotional', reason: 'Hello' }),
    });

  it('is a person until they say otherwise, and keeps their name when they do', async () => {
    expect((await grant({})).status).toBe(403);
    const granted = await grant({ 'Bursar-Role': 'operator' });
    expect(granted.status).toBe(200);
    const { user } = JSON.parse((await olga.ask(`${world.url}/v1/session`)).text);
    const history = await world.ingress.call('GET', `/v1/wallets/${me}/transactions`);
    expect(history.body.data).toMatchObject([{ actor: user.id, amount: '5' }]);
    const operation = ((await granted.json()) as { id: string }).id;
    expect((await olga.ask(`${world.url}/v1/operations/${operation}`)).status).toBe(200);
    expect((await ana.ask(`${world.url}/v1/operations/${operation}`)).status).toBe(404);
    const named = lines.map((line) => JSON.parse(line)).filter((line) => line.operator === user.id);
    expect(named).toMatchObject([{ method: 'POST', route: '/v1/grants' }]);
  });
});

it('a rule that left the settings makes nobody an operator any more', async () => {
  const browser = new SmallBrowser();
  await world.signIn(browser, 'olga');
  const session = async () => JSON.parse((await browser.ask(`${world.url}/v1/session`)).text);
  const { user, operator } = await session();
  expect(operator).toBe(true);
  await world.ingress.database.db`
    update bursar.sessions set operator_by = 'groups=former-operators'
    where user_id = ${String(user.id).slice('user:'.length)}`;
  expect((await session()).operator).toBe(false);
  const headers = { 'Bursar-Role': 'operator' };
  expect((await browser.ask(`${world.url}/v1/attention`, { headers })).status).toBe(403);
});

describe('the way back from the provider', () => {
  const back = async (browser: SmallBrowser, returnTo?: string) =>
    world.choose(browser, await world.begin(browser, returnTo), { sub: 'ben' });
  const refusedFor = async (browser: SmallBrowser, address: URL | string, reason: string) => {
    const before = browser.cookie('bursar_session');
    const page = await browser.ask(address);
    expect(page.headers.get('Location')).toBe(`/auth/error?reason=${reason}`);
    expect(browser.cookie('bursar_session')).toBe(before);
  };
  const changed = (address: URL, name: string, value: string | null): URL => {
    const url = new URL(address);
    if (value === null) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
    return url;
  };

  it('is open once', async () => {
    const browser = new SmallBrowser();
    const address = await back(browser);
    await browser.ask(address);
    await refusedFor(browser, address, 'expired');
  });

  it('is open to the browser that began, so nobody is signed in as somebody else by a link', async () => {
    await refusedFor(new SmallBrowser(), await back(new SmallBrowser()), 'expired');
    const [victim, attacker] = [new SmallBrowser(), new SmallBrowser()];
    await world.begin(victim);
    await refusedFor(victim, await back(attacker), 'expired');
  });

  it('refuses a state that was not asked for, a code of another sign-in and another issuer', async () => {
    const browser = new SmallBrowser();
    const address = await back(browser);
    for (const state of [null, '', 'x'.repeat(43), `${address.searchParams.get('state')}x`]) {
      await refusedFor(browser, changed(address, 'state', state), 'expired');
    }
    await refusedFor(browser, changed(address, 'iss', 'https://evil.example'), 'not_trusted');
    const [one, other] = [new SmallBrowser(), new SmallBrowser()];
    const code = (await back(one)).searchParams.get('code');
    // The verifier of PKCE does not fit to a code that was injected.
    await refusedFor(other, changed(await back(other), 'code', code), 'expired');
  });

  it('tells somebody who declined so, and what is nonsense apart', async () => {
    const browser = new SmallBrowser();
    const address = await back(browser);
    const declined = changed(changed(address, 'code', null), 'error', 'access_denied');
    await refusedFor(browser, declined, 'cancelled');
    const again = new SmallBrowser();
    const garbage = changed(await back(again), 'code', 'made-up');
    await refusedFor(again, garbage, 'expired');
  });

  it('gives another session than the one before, and ends that', async () => {
    const browser = new SmallBrowser();
    const planted = 'A'.repeat(43);
    browser.keep('bursar_session', planted);
    await browser.visit(await back(browser));
    const first = browser.cookie('bursar_session') ?? '';
    expect(first).not.toBe(planted);
    // The provider knows them by now, and asks nothing.
    await browser.visit(`${world.url}/auth/sign-in`);
    expect(browser.cookie('bursar_session')).not.toBe(first);
    const old = new SmallBrowser();
    old.keep('bursar_session', first);
    expect((await old.ask(`${world.url}/v1/session`)).status).toBe(401);
  });

  it.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/%09/evil.example',
    '\\\\evil.example',
    '/..//evil.example',
    'javascript:alert(1)',
    '/auth/sign-in',
    '',
  ])('leads to a page of ours only, not to %j', async (returnTo) => {
    const browser = new SmallBrowser();
    const page = await browser.ask(await back(browser, returnTo));
    const target = new URL(page.headers.get('Location') ?? '', world.url);
    expect(target.origin).toBe(world.url);
    expect(target.pathname.startsWith('//')).toBe(false);
    expect(target.pathname.startsWith('/auth')).toBe(false);
  });
});

describe('a session that is over', () => {
  it('ends when its person is deleted', async () => {
    const browser = new SmallBrowser();
    const choice = { name: 'Leaver', email: 'leaver@example.com', verified: '1' };
    await browser.visit(await world.choose(browser, await world.begin(browser), choice));
    const { user } = JSON.parse((await browser.ask(`${world.url}/v1/session`)).text);
    const path = `/v1/users/${String(user.id).slice('user:'.length)}`;
    expect((await world.ingress.call('DELETE', path, { body: {} })).status).toBe(200);
    const page = await browser.ask(`${world.url}/v1/session`);
    expect([page.status, codeOf(page)]).toEqual([401, 'unauthenticated']);
  });

  it('ends in every browser when its person or an operator says so, and when nobody else does', async () => {
    const [laptop, phone] = [new SmallBrowser(), new SmallBrowser()];
    for (const browser of [laptop, phone]) await world.signIn(browser, 'ben');
    const session = async () => (await laptop.ask(`${world.url}/v1/session`)).status;
    const { user } = JSON.parse((await phone.ask(`${world.url}/v1/session`)).text);
    const path = `/v1/users/${String(user.id).slice('user:'.length)}/sessions`;
    const end = (by: SmallBrowser) =>
      by.ask(`${world.url}${path}`, { method: 'DELETE', headers: marks() });
    expect((await end(ana)).status).toBe(404);
    expect(await session()).toBe(200);
    const ended = await end(phone);
    expect([ended.status, JSON.parse(ended.text)]).toMatchObject([200, { user: user.id }]);
    expect(await session()).toBe(401);
    // The provider still knows them, and asks nothing.
    await laptop.visit(`${world.url}/auth/sign-in`);
    expect(await session()).toBe(200);
    const byOperator = await world.ingress.call('DELETE', path);
    expect(byOperator).toMatchObject({ status: 200, body: { ended: 1 } });
    expect(await session()).toBe(401);
    expect((await world.ingress.call('DELETE', '/v1/users/nobody/sessions')).status).toBe(404);
  });

  it.each(['', 'short', 'A'.repeat(43), `${'A'.repeat(42)}%`, 'x'.repeat(5_000)])(
    'is not made up: %#',
    async (value) => {
      const browser = new SmallBrowser();
      browser.keep('bursar_session', value);
      expect((await browser.ask(`${world.url}/v1/session`)).status).toBe(401);
    },
  );
});

describe('an address', () => {
  it('stays the provider’s: a person with a session cannot take that of somebody else', async () => {
    const body = JSON.stringify({ email: 'victim@example.com' });
    const response = await fetch(`${world.url}/v1/users/${me.slice('user:'.length)}`, {
      method: 'PUT',
      headers: {
        Cookie: `bursar_session=${ana.cookie('bursar_session')}`,
        'Content-Type': 'application/json',
        ...marks(),
      },
      body,
    });
    expect(response.status).toBe(403);
  });

  it('that somebody wrote through a back end joins nobody', async () => {
    await world.ingress.call('PUT', '/v1/users/squatter', { body: { name: 'Squatter' } });
    await world.ingress.call('PUT', '/v1/users/squatter', {
      actAs: 'user:squatter',
      body: { email: 'prey@example.com' },
    });
    const browser = new SmallBrowser();
    const choice = { name: 'Prey', email: 'prey@example.com', verified: '1' };
    await browser.visit(await world.choose(browser, await world.begin(browser), choice));
    const { user } = JSON.parse((await browser.ask(`${world.url}/v1/session`)).text);
    expect(user.id).not.toBe('user:squatter');
  });
});
