import type { Page } from 'playwright-core';
import { ACTIVITY_PAGES, OPERATOR_PAGES } from './operator-pages.ts';
import { ORGANIZATION_PAGES } from './organization-pages.ts';

/** A page of the console for the reviewer's folder; names become file names. */
export interface PageToShow {
  name: string;
  /** Who looks: a person of the demo, by name as the identity provider lists them. */
  as: string;
  path: string;
  /** What to do first, such as opening a dialog. */
  first?: (page: Page) => Promise<void>;
}

const ANA = 'Ana Ito';

/** Every page that is worth a look; each area appends its own. */
export const PAGES: readonly PageToShow[] = [
  { name: 'wallet', as: ANA, path: '/me/wallet' },
  {
    name: 'wallet-custom-amount',
    as: ANA,
    path: '/me/wallet',
    first: async (page) => {
      await page.getByRole('radio', { name: 'Another amount' }).click();
      await page.getByLabel('Amount in USD').fill('37.50');
      await page.getByRole('button', { name: 'Buy 3,750 credits' }).waitFor();
    },
  },
  { name: 'wallet-credits', as: ANA, path: '/me/wallet?tab=credits' },
  { name: 'wallet-payments', as: ANA, path: '/me/wallet?tab=payments' },
  {
    name: 'wallet-receipt',
    as: ANA,
    path: '/me/wallet?tab=payments',
    first: async (page) => {
      await page
        .getByRole('button', { name: /^Details of/ })
        .first()
        .click();
      await page.getByRole('link', { name: "Open Stripe's receipt" }).waitFor();
    },
  },
  { name: 'wallet-auto-top-up', as: ANA, path: '/me/wallet?tab=auto-top-up' },
  { name: 'wallet-subscription', as: ANA, path: '/me/wallet?tab=subscription' },
  { name: 'wallet-requests', as: 'Chloé Martin', path: '/me/wallet?tab=requests' },
  { name: 'wallet-of-a-member', as: 'Chloé Martin', path: '/me/wallet' },
  ...ORGANIZATION_PAGES,
  ...ACTIVITY_PAGES,
  ...OPERATOR_PAGES,
];
