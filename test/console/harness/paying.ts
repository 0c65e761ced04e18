import type { Page } from 'playwright-core';
import { until } from '../../harness/until.ts';

/** Types a card that is accepted into a page of the emulator. */
export async function typeCard(page: Page): Promise<void> {
  await page.getByLabel('Card number').fill('4242 4242 4242 4242');
  await page.getByLabel('Expiry').fill('12 / 40');
  await page.getByLabel('CVC').fill('123');
  await page.getByLabel('Name on card').fill('Ada Lovelace');
}

/** Pays on the hosted page. */
export async function payByCard(checkout: Page): Promise<void> {
  await typeCard(checkout);
  await checkout.getByRole('button', { name: /^Pay \$/ }).click();
}

/** The large figure of a wallet, moved by the live stream. */
export async function available(page: Page, credits: string): Promise<void> {
  await until(`${credits} credits are available`, async () => {
    const text = await page.getByTestId('available').textContent();
    return text?.startsWith(credits) ?? null;
  });
}
