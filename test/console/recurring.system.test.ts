import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { grant } from '../harness/people.ts';
import { tryAgainNow } from '../harness/topped-up-wallet.ts';
import { until } from '../harness/until.ts';
import { collectFaults } from './harness/console-faults.ts';
import { startConsole, type ConsoleWorld } from './harness/console-world.ts';
import { expectAccessible } from './harness/expect-accessible.ts';
import { inChromium } from './harness/in-chromium.ts';
import { saveCard, typeCard } from './harness/paying.ts';

const SAVES_THEN_DECLINES = '4000 0000 0000 0341';

inChromium('credits that come by themselves, in the console', () => {
  let world: ConsoleWorld;
  beforeAll(async () => {
    world = await startConsole();
  });
  afterAll(() => world.stop());

  it('a saved card buys credits on the terms that were agreed to, until that is switched off', async () => {
    const page = await world.signInAs('sam');
    const faults = collectFaults(page);
    await page.getByRole('tab', { name: 'Auto top-up' }).click();
    await page.getByText('Save a card first.').waitFor();
    await saveCard(page);
    // The page that opened the other learns of the card by itself.
    await page.getByRole('button', { name: 'Remove Visa ···· 4242' }).waitFor();
    await page.getByLabel('When fewer than this are available').fill('200');
    await page.getByLabel('Buy so many').fill('1000');
    const cap = page.getByLabel('At most, in a month, in USD');
    await cap.fill('5');
    await page.getByLabel(/^I agree that my card is charged without me for 1,000/).check();
    await page.getByRole('button', { name: 'Switch on' }).click();
    await page
      .getByText(/costs 10.00 USD, and the cap of a month is 5.00 USD/)
      .first()
      .waitFor();
    await expectAccessible(page);
    await cap.fill('25');
    await page.getByLabel(/at a time, up to \$25.00 a month/).check();
    await page.getByRole('button', { name: 'Switch on' }).click();
    await page.getByText('This month: $10.00 of $25.00').waitFor();
    await page.getByRole('cell', { name: 'Bought' }).waitFor();
    await expectAccessible(page);
    expect(await world.api.wallet('user:sam')).toMatchObject({ balance: '1000' });
    await page.getByRole('button', { name: 'Change' }).click();
    await page.getByLabel('How many are bought').selectOption('As many as fill up to a balance');
    await page.getByLabel('Fill up to').fill('1500');
    await page.getByLabel(/for as many credits as fill up to 1,500, up to \$25.00/).check();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Agree to the new terms' }).click();
    await page.getByText('Buys back to 1,500 credits when fewer than 200').waitFor();
    await page.getByRole('button', { name: 'Switch off' }).click();
    await page.getByRole('button', { name: 'Switch on' }).waitFor();
    const { body } = await world.api.get('/v1/wallets/user:sam/auto-top-up');
    expect(body).toMatchObject({ enabled: false, state: 'off', amount: null, target: '1500' });
    await page.getByRole('tab', { name: 'Payments' }).click();
    await page.getByRole('cell', { name: 'Auto top-up', exact: true }).waitFor();
    expect(faults).toEqual([]);
  });

  it('a plan is subscribed to on the hosted page, cancelled, and kept after all', async () => {
    const plan = { name: 'Pro', credits: '1000', price: { amount: 900, currency: 'usd' } };
    const written = await world.api.put('/v1/plans/pro', { ...plan, rollover_cap: '250' });
    expect(written.status).toBe(201);
    const page = await world.signInAs('emma', { width: 390, height: 844, scheme: 'dark' });
    await page.getByRole('tab', { name: 'Subscription' }).click();
    await page.getByText('Up to 250 unused credits move on into the next period.').waitFor();
    await expectAccessible(page);
    await subscribe(page, 'Pro');
    await until('the credits of the first period are there', async () => {
      const { balance } = await world.api.wallet('user:emma');
      return balance === '1000' || null;
    });
    await page.getByRole('button', { name: 'Cancel the subscription' }).click();
    await page.getByRole('button', { name: 'Cancel at the end of the period' }).click();
    await page.getByRole('button', { name: 'Keep it' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Keep it' }).click();
    await page.getByRole('button', { name: 'Cancel the subscription' }).waitFor();
    const { body } = await world.api.get('/v1/wallets/user:emma/subscription');
    expect(body).toMatchObject({ status: 'active', cancel_at: null });
  });

  it('a card that is declined again and again pauses it, which is explained until another card resumes it', async () => {
    const wallet = 'user:dev';
    const state = async () => (await world.api.get(`/v1/wallets/${wallet}/auto-top-up`)).body;
    await grant(world.api, wallet, '50');
    const page = await world.signInAs('dev', { path: '/me/wallet?tab=auto-top-up' });
    await page.getByText('Save a card first.').waitFor();
    await saveCard(page, SAVES_THEN_DECLINES);
    await page.getByLabel('When fewer than this are available').fill('100');
    await page.getByLabel('Buy so many').fill('1000');
    await page.getByLabel('At most, in a month, in USD').fill('100');
    await page.getByLabel(/^I agree that my card is charged without me for 1,000/).check();
    await page.getByRole('button', { name: 'Switch on' }).click();
    const attempts = page.getByRole('table', { name: 'Latest purchases' });
    await attempts.getByText('The bank says: generic decline').waitFor();
    await page.getByText(/^The last try brought nothing.* Tries again on /).waitFor();
    await expectAccessible(page);
    for (const declines of [1, 2]) {
      await until(`${declines} declines`, async () => (await state()).declines === declines);
      await tryAgainNow(world.system, wallet);
    }
    await page.getByText('The card was declined three times in a row.').waitFor();
    await page.getByText('Paused', { exact: true }).waitFor();
    await expectAccessible(page);
    expect(await world.api.wallet(wallet)).toMatchObject({ balance: '50' });
    await saveCard(page);
    await page.getByRole('button', { name: 'Remove Visa ···· 4242' }).waitFor();
    // It waits a little, in case the card was saved by paying for the declined credits.
    await page.getByText(/Tries again on /).waitFor();
    await tryAgainNow(world.system, wallet);
    await attempts.getByRole('cell', { name: 'Bought' }).waitFor();
    await page.getByText('On', { exact: true }).waitFor();
    expect(await world.api.wallet(wallet)).toMatchObject({ balance: '1050' });
    expect(await state()).toMatchObject({ state: 'watching', declines: 0, paused: null });
  });

  it('a larger plan begins now and a smaller one with the next period, until that is taken back', async () => {
    const wallet = 'user:ben';
    const sell = (id: string, name: string, credits: string, amount: number) =>
      world.api.put(`/v1/plans/${id}`, { name, credits, price: { amount, currency: 'usd' } });
    await sell('small', 'Small', '100', 500);
    await sell('large', 'Large', '600', 2_500);
    const page = await world.signInAs('ben', { path: '/me/wallet?tab=subscription' });
    const faults = collectFaults(page);
    const shown = async () => (await world.api.get(`/v1/wallets/${wallet}/subscription`)).body;
    const change = async (words: string) => {
      await page.getByRole('button', { name: words }).click();
      const dialog = page.getByRole('dialog', { name: words });
      await dialog.getByRole('button', { name: words }).click();
      await dialog.waitFor({ state: 'detached' });
    };
    await subscribe(page, 'Small');
    await until('its credits', async () => (await world.api.wallet(wallet)).balance === '100');
    await change('Change to Large');
    await page.getByText('600 credits a month').first().waitFor();
    // A moment of the period is over, so the difference is a trifle below five hundred.
    await until(
      'the difference',
      async () => Number((await world.api.wallet(wallet)).balance) > 500,
    );
    expect(await shown()).toMatchObject({ plan: 'large', next: null });
    const before = await world.api.wallet(wallet);
    await change('Change to Small');
    await page.getByText(/^From .*: Small, 100 credits a month, \$5.00 a month/).waitFor();
    await page.getByText('Your next plan').waitFor();
    expect(await shown()).toMatchObject({ plan: 'large', next: { plan: 'small' } });
    await expectAccessible(page);
    await change('Keep Large');
    await page.getByText('Your plan').waitFor();
    expect(await shown()).toMatchObject({ plan: 'large', next: null });
    expect(await world.api.wallet(wallet)).toMatchObject({ balance: before.balance });
    const [portal] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('button', { name: 'Cards and invoices at Stripe' }).click(),
    ]);
    await portal.getByRole('heading', { name: 'Current plan' }).waitFor();
    await portal.getByText('Large').first().waitFor();
    await portal.getByRole('link', { name: /Back to the shop/ }).click();
    await portal.waitForURL(`${world.url}/me/wallet?tab=subscription`);
    expect(faults).toEqual([]);
  });

  it('a cancellation whose answer was lost, taken back and given again, really cancels', async () => {
    const shown = async () => (await world.api.get('/v1/wallets/user:ben/subscription')).body;
    const page = await world.signInAs('ben', { path: '/me/wallet?tab=subscription' });
    const cancel = async () => {
      await page.getByRole('button', { name: 'Cancel the subscription' }).click();
      await page.getByRole('button', { name: 'Cancel at the end of the period' }).click();
    };
    await page.route('**/v1/subscriptions/*/cancel', async (route) => {
      await route.fetch();
      return route.abort();
    });
    await cancel();
    const dialog = page.getByRole('dialog', { name: 'Cancel the subscription' });
    await dialog.getByText(/cannot count twice/).waitFor();
    await page.unroute('**/v1/subscriptions/*/cancel');
    await dialog.getByRole('button', { name: 'Not now' }).click();
    await page.getByRole('button', { name: 'Keep it' }).click();
    await cancel();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Keep it' }).waitFor();
    expect((await shown()).cancel_at).not.toBeNull();
    await page.getByRole('button', { name: 'Keep it' }).click();
    await page.getByRole('button', { name: 'Cancel the subscription' }).waitFor();
    expect(await shown()).toMatchObject({ status: 'active', cancel_at: null });
  });

  it('where buying is not allowed, credits are asked for, and the answer is told with its reason', async () => {
    await grant(world.api, 'org:acme', '1000');
    const page = await world.signInAs('chloe', { path: '/orgs/acme/billing' });
    await page.getByRole('heading', { name: 'Ask for credits' }).waitFor();
    expect(await page.getByRole('heading', { name: 'Buy credits' }).count()).toBe(0);
    await page.getByRole('textbox', { name: 'Credits' }).fill('120,5');
    await page.getByLabel('Reason').fill('Benchmarks');
    await page.getByRole('button', { name: 'Request 120.5 credits' }).click();
    await page.getByText('Pending').waitFor();
    await expectAccessible(page);
    const list = '/v1/organizations/acme/credit-requests?status=pending';
    const { body } = await world.api.get(list);
    expect(body.data).toMatchObject([{ member: 'user:chloe', amount: '120.5' }]);
    const reject = `/v1/credit-requests/${body.data[0].id}/reject`;
    await world.api.run(reject, { reason: 'Ask again in spring' }, { actAs: 'user:ana' });
    await page.goto(`${world.url}/me/wallet?tab=requests`);
    const mine = page.getByRole('region', { name: 'Acme Research' });
    await mine.getByText('Rejected').waitFor();
    await mine.getByText('Ask again in spring').waitFor();
    await expectAccessible(page);
    expect(await world.api.wallet('user:chloe')).toMatchObject({ balance: '0' });
  });
});

/** Subscribes on the hosted page, and waits until the page that opened it knows. */
async function subscribe(page: Page, plan: string): Promise<void> {
  const [checkout] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('button', { name: `Subscribe to ${plan}` }).click(),
  ]);
  await typeCard(checkout);
  await checkout.getByRole('button', { name: /^(Pay|Subscribe)/ }).click();
  await checkout.getByRole('status').getByText(`You are subscribed to ${plan}`).waitFor();
  await checkout.close();
  await page.getByText('Your plan').waitFor();
}
