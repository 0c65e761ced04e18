import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMailCatcher, type MailCatcher } from '@bursar/embedded/mail-catcher';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  connectMail,
  isTransientMailError,
  MailRefused,
  renderNotice,
  type Mail,
  type MailMessage,
} from '../src/index.ts';
import { startScriptedSmtp, type Script, type ScriptedSmtp } from './harness/scripted-smtp.ts';

const FROM = 'Bursar <bursar@shop.example>';

const message: MailMessage = {
  to: 'ana@example.org',
  subject: 'Receipt',
  text: 'Hello',
  html: '<p>Hello</p>',
  messageId: '0199-ntf',
};

const open: Mail[] = [];
afterEach(() => {
  for (const mail of open.splice(0)) mail.close();
});

function connect(url: string, timeoutMs?: number): Mail {
  const mail = connectMail(url, FROM, timeoutMs);
  open.push(mail);
  return mail;
}

async function failureOf(work: Promise<unknown>): Promise<Error> {
  const failure: unknown = await work.then(
    () => expect.fail('It should have failed.'),
    (error: unknown) => error,
  );
  return failure instanceof Error ? failure : expect.fail('It should have been an error.');
}

describe('a mail that is taken', () => {
  let folder: string;
  let catcher: MailCatcher;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bursar-notices-'));
    catcher = await startMailCatcher({ dataDir: folder, host: '127.0.0.1' });
  });
  afterAll(async () => {
    await catcher.stop();
    rmSync(folder, { recursive: true });
  });

  interface Caught {
    from: string;
    to: string[];
    subject: string;
    text: string;
    html: string;
    headers: Record<string, string>;
  }

  async function caught(to: string): Promise<Caught[]> {
    const response = await fetch(`${catcher.httpUrl}/dev/mail.json?to=${encodeURIComponent(to)}`);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the assertions below look at its fields
    const { data } = (await response.json()) as { data: Caught[] };
    return data;
  }

  it('arrives with both parts, in any script, and asks robots not to answer', async () => {
    const notice = renderNotice(
      'credits-received',
      {
        kind: 'transfer',
        wallet: 'user:ana',
        amount: '300',
        settled: '0',
        from: 'org:Müller',
        message: 'Viel Erfolg – 加油 🎉',
        transaction: 'txn_1',
      },
      { name: 'Ana Díaz' },
      { productName: 'Bursar', publicUrl: 'https://bursar.example' },
    );
    await connect(catcher.smtpUrl).send({ ...message, ...notice, to: 'both@example.org' });
    const [mail] = await caught('both@example.org');
    expect(mail).toMatchObject({
      subject: '300 credits from Müller',
      from: expect.stringContaining('bursar@shop.example'),
    });
    expect(mail?.text).toContain('Viel Erfolg – 加油 🎉');
    expect(mail?.text).toContain('Hello Ana Díaz,');
    expect(mail?.html).toContain('Viel Erfolg – 加油 🎉');
    expect(JSON.stringify(mail?.headers)).toContain('auto-generated');
  });

  it('carries the same id when it is sent again after a crash', async () => {
    const again = { ...message, to: 'twice@example.org', messageId: 'ntf-7' };
    await connect(catcher.smtpUrl).send(again);
    await connect(catcher.smtpUrl).send(again);
    const ids = (await caught('twice@example.org')).map((mail) => mail.headers['message-id']);
    expect(ids).toEqual(['<ntf-7@shop.example>', '<ntf-7@shop.example>']);
  });

  it('has one subject, whatever stands in it', async () => {
    const subject = 'Hello\r\nBcc: all@example.org\r\n\r\nBody';
    await connect(catcher.smtpUrl).send({ ...message, to: 'lines@example.org', subject });
    const [mail] = await caught('lines@example.org');
    expect(mail?.headers).not.toHaveProperty('bcc');
    expect(mail?.text.trim()).toBe('Hello');
    expect(await caught('all@example.org')).toEqual([]);
  });

  it.each([
    'ana@example.org, eve@example.org',
    'ana@example.org;eve@example.org',
    'Ana <ana@example.org>',
    'ana@example.org\r\nBcc: eve@example.org',
    '"ana@example.org" eve@example.org',
    'ana',
    'ana@',
    '',
    `${'a'.repeat(250)}@example.org`,
  ])('never goes to %o, which is not one address', async (to) => {
    const failure = await failureOf(connect(catcher.smtpUrl).send({ ...message, to }));
    expect(failure.message).toMatch(/not one mail address/);
    expect(failure).toBeInstanceOf(MailRefused);
    expect(isTransientMailError(failure)).toBe(false);
    expect(await caught('eve@example.org')).toEqual([]);
  });

  it('needs an id that is one', async () => {
    const messageId = 'x>\r\nBcc: eve@example.org';
    expect(
      (await failureOf(connect(catcher.smtpUrl).send({ ...message, messageId }))).message,
    ).toMatch(/message id/);
  });
});

it.each(['', 'Bursar', 'bursar@', '<>'])('nobody can be the sender %o', (from) => {
  expect(() => connectMail('smtp://127.0.0.1:1', from)).toThrow(/no address/);
});

describe('a mail that is not taken', () => {
  let server: ScriptedSmtp | null = null;
  afterEach(() => server?.stop());

  async function failureWith(script: Script, timeoutMs = 20_000, login = ''): Promise<Error> {
    server = await startScriptedSmtp(script);
    const mail = connect(`smtp://${login}127.0.0.1:${server.port}`, timeoutMs);
    return failureOf(mail.send(message));
  }

  it.each<[string, Script]>([
    ['the server is full of connections', { GREETING: '421 too many connections' }],
    ['the server turns everybody away', { GREETING: '554 no service here' }],
    ['the recipient is greylisted', { RCPT: '451 4.7.1 try again later' }],
    ['the mailbox is full for now', { END: '452 4.2.2 over quota' }],
    ['the server goes away before the message', { MAIL: 'close' }],
    ['the server goes away after the message', { END: 'close' }],
    ['the server does not speak SMTP', { GREETING: 'HTTP/1.1 400 Bad Request' }],
  ])('may be taken later when %s', async (_reason, script) => {
    expect(isTransientMailError(await failureWith(script))).toBe(true);
  });

  it('may be taken later when our password is refused, which is not about the mail', async () => {
    const failure = await failureWith({ AUTH: '535 5.7.8 bad password' }, 20_000, 'bursar:old@');
    expect(isTransientMailError(failure)).toBe(true);
    expect(failure.message).not.toContain('old');
  });

  it.each<[string, Script]>([
    ['greeting', { GREETING: 'hang' }],
    ['answering', { RCPT: 'hang' }],
    ['taking it', { END: 'hang' }],
  ])('is given up for now when the server hangs instead of %s', async (_step, script) => {
    const started = performance.now();
    expect(isTransientMailError(await failureWith(script, 150))).toBe(true);
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  it('may be taken later when nobody listens or the name is unknown', async () => {
    for (const url of ['smtp://127.0.0.1:1', 'smtp://mail.invalid']) {
      expect(isTransientMailError(await failureOf(connect(url, 1_000).send(message)))).toBe(true);
    }
  });

  it('may be taken later by another process when this one is closing', async () => {
    server = await startScriptedSmtp({ GREETING: 'hang' });
    const mail = connect(`smtp://127.0.0.1:${server.port}`, 20_000);
    const waiting = Array.from({ length: 6 }, () => failureOf(mail.send(message)));
    mail.close();
    for (const failure of await Promise.all(waiting)) {
      expect(isTransientMailError(failure)).toBe(true);
    }
  });

  it.each<[string, Script]>([
    ['nobody has the address', { RCPT: '550 5.1.1 <ana@example.org>: no such user' }],
    ['the sender is not allowed', { MAIL: '553 5.7.1 sender refused' }],
    ['the message is taken for spam', { END: '554 5.7.1 spam' }],
  ])('is refused for good when %s, without naming the person', async (_reason, script) => {
    const failure = await failureWith(script);
    expect(failure).toBeInstanceOf(MailRefused);
    expect(failure.message).toMatch(/for good \(55\d 5\.\d\.1 after /);
    expect(JSON.stringify([failure.message, failure.stack, failure.cause])).not.toContain('ana@');
  });

  it('is one thing, a defect another', () => {
    expect(isTransientMailError(new TypeError('a defect'))).toBe(false);
    expect(isTransientMailError(new MailRefused('no'))).toBe(false);
  });
});
