import { afterAll, beforeAll, expect, it } from 'vitest';
import { grant } from '../harness/people.ts';
import { until } from '../harness/until.ts';
import { collectFaults } from './harness/console-faults.ts';
import { startConsole, type ConsoleWorld } from './harness/console-world.ts';
import { expectAccessible } from './harness/expect-accessible.ts';
import { inChromium } from './harness/in-chromium.ts';
import { typeCard } from './harness/paying.ts';

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
    await page.getByLabel('I agree that the card is saved for later charges.').check();
    const [setup] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('button', { name: 'Save a card' }).click(),
    ]);
    await typeCard(setup);
    await setup.getByRole('button', { name: /^Save/ }).click();
    await setup.getByRole('status').getByText('Your card is saved').waitFor();
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
    await page.getByRole('button', { name: 'Switch off' }).click();
    await page.getByRole('button', { name: 'Switch on' }).waitFor();
    const { body } = await world.api.get('/v1/wallets/user:sam/auto-top-up');
    expect(body).toMatchObject({ enabled: false, state: 'off' });
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
    const [checkout] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('button', { name: 'Subscribe to Pro' }).click(),
    ]);
    await typeCard(checkout);
    await checkout.getByRole('button', { name: /^(Pay|Subscribe)/ }).click();
    await checkout.getByRole('status').getByText('You are subscribed to Pro').waitFor();
    await page.getByText('Your plan').waitFor();
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
