import { createSecretKey, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { connectWebhooks, judgeAttempt, openWebhookSecret } from '../src/index.ts';
import { parseRetryAfter } from '../src/webhooks/judge-attempt.ts';
import { mayConnectTo } from '../src/webhooks/public-address.ts';
import {
  checkWebhookUrl,
  deriveWebhookKey,
  makeWebhookSecret,
  sealWebhookSecret,
} from '../src/webhooks/webhook-endpoints.ts';

describe('addresses', () => {
  test.each(['8.8.8.8', '1.1.1.1', '2606:4700:4700::1111', '172.32.0.1', '100.128.0.1'])(
    '%s is public',
    (address) => {
      expect(mayConnectTo(address, false)).toBe(true);
    },
  );

  test.each([
    '127.0.0.1',
    '127.255.0.9',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:a9fe:a9fe',
    '::ffff:8.8.8.8',
    '64:ff9b::a00:1',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '2002:7f00:1::',
    '2001:0:4136:e378:8000:63bf:3fff:fdd2',
    '2001:db8::1',
    'not an address',
    '',
  ])('%s is not', (address) => {
    expect(mayConnectTo(address, false)).toBe(false);
  });

  test('of this machine are open where loopback is allowed, and nothing else is', () => {
    const open = ['127.0.0.1', '::1', '10.0.0.1', '169.254.169.254', 'fe80::1'].filter((address) =>
      mayConnectTo(address, true),
    );
    expect(open).toEqual(['127.0.0.1', '::1']);
  });
});

describe('a webhook URL', () => {
  test.each([
    ['https://example.com/hooks?x=1', null],
    ['https://8.8.8.8/hooks', null],
    ['http://example.com/', /https/],
    ['ftp://example.com/', /https/],
    ['https://user:secret@example.com/', /password/],
    ['https://127.0.0.1/', /reachable/],
    ['https://2130706433/', /reachable/],
    ['https://0x7f.1/', /reachable/],
    ['https://[::1]/', /reachable/],
    ['https://[::ffff:10.0.0.1]/', /reachable/],
    ['https://localhost/', /reachable/],
    ['https://metadata.localhost/', /reachable/],
    ['https://169.254.169.254/latest', /reachable/],
    ['not a url', /complete/],
  ])('%s', (url, fault) => {
    const found = checkWebhookUrl(url, false);
    if (fault === null) expect(found).toBeNull();
    else expect(found).toMatch(fault);
  });

  test('may name this machine, without TLS, only where that is allowed', () => {
    expect(checkWebhookUrl('http://127.0.0.1:8080/', true)).toBeNull();
    expect(checkWebhookUrl('http://localhost:8080/', true)).toBeNull();
    expect(checkWebhookUrl('http://10.0.0.1:8080/', true)).toMatch(/https/);
    expect(checkWebhookUrl('https://10.0.0.1:8080/', true)).toMatch(/reachable/);
  });
});

describe('what follows from an attempt', () => {
  const failed = { status: 500, retryAfterMs: null };

  test('the schedule of ten attempts, jitter only added', () => {
    const waits = Array.from({ length: 10 }, (_, index) => judgeAttempt(failed, index + 1, 0));
    expect(waits.slice(0, 9).map((one) => ('waitMs' in one ? one.waitMs / 1_000 : one))).toEqual([
      5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400,
    ]);
    expect(waits[9]).toEqual({ verdict: 'failed' });
    expect(judgeAttempt(failed, 1, 0.5)).toEqual({ verdict: 'retry', waitMs: 5_500 });
  });

  test.each([
    [200, 'delivered'],
    [204, 'delivered'],
    [301, 'retry'],
    [307, 'retry'],
    [400, 'retry'],
    [410, 'gone'],
    [429, 'retry'],
    [503, 'retry'],
    [null, 'retry'],
  ])('%s is %s', (status, verdict) => {
    expect(judgeAttempt({ status, retryAfterMs: null }, 1, 0)).toMatchObject({ verdict });
  });

  test('Retry-After is obeyed upwards, and a day at most', () => {
    const wait = (retryAfterMs: number) => judgeAttempt({ status: 503, retryAfterMs }, 1, 0);
    expect(wait(1_000)).toMatchObject({ waitMs: 5_000 });
    expect(wait(60_000)).toMatchObject({ waitMs: 60_000 });
    expect(wait(10 ** 12)).toMatchObject({ waitMs: 24 * 3_600_000 });
  });

  test('Retry-After is read as seconds or as a date', () => {
    const now = new Date('2026-11-21T00:00:00Z');
    expect(parseRetryAfter('120', now)).toBe(120_000);
    expect(parseRetryAfter('Sat, 21 Nov 2026 00:01:00 GMT', now)).toBe(60_000);
    expect(parseRetryAfter('Sat, 21 Nov 2020 00:01:00 GMT', now)).toBe(0);
    expect(parseRetryAfter('soon', now)).toBeNull();
    expect(parseRetryAfter(undefined, now)).toBeNull();
  });
});

describe('a secret', () => {
  const key = deriveWebhookKey('s'.repeat(32));

  test('has 32 bytes, is unreadable as stored, and comes back', () => {
    const secret = makeWebhookSecret();
    expect(Buffer.from(secret.slice('whsec_'.length), 'base64')).toHaveLength(32);
    const stored = sealWebhookSecret(key, secret);
    expect(stored.includes(secret.slice(10, 20))).toBe(false);
    expect(stored.equals(sealWebhookSecret(key, secret))).toBe(false);
    expect(openWebhookSecret(key, stored)).toBe(secret);
  });

  test('that was changed, or belongs to another installation, is refused', () => {
    const stored = sealWebhookSecret(key, makeWebhookSecret());
    for (const at of [0, 5, 20, stored.length - 1]) {
      const changed = Buffer.from(stored);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => openWebhookSecret(key, changed)).toThrow(/BURSAR_SECRET/);
    }
    expect(() => openWebhookSecret(createSecretKey(randomBytes(32)), stored)).toThrow(/rotate/);
    expect(() => openWebhookSecret(key, stored.subarray(0, 9))).toThrow(/rotate/);
  });
});

describe('sending', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close().closeAllConnections();
  });

  type Listener = (...heard: Parameters<RequestListener>) => unknown;

  async function listen(listener: Listener): Promise<string> {
    const server = createServer((request, response) => void listener(request, response)).listen(
      0,
      '127.0.0.1',
    );
    servers.push(server);
    await once(server, 'listening');
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`;
  }

  test('posts the bytes it was given and keeps the beginning of the answer', async () => {
    let seen = '';
    const url = await listen(async (request, response) => {
      for await (const chunk of request) seen += String(chunk);
      seen += ` ${request.method} ${String(request.headers['x-test'])} ${request.headers['content-type']}`;
      response.writeHead(202, { 'Retry-After': '7' }).end(`a\u0000${'b'.repeat(5_000)}`);
    });
    const sender = connectWebhooks({ allowLoopback: true });
    const answer = await sender.post(url, { 'x-test': 'yes' }, '{"ä":1}');
    expect(seen).toBe('{"ä":1} POST yes application/json; charset=utf-8');
    expect(answer).toMatchObject({ status: 202, error: null, retryAfterMs: 7_000 });
    expect(answer.response).toBe(`a\uFFFD${'b'.repeat(998)}`);
    await sender.close();
  });

  test('takes a redirect for an answer and follows it nowhere', async () => {
    let visits = 0;
    const url = await listen((_request, response) => {
      visits += 1;
      response.writeHead(302, { Location: '/elsewhere' }).end();
    });
    const sender = connectWebhooks({ allowLoopback: true });
    expect(await sender.post(url, {}, '{}')).toMatchObject({ status: 302 });
    expect(visits).toBe(1);
    await sender.close();
  });

  test.each([
    ['never answers', () => undefined],
    ['never ends its answer', (_: unknown, response) => void response.writeHead(200).write('a')],
  ] satisfies [string, RequestListener][])('gives up on who %s', async (_what, listener) => {
    const sender = connectWebhooks({ allowLoopback: true, timeoutMs: 200 });
    const answer = await sender.post(await listen(listener), {}, '{}');
    expect(answer.latencyMs).toBeLessThan(10_000);
    expect([answer.status, answer.error]).toEqual(
      answer.status === 200 ? [200, null] : [null, 'There was no answer within 0.2 s.'],
    );
    await sender.close();
  });

  test('never connects to a name that leads inside, whatever it led to before', async () => {
    let visits = 0;
    const local = await listen((_request, response) => {
      visits += 1;
      response.end();
    });
    const leads = [['93.184.216.34', '127.0.0.1'], ['127.0.0.1'], ['::ffff:127.0.0.1'], []];
    for (const addresses of leads) {
      const sender = connectWebhooks({
        allowLoopback: false,
        timeoutMs: 1_000,
        resolve: (_name, _options, callback) =>
          callback(
            null,
            addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
          ),
      });
      const url = `https://rebound.example:${new URL(local).port}/`;
      expect(await sender.post(url, {}, '{}')).toMatchObject({
        status: null,
        error: expect.stringContaining('does not lead to a public address'),
      });
      await sender.close();
    }
    expect(visits).toBe(0);
  });

  test('refuses literal addresses inside, and says what failed otherwise', async () => {
    const sender = connectWebhooks({ allowLoopback: false });
    for (const url of ['https://127.0.0.1/', 'https://[::1]/', 'http://example.com/']) {
      expect(await sender.post(url, {}, '{}')).toMatchObject({ status: null });
    }
    await sender.close();
    const closed = await listen(() => undefined);
    servers.pop()?.close();
    const local = connectWebhooks({ allowLoopback: true });
    expect((await local.post(closed, {}, '{}')).error).toMatch(/ECONNREFUSED/);
    await local.close();
  });
});
