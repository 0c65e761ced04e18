import type { Page } from 'playwright-core';
import { until } from '../../harness/until.ts';

/** Types a card into a page of the emulator; one that is accepted, unless told otherwise. */
export async function typeCard(page: Page, number = '4242 4242 4242 4242'): Promise<void> {
  await page.getByLabel('Card number').fill(number);
  await page.getByLabel('Expiry').fill('12 / 40');
  await page.getByLabel('CVC').fill('123');
  await page.getByLabel('Name on card').fill('Ada Lovelace');
}

/** Saves a card on the hosted page, from the tab of auto top-up. */
export async function saveCard(page: Page, number?: string): Promise<void> {
  await page.getByLabel('I agree that the card is saved for later charges.').check();
  const [setup] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('button', { name: 'Save a card' }).click(),
  ]);
  await typeCard(setup, number);
  await setup.getByRole('button', { name: /^Save/ }).click();
  await setup.getByRole('status').getByText('Your card is saved').waitFor();
  await setup.close();
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
