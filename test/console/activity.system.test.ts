import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { grant } from '../harness/people.ts';
import { until } from '../harness/until.ts';
import { collectFaults } from './harness/console-faults.ts';
import { startConsole, type ConsoleWorld } from './harness/console-world.ts';
import { expectAccessible } from './harness/expect-accessible.ts';
import { inChromium } from './harness/in-chromium.ts';

inChromium('what happened to credits, in the console', () => {
  let world: ConsoleWorld;
  let page: Page;
  let faults: readonly string[];
  beforeAll(async () => {
    world = await startConsole();
    const { api } = world;
    await grant(api, 'org:acme', '1000');
    await api.run('/v1/transfers', { from: 'org:acme', to: 'user:ana', amount: '200' });
    for (const product of ['render', 'notebook', 'render']) {
      await api.run('/v1/charges', { wallet: 'user:ana', amount: '2.5', product });
    }
    page = await world.signInAs('ana', { path: '/me/transactions' });
    faults = collectFaults(page);
  });
  afterAll(() => world.stop());

  const open = async (path: string): Promise<void> => {
    await page.goto(world.url + path);
    await page.getByRole('heading', { level: 1 }).waitFor();
  };

  it('filters stand in the address, survive a reload, and are those of the CSV', async () => {
    const table = page.getByRole('table', { name: 'Transactions, newest first' });
    await table.getByRole('link').nth(3).waitFor();
    expect(await table.getByRole('link').count()).toBe(4);
    // The wallet on the other side, as people call it.
    await table.getByText('Acme Research').waitFor();
    await page.getByLabel('Kind').selectOption('Charge');
    await page.getByLabel('Product').fill('render');
    await page.waitForURL(/product=render/);
    await until('two rows', async () => (await table.getByRole('link').count()) === 2);
    expect(new URL(page.url()).searchParams.get('kind')).toBe('charge');
    await page.reload();
    await until('two rows again', async () => (await table.getByRole('link').count()) === 2);
    await expectAccessible(page);
    const link = page.getByRole('link', { name: 'Download CSV' });
    const address = await link.getAttribute('href');
    const file = await page.request.get(world.url + (address ?? ''));
    const lines = (await file.text()).trim().split(/\r?\n/);
    expect(lines).toHaveLength(3);
    expect(lines.slice(1).every((line) => line.includes('render'))).toBe(true);
    await table.getByRole('link').first().click();
    await page.getByRole('heading', { name: 'Charge', level: 1 }).waitFor();
    await page.goBack();
    await page.waitForURL(/product=render/);
    await until('two rows after Back', async () => (await table.getByRole('link').count()) === 2);
  });

  it('a charge shows the way of its credits, as a picture and as a table', async () => {
    await page.getByRole('table').getByRole('link').first().click();
    const picture = page.getByRole('figure', { name: /From payment or grant/ });
    await picture.waitFor();
    await until('its steps', async () => (await picture.getByRole('link').count()) >= 2);
    await picture.getByRole('link').first().focus();
    await page.keyboard.press('ArrowRight');
    await expectAccessible(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectAccessible(page);
    await page.setViewportSize({ width: 1_280, height: 900 });
  });

  it('the transactions of a pool say members by their names', async () => {
    await open('/orgs/acme/transactions');
    await page.getByRole('table').getByText('Ana Ito').waitFor();
  });

  it('usage, notices and totals say the same as the books', async () => {
    await open('/me/usage');
    await page.getByText('7.5').first().waitFor();
    await expectAccessible(page);
    await open('/me/notifications');
    await page.getByRole('link', { name: 'Notifications: some are new' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Mark all as read' }).click();
    const banner = page.getByRole('banner');
    await banner.getByRole('link', { name: 'Notifications', exact: true }).waitFor();
    await open('/me/transactions');
    await page.getByRole('button', { name: 'Show totals' }).click();
    await page.getByText('explains the difference of both balances exactly').waitFor();
    await expectAccessible(page);
  });

  it('a key is shown once, works, and stops when it is revoked', async () => {
    await open('/orgs/acme/keys');
    await page.getByRole('button', { name: 'Create key' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Render farm');
    await dialog.getByRole('checkbox', { name: /Charge usage/ }).check();
    await dialog.getByRole('checkbox', { name: /Read balances/ }).check();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Create key' }).click();
    const secret = (await page.getByTestId('secret').textContent()) ?? '';
    await expectAccessible(page);
    const asks = () => world.api.get('/v1/wallets/org:acme', { apiKey: secret });
    expect((await asks()).status).toBe(200);
    await page.getByRole('button', { name: 'I have copied it' }).click();
    expect(await page.getByText(secret).count()).toBe(0);
    await page.getByRole('button', { name: 'Revoke Render farm' }).click();
    await page.getByLabel('Type Render farm to confirm').fill('Render farm');
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('No keys yet').waitFor();
    await until('it is refused', async () => (await asks()).status === 401);
  });

  it('a webhook is made, tested, and its delivery seen with what was sent', async () => {
    const heard: string[] = [];
    const receiver = createServer((request, response) => {
      heard.push(request.headers['webhook-id']?.toString() ?? '');
      response.end('thanks');
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const { port } = receiver.address() as AddressInfo;
    try {
      await open('/orgs/acme/webhooks');
      await page.getByRole('button', { name: 'Add webhook' }).first().click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Address').fill(`http://127.0.0.1:${port}/bursar`);
      await dialog.getByRole('button', { name: 'Add webhook' }).click();
      await page.getByRole('button', { name: 'I have copied it' }).click();
      await expectAccessible(page);
      await page.getByRole('link', { name: /127\.0\.0\.1/ }).click();
      const going = Promise.withResolvers<void>();
      await page.route(/\/test$/, (route) => going.promise.then(() => route.continue()));
      await page.getByRole('button', { name: 'Send a test' }).click();
      for (const name of ['Send a test', 'Switch off']) {
        await page.getByRole('button', { name, disabled: true }).waitFor();
      }
      going.resolve();
      await page.getByText('Delivered').first().waitFor();
      expect(heard).not.toEqual([]);
      await expectAccessible(page);
      await page
        .getByRole('button', { name: /^Details/ })
        .first()
        .click();
      await page.getByRole('dialog').getByText('thanks').waitFor();
      await expectAccessible(page);
    } finally {
      receiver.closeAllConnections();
      receiver.close();
    }
    expect(faults).toEqual([]);
  });

  it('what cannot be read says so, and what was read stays', async () => {
    const refused = {
      status: 403,
      contentType: 'application/problem+json',
      body: JSON.stringify({
        title: 'Refused',
        status: 403,
        detail: 'Not now.',
        code: 'forbidden',
      }),
    };
    const ana = await world.signInAs('ana');
    await ana.route(/\/v1\/usage\?.*group_by=member/, (route) => route.fulfill(refused));
    await ana.goto(`${world.url}/orgs/acme/usage`);
    await ana.getByRole('alert').getByText('Not now.').waitFor();
    const body = { owner: 'org:acme', url: 'https://hooks.example.com/', event_types: ['*'] };
    const { id } = (await world.api.post('/v1/webhooks', body)).body;
    await ana.goto(`${world.url}/orgs/acme/webhooks/${id}`);
    const rotate = ana.getByRole('button', { name: 'Rotate secret' });
    await rotate.waitFor();
    await ana.route(`**/v1/webhooks/${id}`, (route) => route.fulfill(refused));
    const again = ana.waitForResponse((one) => one.url().endsWith(id) && one.status() === 403);
    await ana.getByRole('button', { name: 'Send a test' }).click();
    await again;
    await ana.getByRole('button', { name: 'Send a test' }).click();
    expect(await rotate.isVisible()).toBe(true);
  });

  it('keys and webhooks are offered to who manages them', async () => {
    const chloe = await world.signInAs('chloe', { path: '/orgs/acme/keys' });
    await chloe.getByText('This page is for owners and admins').waitFor();
    await chloe.goto(`${world.url}/orgs/acme/webhooks`);
    await chloe.getByText('This page is for owners and admins').waitFor();
  });
});
