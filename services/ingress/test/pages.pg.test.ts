import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startIngress, type RunningIngress } from './harness/running-ingress.ts';

let ingress: RunningIngress;
beforeAll(async () => {
  ingress = await startIngress();
  await ingress.call('PUT', '/v1/users/ana', { body: {} });
});
afterAll(() => ingress.stop());

const open = (path: string, headers: Record<string, string> = {}) =>
  ingress.call('GET', path, { key: null, headers });

/** A stored order, as the payments worker leaves it. */
async function order(session: string, status: string): Promise<void> {
  const { db } = ingress.database;
  const transaction = status === 'paid' ? db`uuidv7()` : null;
  await db`
    insert into bursar.purchases (id, wallet_id, operation, actor, status, credits, subtotal, currency,
      expiry_months, checkout_session, transaction_id, created_at)
    select uuidv7(), id, uuidv7(), 'key_operator', ${status}, 500000000, 500, 'usd', 12, ${session},
      ${transaction}, now()
    from bursar.wallets where owner = 'user:ana'`;
}

it('tells whoever typed an unknown address in a page, and programs as the API does', async () => {
  const accepts = (Accept: string) =>
    ingress.call('GET', '/blah', { key: null, headers: { Accept } });
  const page = await accepts('text/html,application/xhtml+xml,*/*;q=0.8');
  expect(page.status).toBe(404);
  expect(page.text).toContain('There is no such page');
  expect(page.headers.get('Content-Type')).toContain('text/html');
  expect((await accepts('*/*')).body).toMatchObject({ code: 'not_found', status: 404 });
});

describe('the way back from checkout', () => {
  it('says how many credits were added', async () => {
    await order('cs_paid', 'paid');
    const { status, text, headers } = await open('/checkout/return?session_id=cs_paid');
    expect(status).toBe(200);
    expect(text).toContain('500 credits were added');
    expect(text).not.toContain('<script');
    expect(text).not.toContain('http-equiv="refresh"');
    expect(headers.get('Referrer-Policy')).toBe('no-referrer');
  });

  it('asks for fulfilment, and looks again while the payment is confirmed', async () => {
    await order('cs_open', 'awaiting_payment');
    const { text } = await open('/checkout/return?session_id=cs_open');
    expect(text).toContain('being confirmed');
    expect(text).toContain('http-equiv="refresh"');
    expect((await ingress.queues.counts())['payments']?.waiting).toBe(1);
  });

  it.each(['expired', 'failed', 'needs_review'])(
    'has words for an order that is %s',
    async (state) => {
      await order(`cs_${state}`, state);
      const { status, text } = await open(`/checkout/return?session_id=cs_${state}`);
      expect(status).toBe(200);
      expect(text).toContain('<h1 role="status">');
    },
  );

  it('says what became of a subscription that was ordered there', async () => {
    const { db } = ingress.database;
    const subscribed = (session: string, status: string) => db`
      insert into bursar.subscriptions (id, wallet_id, actor, plan, terms, quantity, status, checkout_session,
        created_at)
      select uuidv7(), id, 'key_operator', 'pro', ${db.json({
        name: 'Pro',
        credits: 1_000_000_000,
        amount: 1000,
        currency: 'usd',
        every: 'month',
      })}, 2, ${status}, ${session}, now() from bursar.wallets where owner = 'user:ana'`;
    await subscribed('cs_active', 'active');
    await subscribed('cs_ordered', 'awaiting_payment');
    await subscribed('cs_left', 'expired');
    const active = await open('/checkout/return?session_id=cs_active');
    expect(active.status).toBe(200);
    expect(active.text).toContain('You are subscribed to Pro');
    expect(active.text).toContain('2000 every month');
    expect(active.text).not.toContain('http-equiv="refresh"');
    const ordered = await open('/checkout/return?session_id=cs_ordered');
    expect(ordered.text).toContain('http-equiv="refresh"');
    expect((await open('/checkout/return?session_id=cs_left')).text).toContain('Nothing was paid');
  });

  it('knows no other sessions', async () => {
    for (const query of [
      '',
      '?session_id=cs_unknown',
      '?session_id=<script>',
      '?session_id=a&session_id=b',
    ]) {
      expect((await open(`/checkout/return${query}`)).status).toBe(404);
    }
  });

  it('leads back to the wallet that somebody came from, and to nothing else', async () => {
    for (const [page, said] of [
      ['cancelled', 'Nothing was paid and no credits moved'],
      ['card-saved', 'Your card is saved'],
    ]) {
      for (const [wallet, link] of [
        ['user:ana', 'href="/me/wallet"'],
        ['org:acme', 'href="/orgs/acme/billing"'],
      ]) {
        const { status, text } = await open(`/checkout/${page}?wallet=${wallet}`);
        expect(status).toBe(200);
        expect(text).toContain(said);
        expect(text).toContain(link);
      }
      for (const query of ['', '?wallet=', '?wallet=//evil.test', '?wallet=org:a&wallet=org:b']) {
        const { status, text } = await open(`/checkout/${page}${query}`);
        expect(status).toBe(200);
        expect(text).toContain(said);
        expect(text).not.toContain('To your credits');
      }
    }
  });
});

describe('what anybody may see', () => {
  it('is the front door where no console was built, a page for each problem, and health', async () => {
    expect((await open('/')).text).toContain('href="/docs"');
    expect((await open('/problems/insufficient_credits', { Accept: 'text/html' })).text).toContain(
      'There are not enough credits',
    );
    const asJson = await open('/problems/insufficient_credits', { Accept: 'application/json' });
    expect(asJson.body).toMatchObject({ code: 'insufficient_credits', status: 409 });
    expect((await open('/problems/toString')).status).toBe(404);
    expect((await open('/livez')).status).toBe(200);
    const ready = await open('/readyz');
    expect(ready).toMatchObject({ status: 200, body: { ready: true } });
    expect((await open('/assets/page.css')).headers.get('Content-Type')).toContain('text/css');
  });

  it('is the documentation, without a script inside its page', async () => {
    const { text } = await open('/docs');
    expect(text).not.toMatch(/<script(?![^>]*src=)/);
    for (const [, path] of text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect((await open(path ?? '')).status).toBe(200);
    }
  });

  it('is that signing in is not set up where no provider was named, and keys go on working', async () => {
    for (const path of ['/auth/sign-in', '/auth/callback?code=x&state=y', '/auth/error?reason=x']) {
      const { status, text } = await open(path);
      expect([path, status]).toEqual([path, path.startsWith('/auth/error') ? 400 : 404]);
      if (status === 404) expect(text).toContain('Signing in is not set up');
    }
    expect((await open('/auth/status')).body).toEqual({ set_up: false });
    const { status, body } = await open('/v1/session', { Cookie: 'bursar_session=x' });
    expect([status, body.code]).toEqual([401, 'unauthenticated']);
    expect((await ingress.call('GET', '/v1/users/ana')).status).toBe(200);
  });

  it('is not the mail catcher unless there is one', async () => {
    expect((await open('/dev/mail')).status).toBe(404);
  });
});

describe('where the console was built', () => {
  let dir: string;
  let withConsole: RunningIngress;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'bursar-console-'));
    await mkdir(join(dir, 'assets'));
    await writeFile(join(dir, 'index.html'), '<div id="root" data-nonce="__CSP_NONCE__"></div>');
    await writeFile(join(dir, 'assets', 'main-1a2b.js'), 'export {};');
    await writeFile(join(dir, 'assets', 'main-1a2b.js.br'), brotliCompressSync('export {};'));
    withConsole = await startIngress({}, undefined, { consoleDir: dir });
  });
  afterAll(async () => {
    await withConsole.stop();
    await rm(dir, { recursive: true });
  });
  const visit = (path: string, headers: Record<string, string> = {}) =>
    withConsole.call('GET', path, { key: null, headers });

  it('it is the front door and answers at its addresses, with a nonce of each visit', async () => {
    const nonces = new Set<string>();
    for (const path of ['/', '/sign-in', '/me/wallet', '/orgs/acme/members', '/operator']) {
      const { status, text, headers } = await visit(path);
      expect([path, status]).toEqual([path, 200]);
      const nonce = /<div id="root" data-nonce="([^"]{20,})">/.exec(text)?.[1] ?? 'missing';
      const policy = headers.get('Content-Security-Policy');
      expect(policy).toContain(`style-src 'self' 'nonce-${nonce}'`);
      expect(policy).toContain("default-src 'self'");
      expect(headers.get('Cache-Control')).toBe('no-store');
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(5);
  });

  it('its files are kept by browsers, and hide none of our own pages', async () => {
    const file = await visit('/console/assets/main-1a2b.js', { 'Accept-Encoding': 'gzip, br' });
    expect([file.status, file.text]).toEqual([200, 'export {};']);
    expect(file.headers.get('Cache-Control')).toContain('immutable');
    expect(file.headers.get('Content-Encoding')).toBe('br');
    expect(file.headers.get('Vary')).toBe('Accept-Encoding');
    const plain = await visit('/console/assets/main-1a2b.js', { 'Accept-Encoding': 'identity' });
    expect([plain.text, plain.headers.get('Content-Encoding')]).toEqual(['export {};', null]);
    expect((await visit('/console/')).status).toBe(404);
    for (const path of ['/console/assets/gone.js', '/console/../package.json', '/mee']) {
      expect((await visit(path)).status).toBe(404);
    }
    expect((await visit('/problems/not_found')).status).toBe(200);
    expect((await visit('/docs')).status).toBe(200);
  });
});
