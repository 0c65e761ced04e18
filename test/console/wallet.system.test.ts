import { afterAll, beforeAll, expect, it } from 'vitest';
import { placeOrder } from '../harness/checkout-visitor.ts';
import { grant } from '../harness/people.ts';
import { until } from '../harness/until.ts';
import { collectFaults } from './harness/console-faults.ts';
import { startConsole, type ConsoleWorld } from './harness/console-world.ts';
import { expectAccessible } from './harness/expect-accessible.ts';
import { inChromium } from './harness/in-chromium.ts';
import { available, payByCard } from './harness/paying.ts';

inChromium('a wallet in the console', () => {
  let world: ConsoleWorld;
  beforeAll(async () => {
    world = await startConsole();
  });
  afterAll(() => world.stop());

  it('a pack is paid on the hosted page, and its credits are there on the way back', async () => {
    const page = await world.signInAs('sam');
    const faults = collectFaults(page);
    await page.getByText('100 credits = $1.00').waitFor();
    await page.getByRole('radio', { name: /Standard/ }).click();
    const [checkout] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('button', { name: 'Buy 1,000 credits for $10.00' }).click(),
    ]);
    await page.getByText('Waiting for payment').waitFor();
    // What was ordered is not done before it was paid for.
    await page.getByRole('alert').filter({ hasText: 'Not paid yet' }).waitFor();
    await expectAccessible(page);
    await payByCard(checkout);
    await checkout.getByRole('status').getByText('1000 credits were added').waitFor();
    await checkout.getByRole('link', { name: 'To your credits' }).click();
    await checkout.waitForURL(/\/me\/wallet/);
    await available(checkout, '1,000');
    // The page that waited knows, too, without anybody touching it.
    await page.getByText('Paid: 1,000 credits were added').waitFor();
    await available(page, '1,000');
    await page.getByRole('tab', { name: 'Payments' }).click();
    await page.getByRole('button', { name: /^Details of Purchase/ }).click();
    const receipt = page.getByRole('dialog');
    await receipt.getByText('It was paid, and its credits were added.').waitFor();
    await receipt.getByRole('link', { name: "Open Stripe's receipt" }).waitFor();
    await expectAccessible(page);
    expect(await world.api.wallet('user:sam')).toMatchObject({ balance: '1000', owed: '0' });
    expect(faults).toEqual([]);
  });

  it('a code that takes the whole price off brings credits at once, without a card', async () => {
    const page = await world.signInAs('emma');
    await page.getByLabel('Promotion code').fill('NOSUCHCODE');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText(/"NOSUCHCODE" is not known/).waitFor();
    await page.getByLabel('Promotion code').fill('FREE100');
    await page.getByRole('button', { name: 'Apply' }).click();
    const summary = page.getByRole('region', { name: 'Order summary' });
    await summary.getByText('Discount (FREE100)').waitFor();
    // Where no card is needed, none is to be saved.
    expect(await page.getByRole('checkbox', { name: /^Save the card/ }).count()).toBe(0);
    await page.getByRole('button', { name: 'Get 500 credits' }).click();
    await available(page, '500');
    expect(await world.api.wallet('user:emma')).toMatchObject({ balance: '500' });
  });

  it('what is owed is said in red, and the next purchase pays it first', async () => {
    await world.api.run('/v1/charges', { wallet: 'user:dev', amount: '300', product: 'notebook' });
    const page = await world.signInAs('dev', { width: 390, height: 844, scheme: 'dark' });
    await page.getByRole('alert').getByText('300 credits are owed').waitFor();
    await page.getByRole('radio', { name: 'Another amount' }).click();
    const amount = page.getByLabel('Amount in USD');
    await amount.fill('3');
    await amount.blur();
    await page.getByText('At least 5 USD').waitFor();
    await amount.fill('12,50');
    await page.getByText('brings 1,250 credits').waitFor();
    const summary = page.getByRole('region', { name: 'Order summary' });
    await summary.getByText('Pays what is owed').waitFor();
    await summary.getByText('950').waitFor();
    await expectAccessible(page);
    const [checkout] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('button', { name: 'Buy 1,250 credits for $12.50' }).click(),
    ]);
    await payByCard(checkout);
    await checkout.getByRole('status').getByText('1250 credits were added').waitFor();
    await available(page, '950');
    await page.getByRole('alert').getByText('are owed').waitFor({ state: 'detached' });
    expect(await world.api.wallet('user:dev')).toMatchObject({ balance: '950', owed: '0' });
  });

  it('an order that is not paid can be cancelled, and lots stand in the order of spending', async () => {
    const soon = new Date(Date.now() + 5 * 86_400_000).toISOString();
    await grant(world.api, 'user:ben', '40');
    await grant(world.api, 'user:ben', '60', { expires_at: soon });
    const page = await world.signInAs('ben');
    const [checkout] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('button', { name: 'Buy 500 credits for $5.00' }).click(),
    ]);
    await page.getByRole('button', { name: 'Cancel the order of 500 credits' }).click();
    await page.getByText('Nothing was paid, and no credits moved.').waitFor();
    await checkout.close();
    await page.getByRole('tab', { name: 'Credits' }).click();
    const first = page.getByRole('listitem').filter({ hasText: 'Spent next' });
    await first.getByText('60 of 60 left').waitFor();
    await first.getByText('it expires sooner').waitFor();
    await expectAccessible(page);
    expect(await world.api.wallet('user:ben')).toMatchObject({ balance: '100' });
  });

  it('when credits expire is said, or that it cannot be said and how to ask again', async () => {
    const page = await world.signInAs('ben');
    // The stream would tell by itself as soon as it can.
    await page.route(/\/events$/, (route) => route.abort());
    const wallet = /\/v1\/wallets\/user:ben$/;
    await page.route(wallet, (route) => route.fulfill({ status: 503, body: '' }));
    await page.goto(`${world.url}/me/wallet?tab=credits`);
    const again = page.getByRole('alert').getByRole('button', { name: 'Try again' });
    await again.waitFor();
    await page.unroute(wallet);
    await again.click();
    await page.getByRole('heading', { name: 'When credits expire' }).waitFor();
    await again.waitFor({ state: 'detached' });
    await expectAccessible(page);
  });

  it('money that goes back is told with its payment, and its credits are gone from the lots', async () => {
    const { emulator } = world.system;
    const first = await bought(world, 'user:chloe');
    const second = await bought(world, 'user:chloe');
    const page = await world.signInAs('chloe', { path: '/me/wallet?tab=payments' });
    const faults = collectFaults(page);
    const history = page.getByRole('table', { name: 'Payment history' });
    await history.getByText('Paid', { exact: true }).nth(1).waitFor();
    await emulator.refund(first);
    const refunded = history.getByRole('row').filter({ hasText: 'Refunded' });
    await refunded.getByText('500 taken back').waitFor();
    await refunded.getByRole('button', { name: /^Details of Purchase/ }).click();
    const details = page.getByRole('dialog');
    await details.getByText(/The money went back, and its credits were taken back/).waitFor();
    await details.getByText('500 credits were taken back.').waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    expect(await world.api.wallet('user:chloe')).toMatchObject({ balance: '500', owed: '0' });
    await emulator.dispute(second);
    const disputed = history.getByRole('row').filter({ hasText: 'Disputed' });
    await disputed.getByText('500 taken back').waitFor();
    await disputed.getByRole('button', { name: /^Details of Purchase/ }).click();
    await details.getByText(/if it is decided for the payment, exactly they return/).waitFor();
    await page.keyboard.press('Escape');
    expect(await world.api.wallet('user:chloe')).toMatchObject({ balance: '0', owed: '0' });
    await page.getByRole('tab', { name: 'Credits' }).click();
    await page.getByText('No credits to spend').waitFor();
    await emulator.dispute(second, 'won');
    await page.getByRole('listitem').getByText('500 of 500 left').waitFor();
    await expectAccessible(page);
    await page.getByRole('tab', { name: 'Payments' }).click();
    await history.getByText('Paid', { exact: true }).waitFor();
    expect(await disputed.count()).toBe(0);
    expect(await world.api.wallet('user:chloe')).toMatchObject({ balance: '500', owed: '0' });
    expect(faults).toEqual([]);
  });

  it('the payments of a pool are told to who manages it, with what went back of them', async () => {
    const charge = await bought(world, 'org:acme');
    await world.system.emulator.refund(charge, 200);
    await until('a part went back', async () => {
      const { balance } = await world.api.wallet('org:acme');
      return balance === '300';
    });
    const page = await world.signInAs('ana', { path: '/orgs/acme/billing?tab=payments' });
    const row = page.getByRole('table', { name: 'Payment history' }).getByRole('row');
    await row.getByText('200 taken back').waitFor();
    await row.getByText('$5.00').waitFor();
    await row.getByRole('button', { name: /^Details of Purchase/ }).click();
    await page.getByRole('dialog').getByText('200 credits were taken back.').waitFor();
    await page.getByRole('dialog').getByRole('link', { name: "Open Stripe's receipt" }).waitFor();
    await expectAccessible(page);
    const member = await world.signInAs('emma', { path: '/orgs/acme/billing?tab=payments' });
    await member.getByRole('region', { name: 'From this organization' }).waitFor();
    expect(await member.getByRole('tab', { name: 'Payments' }).count()).toBe(0);
  });
});

/** A paid order of 500 credits for 5.00 usd; answers the charge that paid it. */
async function bought({ api, system }: ConsoleWorld, wallet: string): Promise<string> {
  const { id, session } = await placeOrder(api, { wallet, pack: 'starter' });
  await system.emulator.pay(session);
  await until('it is paid', async () => {
    const { body } = await api.get(`/v1/purchases/${id}`);
    return body.status === 'paid';
  });
  const path = `/v1/checkout/sessions/${session}?expand[]=payment_intent`;
  return (await system.emulator.stripe(path)).payment_intent.latest_charge;
}
