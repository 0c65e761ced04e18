import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../harness/until.ts';
import { atStripe } from '../reconciliation/reconciling.ts';
import { collectFaults } from './harness/console-faults.ts';
import { startConsole, type ConsoleWorld } from './harness/console-world.ts';
import { expectAccessible } from './harness/expect-accessible.ts';
import { inChromium } from './harness/in-chromium.ts';

const REASON = 'Compensation for the outage';

inChromium('an operator in the console', () => {
  let world: ConsoleWorld;
  let page: Page;
  let faults: readonly string[];
  beforeAll(async () => {
    world = await startConsole();
    page = await world.signInAs('olga', { path: '/operator/attention' });
    faults = collectFaults(page);
  });
  afterAll(() => world.stop());

  const open = async (path: string): Promise<void> => {
    await page.goto(world.url + path);
    await page.getByRole('heading', { level: 1 }).waitFor();
  };

  it('nobody else is shown these pages', async () => {
    const ana = await world.signInAs('ana');
    await ana.goto(`${world.url}/operator/attention`);
    await ana.getByText('There is no such page').waitFor();
    await ana.context().close();
    await page.getByText('Nothing waits for you').waitFor();
    await expectAccessible(page);
  });

  it('whatever waits is named in words, each matter once, also after looking again', async () => {
    const { body: api } = await world.api.get('/openapi.json');
    const kinds: string[] =
      api.components.schemas.Attention.properties.data.items.properties.kind.enum;
    expect(kinds).toContain('payment_warning');
    const matter = (kind: string, detail: string) => ({
      kind,
      subject: 'pur_01h455vb4pex5vsknk084sn02q',
      since: '2026-01-02T03:04:05.000Z',
      detail,
      remedy: 'Look at it.',
    });
    // One payment is often warned of twice: by the card's issuer, and by the dispute that follows.
    const warned = ['called fraudulent', 'disputed'].map((one) => matter('payment_warning', one));
    let data = [...warned, ...kinds.map((kind) => matter(kind, 'as it is'))];
    const other = await world.signInAs('olga');
    await other.clock.install();
    await other.route('**/v1/attention', (route) => route.fulfill({ json: { data } }));
    await other.goto(`${world.url}/operator/attention`);
    const list = other.getByRole('main').getByRole('listitem');
    await until('all are shown', async () => (await list.count()) === data.length);
    expect((await list.allInnerTexts()).join(' ')).not.toMatch(/[a-z]_[a-z]/);
    data = [matter('expiry_parked', 'and now this'), ...warned];
    await other.clock.fastForward(31_000);
    await other.getByText('and now this').waitFor();
    expect(await list.count()).toBe(data.length);
    await other.context().close();
  });

  it('an address that names no part of a page shows the first one, and is put right', async () => {
    await open('/operator/operations?tab=nonsense');
    await page.getByRole('tab', { name: 'Dead letters', selected: true }).waitFor();
    await page.getByText('No dead letters').waitFor();
    await until('the address is right', () => Promise.resolve(!page.url().includes('nonsense')));
    await open('/operator/reconciliation?tab=nonsense&state=parked');
    await page.getByRole('tab', { name: 'Cases', selected: true }).waitFor();
    await until('the rest is kept', () => Promise.resolve(page.url().endsWith('?state=parked')));
    await open('/operator/queues/ledger?state=nonsense');
    await page.getByText('No jobs in this state.').waitFor();
    await expectAccessible(page);
  });

  it('a dead letter is looked at, replayed once its cause is mended, and counts once', async () => {
    const { db } = world.system.database;
    const broken = 'a defect of this release';
    await db.unsafe(
      `alter table bursar.operations add constraint "${broken}" check (type <> 'grant') not valid`,
    );
    const grant = { wallet: 'user:dev', amount: '12.5', kind: 'promotional', reason: 'Hello' };
    await world.api.post('/v1/grants', grant, { wait: null });
    await open('/operator/queues');
    await page
      .getByRole('row', { name: /^ledger/ })
      .getByText('1', { exact: true })
      .waitFor();
    await expectAccessible(page);
    await open('/operator/operations');
    const row = page.getByRole('row', { name: /apply-command/ });
    await row.getByText(new RegExp(broken)).waitFor();
    await expectAccessible(page);
    await row.getByRole('button', { name: /^Details/ }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByText(/"user:dev"/).waitFor();
    await expectAccessible(page);
    await db.unsafe(`alter table bursar.operations drop constraint "${broken}"`);
    await drawer.getByRole('button', { name: 'Replay' }).click();
    await page.getByText('No dead letters').waitFor();
    await until('the grant arrived', async () => {
      const { balance } = await world.api.wallet('user:dev');
      return balance === '12.5';
    });
  });

  it('a refused charge says why, and is charged again once its wallet is there', async () => {
    const charge = { wallet: 'user:late', amount: '3', product: 'notebook' };
    await world.api.post('/v1/charges', charge);
    await world.api.put('/v1/users/late', { name: 'Late', email: 'late@example.com' });
    await open('/operator/operations?tab=rejected');
    await page.getByText(/There is no wallet user:late/).waitFor();
    await expectAccessible(page);
    await page
      .getByRole('row', { name: /user:late/ })
      .getByRole('link')
      .first()
      .click();
    // The list that is left says the same words, so it must be gone first.
    await page.waitForURL(/\/operations\/op_/);
    await page.getByRole('button', { name: 'Charge again' }).waitFor({ state: 'detached' });
    await page.getByText('Refused', { exact: true }).waitFor();
    await page.getByText(/There is no wallet user:late/).waitFor();
    await page.goBack();
    await page.waitForURL(/tab=rejected/);
    await page.getByRole('button', { name: 'Charge again' }).click();
    await page.getByText(/It is charged/).waitFor();
    await until('it is charged', async () => (await world.api.wallet('user:late')).owed === '3');
    const { body } = await world.api.get('/v1/wallets/user:late/transactions');
    await open(`/transactions/${body.data[0].id}`);
    await page.getByRole('button', { name: 'Reverse' }).waitFor();
  });

  it('credits are given with a reason, after a preview and with the wallet typed', async () => {
    await open('/operator/grants');
    await page.getByRole('textbox', { name: 'Wallet' }).fill('user:nobody');
    await page.getByLabel('Credits').fill('25,5');
    await page.getByLabel('Reason').fill(REASON);
    const preview = page.getByRole('region', { name: 'What this will do' });
    await preview.getByText(/There is no wallet user:nobody/).waitFor();
    await page.getByRole('textbox', { name: 'Wallet' }).fill('user:ben');
    await preview.getByText('+25.5').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Review' }).click();
    const dialog = page.getByRole('dialog', { name: 'Give 25.5 credits to user:ben' });
    expect(await dialog.getByRole('button', { name: 'Give' }).isDisabled()).toBe(true);
    await dialog.getByLabel('Type user:ben to confirm').fill('user:ben');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Give' }).click();
    await page.getByText('Done: Give 25.5 credits to user:ben.').waitFor();
    expect(await world.api.wallet('user:ben')).toMatchObject({ balance: '25.5' });
    const { body } = await world.api.get('/v1/wallets/user:ben/transactions');
    expect(body.data[0]).toMatchObject({ kind: 'adjustment', reason: REASON, actor: 'user:olga' });
  });

  it('Stripe and the ledger are compared, and a difference is closed with a reason', async () => {
    await atStripe(world.system, '/v1/payment_intents', {
      amount: '700',
      currency: 'usd',
      payment_method: 'pm_card_visa',
      confirm: 'true',
      'automatic_payment_methods[enabled]': 'true',
      'automatic_payment_methods[allow_redirects]': 'never',
    });
    await open('/operator/reconciliation');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Run now' }).click();
    const today = new Date().toISOString().slice(0, 10);
    await page.getByLabel('From').fill(today);
    await page.getByLabel('Until').fill(today);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('heading', { name: 'What was compared' }).waitFor();
    await page.getByRole('heading', { name: 'Daily money proof' }).waitFor();
    await expectAccessible(page);
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Findings as CSV' }).click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/^rec_.*-findings\.csv$/);
    await page.getByRole('link', { name: /nothing of ours asked for it/ }).click();
    await page.getByText('$7.00').first().waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Resolve' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('Paid for a workshop');
    await dialog.getByRole('button', { name: 'Resolve' }).click();
    await page.getByText('Paid for a workshop').waitFor();
    const { body } = await world.api.get('/v1/reconciliation-cases?state=resolved');
    expect(body.data).toMatchObject([
      { class: 'ORPHAN_CHARGE', closed_by: 'user:olga', reason: 'Paid for a workshop' },
    ]);
  });

  it('the ledger is proven on request, also on a phone in the dark', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await open('/operator/audit');
    await page.getByRole('button', { name: 'Run now' }).click();
    await page.getByText('Every rule holds').first().waitFor();
    await page.getByRole('button', { name: 'Show all rules' }).click();
    await page.getByRole('table', { name: /Rules of the ledger/ }).waitFor();
    await expectAccessible(page);
    for (const path of ['attention', 'operations', 'queues', 'queues/schedules?state=delayed']) {
      await open(`/operator/${path}`);
      await expectAccessible(page);
    }
    for (const path of ['reconciliation?tab=runs', 'grants', 'catalogue']) {
      await open(`/operator/${path}`);
      await expectAccessible(page);
    }
    expect(faults).toEqual([]);
  });
});
