import { expect, test } from 'vitest';
import { proxiedUrl } from '../src/pages/mail-proxy.ts';

const CATCHER = 'http://127.0.0.1:1080';

test.each([
  ['/dev/mail', `${CATCHER}/dev/mail`],
  ['/dev/mail/7/html?x=1', `${CATCHER}/dev/mail/7/html?x=1`],
  ['/dev/mail.json?to=a%40b.c', `${CATCHER}/dev/mail.json?to=a%40b.c`],
  ['http://169.254.169.254/dev/mail/x', `${CATCHER}/dev/mail/x`],
])('%s is asked of the mail catcher and of nobody else', (asked, url) => {
  expect(proxiedUrl(asked, CATCHER)?.href).toBe(url);
});

test.each([
  '/dev/mail/../../latest',
  '/dev/mail/%2e%2e/%2e%2e/latest',
  'http://169.254.169.254/dev/mail/../../latest',
  '/dev/mailbox',
])('%s leads nowhere', (asked) => {
  expect(proxiedUrl(asked, CATCHER)).toBeNull();
});
