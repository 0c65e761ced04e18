import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeOrder } from '../harness/checkout-visitor.ts';
import { newUser } from '../harness/people.ts';
import { didNotRun } from '../harness/queue-backends.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

const CHROMIUM = process.env['TEST_CHROMIUM'] ?? '/usr/bin/chromium';
const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

if (existsSync(CHROMIUM)) inChromium();
else didNotRun('buying in a browser', `there is no ${CHROMIUM} (apt-get install chromium)`);

function inChromium(): void {
  describe('buying in a browser', () => {
    let system: WholeSystem;
    let browser: Browser;
    beforeAll(async () => {
      [system, browser] = await Promise.all([
        startWholeSystem({ backend: 'postgres' }),
        chromium.launch({ executablePath: CHROMIUM, args: FLAGS.split(' ') }),
      ]);
    });
    afterAll(async () => {
      await browser.close();
      await system.stop();
    });

    it('a person pays by the labels of the page and is shown their credits', async () => {
      const wallet = await newUser(system.api, 'ada@example.com');
      const order = await placeOrder(system.api, { wallet, pack: 'standard' });
      const page = await browser.newPage();
      await page.goto(order.checkout_url);
      await page.getByLabel('Promotion code', { exact: true }).fill('WELCOME10');
      await page.getByRole('button', { name: 'Apply' }).click();
      await page.getByText('The code was applied').waitFor();
      await page.getByLabel('Card number').fill('4000 0000 0000 0002');
      await page.getByLabel('Expiry').fill('12 / 40');
      await page.getByLabel('CVC').fill('123');
      await page.getByLabel('Name on card').fill('Ada Lovelace');
      const pay = page.getByRole('button', { name: 'Pay $9.00', exact: true });
      await pay.click();
      await page.getByRole('alert').getByText('declined').waitFor();
      await page.getByLabel('Card number').fill('4242 4242 4242 4242');
      await page.getByLabel('CVC').fill('123');
      await pay.click();
      await page.waitForURL(`${system.url}/checkout/return?session_id=${order.session}`);
      await page.getByRole('status').getByText('1000 credits were added').waitFor();
      expect(await system.api.wallet(wallet)).toMatchObject({ balance: '1000', version: 1 });
      await until('the receipt arrives', async () => {
        const mails = await system.mail.to('ada@example.com');
        return mails.some(({ text }) => text.includes('$9.00'));
      });
      await page.goto(`${system.url}/dev/mail`);
      await page.getByText('Receipt', { exact: false }).first().waitFor();
    });
  });
}
