import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clientOf, postForm, startShop } from './harness/start-shop.ts';
import { monthlyPrice, passPeriod, subscribe } from './harness/subscribe.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stripe-emulator-billing-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('subscriptions renew, and invoices keep their page, after a restart', async () => {
  const dataFile = join(folder, 'stripe.json');
  const first = await startShop({ dataFile });
  const { subscription, invoice } = await subscribe(first, await monthlyPrice(first.stripe));
  await first.stop();
  const second = await startShop({ dataFile });
  try {
    const stripe = clientOf(second.emulator);
    const kept = await stripe.invoices.retrieve(invoice.id);
    const page = await fetch(kept.hosted_invoice_url ?? '');
    expect(page.status).toBe(200);
    await passPeriod(second, subscription);
    const { data } = await stripe.invoices.list({ subscription: subscription.id });
    expect(data.map(({ status }) => status)).toEqual(['paid', 'paid']);
  } finally {
    await second.stop();
  }
});

it('the console moves time, changes the delivery and shows what there is', async () => {
  const shop = await startShop();
  try {
    const { subscription } = await subscribe(shop, await monthlyPrice(shop.stripe));
    await shop.control('POST', '/_emu/faults', { match: 'POST /v1/refunds', kind: '429' });
    const { url } = shop.emulator;
    await postForm(`${url}/console/clock`, { advance: String(31 * 24 * 60 * 60) });
    const { data } = await shop.stripe.invoices.list({ subscription: subscription.id });
    expect(data).toHaveLength(2);
    await postForm(`${url}/console/deliveries`, { mode: 'pause' });
    const page = await (await fetch(`${url}/`)).text();
    expect(page).toContain(subscription.id);
    expect(page).toContain(data[0]?.id);
    expect(page).toContain('POST /v1/refunds');
    expect(page).toContain('webhooks:\n      pause');
    await postForm(`${url}/console/clear-faults`, {});
    expect((await shop.control('GET', '/_emu/faults')).body['faults']).toEqual([]);
  } finally {
    await shop.stop();
  }
});

it('a renewal that needs its cardholder says so', async () => {
  const shop = await startShop();
  try {
    const { subscription, customer } = await subscribe(shop, await monthlyPrice(shop.stripe));
    await shop.control('POST', `/_emu/customers/${customer}/card`, { card: '4000002760003184' });
    await passPeriod(shop, subscription);
    expect((await shop.stripe.subscriptions.retrieve(subscription.id)).status).toBe('past_due');
    const { data } = await shop.stripe.events.list({ type: 'invoice.payment_action_required' });
    expect(data).toHaveLength(1);
  } finally {
    await shop.stop();
  }
});
