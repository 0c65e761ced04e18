import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { startMailCatcher, type MailCatcher } from '../src/mail-catcher.ts';
import { MailStore } from '../src/mail/mail-store.ts';
import { sendMail } from './send-mail.ts';
import { makeFolder, removeFolder } from './temporary-folder.ts';

let dataDir: string;
let catcher: MailCatcher;

beforeEach(async () => {
  dataDir = makeFolder();
  catcher = await startMailCatcher({ dataDir, host: '127.0.0.1' });
});

afterEach(async () => {
  await catcher.stop();
  removeFolder(dataDir);
});

const receipt = [
  'From: Bursar <bursar@example.org>',
  'To: Ada <ada@example.org>',
  `Subject: =?UTF-8?B?${Buffer.from('Quittung über 500 Credits – 你好').toString('base64')}?=`,
  'MIME-Version: 1.0',
  'Content-Type: multipart/alternative; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: 8bit',
  '',
  'Sie haben 500 Credits für http://127.0.0.1/x?a=1&b=2 gekauft.',
  '.allein am Zeilenanfang',
  '--b',
  'Content-Type: text/html; charset=utf-8',
  'Content-Transfer-Encoding: 8bit',
  '',
  '<!doctype html><html><head><title>x</title></head><body><b>500</b><script>alert(1)</script></body></html>',
  '--b--',
].join('\r\n');

function plain(subject: string, body = 'Text'): string {
  return `From: bursar@example.org\r\nTo: ada@example.org\r\nSubject: ${subject}\r\n\r\n${body}`;
}

async function send(raw: string, to = ['ada@example.org']): Promise<string> {
  return sendMail(catcher.smtpUrl, { from: 'bursar@example.org', to, raw });
}

async function get(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(catcher.httpUrl + path, { redirect: 'manual', ...init });
}

type Listed = {
  id: string;
  subject: string;
  to: string[];
  text: string | null;
  html: string | null;
};

async function list(query = ''): Promise<Listed[]> {
  const answer: { data: Listed[] } = JSON.parse(await (await get(`/dev/mail.json${query}`)).text());
  return answer.data;
}

async function subjects(query: string): Promise<string[]> {
  return (await list(query)).map(({ subject }) => subject);
}

describe('a caught message', () => {
  test('is told as JSON with its UTF-8 subject, text, HTML, sender and blind recipients', async () => {
    expect(await send(receipt, ['ada@example.org', 'audit@example.org'])).toMatch(/^250 /);
    expect(await list()).toEqual([
      expect.objectContaining({
        from: 'Bursar <bursar@example.org>',
        to: ['ada@example.org', 'audit@example.org'],
        subject: 'Quittung über 500 Credits – 你好',
        text: expect.stringMatching(/500 Credits für http:.*\n\.allein am Zeilenanfang/),
        html: expect.stringContaining('<b>500</b>'),
        date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        headers: expect.objectContaining({ from: 'Bursar <bursar@example.org>' }),
      }),
    ]);
  });

  test('survives a restart and stays where it was in the order', async () => {
    await send(plain('first'));
    await send(plain('second'));
    await catcher.stop();
    catcher = await startMailCatcher({ dataDir, host: '127.0.0.1' });
    await send(plain('third'));
    expect(await subjects('')).toEqual(['third', 'second', 'first']);
  });

  test('is found by any recipient of its envelope, and lists are as long as asked', async () => {
    await send(plain('to both'), ['ada@example.org', 'Grace@example.org']);
    await send(plain('to Ada'));
    expect(await subjects('?to=grace@EXAMPLE.org')).toEqual(['to both']);
    expect(await subjects('?to=nobody@example.org')).toEqual([]);
    expect(await subjects('?limit=1')).toEqual(['to Ada']);
    expect(await subjects('?limit=nonsense')).toEqual(['to Ada', 'to both']);
  });

  test('above 1 MB is refused and not kept', async () => {
    const line = `${'x'.repeat(998)}\r\n`;
    expect(await send(plain('too long', line.repeat(1_100)))).toMatch(/^552 /);
    expect(await list()).toEqual([]);
  });

  test('that breaks the parser is shown as it came', async () => {
    const nested = Array.from(
      { length: 300 },
      (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`,
    ).join('');
    expect(await send(`${nested}Content-Type: text/plain\r\n\r\nthe end`)).toMatch(/^250 /);
    const [mail] = await list();
    expect(mail?.subject).toMatch(/^\(this message could not be read: /);
    expect(mail?.text).toContain('the end');
  });
});

describe('the pages', () => {
  test('say what to expect while there is no mail', async () => {
    const page = await get('/dev/mail');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('No mail yet');
  });

  test('escape whatever a message brings along', async () => {
    await send(plain('<img src=x onerror=alert(1)>', `<script>alert('2')</script>`));
    const [mail] = await list();
    for (const path of ['/dev/mail', `/dev/mail/${mail!.id}`]) {
      const body = await (await get(path)).text();
      expect(body).toContain('&lt;img src=x onerror=alert(1)&gt;');
      expect(body).not.toMatch(/<script|<img/);
    }
  });

  test('allow no script anywhere, and show foreign HTML only in a sandbox', async () => {
    await send(receipt);
    const [mail] = await list();
    const frame = await get(`/dev/mail/${mail!.id}/html`);
    const policy = frame.headers.get('content-security-policy');
    expect(policy).toContain(`default-src 'none'`);
    expect(policy).toContain('sandbox allow-popups');
    expect(policy).not.toContain('allow-scripts');
    expect(await frame.text()).toContain('<head><base target="_blank">');
    const page = await get(`/dev/mail/${mail!.id}`);
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-/,
    );
    const body = await page.text();
    expect(body).toMatch(/<iframe[^>]+sandbox="allow-popups allow-popups-to-escape-sandbox"/);
    expect(body).toContain('href="http://127.0.0.1/x?a=1&amp;b=2"');
  });

  test('hand out the message as a file', async () => {
    await send(receipt);
    const [mail] = await list();
    const raw = await get(`/dev/mail/${mail!.id}/raw`);
    expect(raw.headers.get('content-type')).toBe('message/rfc822');
    expect(await raw.text()).toContain('Content-Type: multipart/alternative; boundary=b');
  });

  test.each([
    ['/', 404],
    ['/dev/mail/1795235638456-cc7816dd9f94', 404],
    ['/dev/mail/..%2f..%2fetc%2fpasswd', 404],
    ['/dev/mail/', 200],
    ['/dev/mail?to=ada@example.org', 200],
  ])('answer GET %s with %i', async (path, status) => {
    expect((await get(path)).status).toBe(status);
  });
});

describe('deleting', () => {
  test.each([
    ['DELETE', '/dev/mail', 204],
    ['POST', '/dev/mail/clear', 303],
  ])('by %s %s removes all messages for good', async (method, path, status) => {
    await send(plain('one'));
    expect((await get(path, { method })).status).toBe(status);
    expect(await list()).toEqual([]);
    expect(readdirSync(join(dataDir, 'mail'))).toEqual([]);
  });

  test('asked for by another site is refused', async () => {
    await send(plain('one'));
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect((await get('/dev/mail/clear', { method: 'POST', headers })).status).toBe(403);
    expect(await list()).toHaveLength(1);
  });
});

describe('the store', () => {
  test('keeps the newest 500 messages and ignores files that are not its own', async () => {
    const folder = join(dataDir, 'many');
    const store = await MailStore.open(folder);
    for (let at = 1; at <= 502; at += 1) {
      await store.add(
        { from: 'a@example.org', to: ['b@example.org'] },
        Buffer.from(plain(`no ${at}`)),
      );
    }
    writeFileSync(join(folder, 'notes.eml'), 'mine');
    expect(readdirSync(folder).filter((name) => /^\d/.test(name))).toHaveLength(500);
    const reopened = await MailStore.open(folder);
    expect(reopened.list()).toEqual(store.list());
    expect([store.list()[0]?.subject, store.list().at(-1)?.subject]).toEqual(['no 502', 'no 3']);
  });
});
