import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { didNotRun } from '../harness/queue-backends.ts';
import {
  newDataFolder,
  removeDataFolder,
  startBursar,
  type Banner,
  type StartedBursar,
} from './start-bursar.ts';

const CHROMIUM = process.env['TEST_CHROMIUM'] ?? '/usr/bin/chromium';
const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
const LIMIT_MS = 180_000;

if (existsSync(CHROMIUM)) inChromium();
else didNotRun('signing in with a browser', `there is no ${CHROMIUM} (apt-get install chromium)`);

function inChromium(): void {
  describe('signing in under npm start', () => {
    let dataDir: string;
    let bursar: StartedBursar;
    let banner: Banner;
    let browser: Browser;

    beforeAll(async () => {
      dataDir = await newDataFolder();
      bursar = startBursar(dataDir);
      banner = await bursar.ready();
      browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS.split(' ') });
    }, LIMIT_MS);
    afterAll(async () => {
      await browser.close();
      bursar.signal('SIGTERM');
      await bursar.ended;
      await removeDataFolder(dataDir);
    }, LIMIT_MS);

    it('takes one click on somebody, and one to leave', { timeout: LIMIT_MS }, async () => {
      const page = await browser.newPage();
      await page.goto(`${banner.api.url}/sign-in`);
      await page.getByRole('link', { name: 'Sign in' }).click();
      await page.getByRole('button', { name: /^Ana Ito/ }).click();
      await page.waitForURL(`${banner.api.url}/me/**`);
      const session = await page.evaluate(async () => (await fetch('/v1/session')).json());
      expect(session).toMatchObject({
        user: { id: 'user:ana', name: 'Ana Ito' },
        operator: false,
        organizations: [{ id: 'org:acme', role: 'owner' }],
      });
      expect(await page.evaluate('document.cookie')).toBe('');
      await page.getByRole('button', { name: 'Your account' }).click();
      await page.context().setOffline(true);
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await page.getByText('You are still signed in').waitFor();
      await page.context().setOffline(false);
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      // By way of the provider, whose page sends itself; the next one asks who it is again.
      await page.waitForURL(`${banner.api.url}/sign-in**`);
      expect(await page.evaluate(async () => (await fetch('/v1/session')).status)).toBe(401);
      await page.getByRole('link', { name: 'Sign in' }).click();
      await page.getByRole('button', { name: /^Ben Okafor/ }).click();
      await page.waitForURL(`${banner.api.url}/me/**`);
      await page.goto(`${banner.api.url}/me/settings`);
      await page.getByRole('button', { name: 'Sign out everywhere' }).click();
      await page.waitForURL(`${banner.api.url}/sign-in**`);
      expect(await page.evaluate(async () => (await fetch('/v1/session')).status)).toBe(401);
    });

    it('works without scripts, in the dark and on a phone', { timeout: LIMIT_MS }, async () => {
      const context = await browser.newContext({
        javaScriptEnabled: false,
        colorScheme: 'dark',
        viewport: { width: 360, height: 640 },
      });
      const page = await context.newPage();
      await page.goto(`${banner.api.url}/auth/sign-in?return_to=/docs/`);
      const { width } = (await page.locator('main').boundingBox()) ?? { width: 0 };
      expect(width).toBeLessThanOrEqual(360);
      await page.getByLabel('Name').fill('Nia New');
      await page.getByLabel('E-mail').fill('nia@example.com');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.waitForURL(`${banner.api.url}/docs/`);
      const answer = await context.request.get(`${banner.api.url}/v1/session`);
      expect(await answer.json()).toMatchObject({ user: { name: 'Nia New' }, operator: false });
      await context.close();
    });

    it('the operator may act as one', { timeout: LIMIT_MS }, async () => {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(`${banner.api.url}/auth/sign-in?return_to=/problems/forbidden`);
      await page.getByRole('button', { name: /^Oli Berg/ }).click();
      await page.waitForURL(`${banner.api.url}/problems/forbidden`);
      const statuses = await page.evaluate(async () => {
        const headers = { 'Bursar-Role': 'operator' };
        const asOperator = await fetch('/v1/attention', { headers });
        return [(await fetch('/v1/attention')).status, asOperator.status];
      });
      expect(statuses).toEqual([403, 200]);
      await context.close();
    });
  });
}
