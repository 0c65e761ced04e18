import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { grant } from '../harness/people.ts';
import { collectFaults } from './harness/console-faults.ts';
import { startConsole, type ConsoleWorld } from './harness/console-world.ts';
import { expectAccessible } from './harness/expect-accessible.ts';
import { inChromium } from './harness/in-chromium.ts';
import { available, payByCard } from './harness/paying.ts';

const BILLING = '/orgs/acme/billing';
const PHONE = { width: 390, height: 844, scheme: 'dark' } as const;

inChromium('handing out credits in the console', () => {
  let world: ConsoleWorld;
  beforeAll(async () => {
    world = await startConsole();
    await grant(world.api, 'org:acme', '1000');
  });
  afterAll(() => world.stop());

  const balance = async (wallet: string): Promise<string> =>
    (await world.api.wallet(wallet)).balance;

  it('a transfer to one member is previewed with its lots before anything moves', async () => {
    const page = await world.signInAs('ana', { path: BILLING });
    const faults = collectFaults(page);
    await page.getByRole('button', { name: 'Transfer' }).click();
    const dialog = page.getByRole('dialog', { name: 'Transfer credits' });
    await dialog.getByRole('combobox', { name: 'Member' }).fill('chlo');
    await page.getByRole('option', { name: /Chloé Martin/ }).click();
    await dialog.getByLabel('Kind of credits').selectOption('Promotional (1,000)');
    await dialog.getByRole('textbox', { name: 'Credits' }).fill('5000');
    const preview = dialog.getByRole('region', { name: 'What this will do' });
    await preview.getByText(/No credits moved/i).waitFor();
    await dialog.getByRole('textbox', { name: 'Credits' }).fill('100,5');
    await preview.getByText('100.5 promotional, no expiry').waitFor();
    await preview.getByText('899.5').waitFor();
    await dialog.getByRole('textbox', { name: 'Message' }).fill('For the poster');
    await expectAccessible(page);
    expect(await balance('org:acme')).toBe('1000');
    const act = dialog.getByRole('button', { name: 'Transfer 100.5 credits to Chloé Martin' });
    await losingReplies(page, async () => {
      await act.click();
      await dialog.getByText(/cannot count twice/).waitFor();
    });
    await act.click();
    await dialog.waitFor({ state: 'detached' });
    await available(page, '899.5');
    expect(await balance('user:chloe')).toBe('100.5');
    await page.getByRole('alert').getByRole('link', { name: 'Details' }).click();
    await page.waitForURL('**/operations/*');
    await page.getByRole('button', { name: 'What you asked for' }).click();
    const asked = page.getByRole('dialog', { name: 'What you asked for' });
    await asked.getByText('Done', { exact: true }).waitFor();
    await asked.getByText(/Look at the transactions/).waitFor();
    expect(faults).toEqual([]);
  });

  it('all members are allocated to once the total was typed, and the allocation is undone', async () => {
    const page = await world.signInAs('ben', { path: BILLING });
    await page.getByRole('button', { name: 'Transfer' }).click();
    const dialog = page.getByRole('dialog', { name: 'Transfer credits' });
    await dialog.getByText('All', { exact: true }).click();
    await dialog.getByRole('textbox', { name: 'Credits for each member' }).fill('60');
    await dialog.getByText('5 × 60 = 300').waitFor();
    const act = dialog.getByRole('button', { name: 'Allocate 300 credits to 5 members' });
    expect(await act.isDisabled()).toBe(true);
    await dialog.getByRole('textbox', { name: 'Type 300 to confirm' }).fill('300');
    await act.click();
    await dialog.waitFor({ state: 'detached' });
    await available(page, '599.5');
    expect(await balance('user:emma')).toBe('60');
    await world.api.run('/v1/charges', { wallet: 'user:emma', amount: '10', product: 'notebook' });
    await page.getByRole('tab', { name: 'Allocations' }).click();
    await page.getByRole('button', { name: 'Undo the allocation of 300 credits' }).click();
    const undo = page.getByRole('dialog', { name: 'Undo this allocation?' });
    await undo.getByRole('button', { name: 'Take back 290 credits' }).click();
    await undo.waitFor({ state: 'detached' });
    await available(page, '889.5');
    expect(await balance('user:emma')).toBe('0');
    await expectAccessible(page);
  });

  it('a list says which of its lines are wrong, and is accepted once they are mended', async () => {
    const page = await world.signInAs('ana', { path: BILLING });
    await page.getByRole('button', { name: 'Transfer' }).click();
    const dialog = page.getByRole('dialog', { name: 'Transfer credits' });
    await dialog.getByText('A list', { exact: true }).click();
    const list = dialog.getByRole('textbox', { name: 'Recipients as CSV' });
    await list.fill('user,amount\nben,5\ndev,-2\nemma,x');
    await dialog.getByText('2 faults in the list').waitFor();
    await dialog.getByRole('cell', { name: '3', exact: true }).waitFor();
    await dialog.getByRole('cell', { name: '4', exact: true }).waitFor();
    await expectAccessible(page);
    await list.fill('user,amount\nben,5\ndev,2.5');
    await dialog.getByRole('button', { name: 'Allocate 7.5 credits to 2 members' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await balance('user:dev')).toBe('2.5');
  });

  it('a request made on a phone is approved with less, and both see it without reloading', async () => {
    const member = await world.signInAs('dev', { ...PHONE, path: BILLING });
    const admin = await world.signInAs('ana', { path: `${BILLING}?tab=requests` });
    await ask(member, '200', 'A long night');
    const waiting = admin.getByRole('table', { name: 'Pending credit requests' });
    await waiting.getByText('A long night').waitFor();
    await expectAccessible(admin);
    await expectAccessible(member);
    await admin.getByRole('button', { name: 'Approve the request of Dev Patel' }).click();
    const dialog = admin.getByRole('dialog', { name: 'Approve the request of Dev Patel' });
    const amount = dialog.getByRole('textbox', { name: 'Credits to give' });
    await amount.fill('500');
    await dialog.getByText('At most 200 credits').waitFor();
    await amount.fill('50');
    await dialog.getByRole('button', { name: 'Give 50 credits' }).click();
    await dialog.waitFor({ state: 'detached' });
    await row(admin, 'Decided credit requests', 'Dev Patel').getByText('Approved').waitFor();
    const own = row(member, 'Your requests', 'A long night');
    await own.getByText('Approved').waitFor();
    await own.getByText('50', { exact: true }).waitFor();
    await member.getByText('52.5').first().waitFor();
    expect(await balance('user:dev')).toBe('52.5');
  });

  it('requests are rejected with a reason that the member reads, many at once too', async () => {
    const chloe = await world.signInAs('chloe', { path: BILLING });
    await ask(chloe, '20', 'Paper');
    await world.api.run(
      '/v1/credit-requests',
      { organization: 'org:acme', amount: '30', reason: 'Ink' },
      { actAs: 'user:emma' },
    );
    const admin = await world.signInAs('ben', { ...PHONE, path: `${BILLING}?tab=requests` });
    await admin.getByRole('checkbox', { name: /Chloé Martin/ }).check();
    await admin.getByRole('checkbox', { name: /Emma Larsen/ }).check();
    await admin.getByText('2 chosen, 50 credits').waitFor();
    await admin.getByRole('button', { name: 'Reject chosen' }).click();
    const dialog = admin.getByRole('dialog', { name: 'Reject 2 requests?' });
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('Use the old ones');
    await expectAccessible(admin);
    await dialog.getByRole('button', { name: 'Reject' }).click();
    await dialog.waitFor({ state: 'detached' });
    await admin.getByText('No requests are waiting').waitFor();
    await row(chloe, 'Your requests', 'Paper').getByText('Use the old ones').waitFor();
    expect(await balance('user:chloe')).toBe('100.5');
  });

  it('who decides about everybody is still shown their own requests alone', async () => {
    const page = await world.signInAs('ben');
    const asked: URL[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/credit-requests?')) asked.push(new URL(request.url()));
    });
    await page.goto(`${world.url}/me/wallet?tab=requests`);
    await page.getByText(/You have not asked/).waitFor();
    expect(new Set(asked.map(({ searchParams }) => searchParams.get('member')))).toEqual(
      new Set(['user:ben']),
    );
  });

  it('an admin buys for the pool and not for themselves, and finds the payment there', async () => {
    const [pool, own] = [await balance('org:acme'), await balance('user:ben')];
    const page = await world.signInAs('ben', { path: BILLING });
    await page.getByRole('button', { name: 'Buy credits' }).click();
    const [checkout] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('button', { name: 'Buy 500 credits for $5.00' }).click(),
    ]);
    // A pool has no mail address of its own.
    await checkout.getByLabel('Email').fill('ben@example.com');
    await payByCard(checkout);
    await checkout.getByRole('link', { name: 'To your credits' }).click();
    await checkout.waitForURL(/\/orgs\/acme\/billing/);
    await available(page, (Number(pool) + 500).toLocaleString('en-US'));
    expect(await balance('org:acme')).toBe(String(Number(pool) + 500));
    expect(await balance('user:ben')).toBe(own);
    await page.getByRole('tab', { name: 'Payments' }).click();
    await page.getByRole('table').getByText('$5.00').waitFor();
    for (const tab of ['Payments', 'Auto top-up', 'Subscription']) {
      await page.getByRole('tab', { name: tab }).click();
      await page.getByRole('tabpanel').getByRole('heading').first().waitFor();
      await expectAccessible(page);
    }
  });
});

async function ask(page: Page, credits: string, reason: string): Promise<void> {
  const panel = page.getByRole('region', { name: 'Ask for credits' });
  await panel.getByRole('textbox', { name: 'Credits' }).fill(credits);
  await panel.getByRole('textbox', { name: 'Reason' }).fill(reason);
  await panel.getByRole('button', { name: `Request ${credits} credits` }).click();
  await row(page, 'Your requests', reason).getByText('Pending').waitFor();
}

const row = (page: Page, table: string, text: string): Locator =>
  page.getByRole('table', { name: table }).getByRole('row').filter({ hasText: text });

/** Commands arrive, and their answers do not. */
async function losingReplies(page: Page, during: () => Promise<void>): Promise<void> {
  const command = '**/v1/transfers';
  await page.route(command, async (route) => {
    if (!('idempotency-key' in route.request().headers())) return route.continue();
    await route.fetch();
    return route.abort();
  });
  await during();
  await page.unroute(command);
}
