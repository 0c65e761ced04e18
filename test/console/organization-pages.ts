import type { Page } from 'playwright-core';
import type { PageToShow } from './pages.ts';

const ANA = 'Ana Ito';
const CHLOE = 'Chloé Martin';

const press =
  (name: string | RegExp) =>
  async (page: Page): Promise<void> => {
    await page.getByRole('button', { name }).first().click();
    await page.getByRole('dialog').waitFor();
  };

async function allocateToAll(page: Page): Promise<void> {
  await press('Transfer')(page);
  await page.getByText('All', { exact: true }).click();
  await page.getByRole('textbox', { name: 'Credits for each member' }).fill('500');
  await page.getByText('5 × 500').waitFor();
}

async function faultyList(page: Page): Promise<void> {
  await press('Transfer')(page);
  await page.getByText('A list', { exact: true }).click();
  await page.getByRole('textbox', { name: 'Recipients as CSV' }).fill('user,amount\nben,5\ndev,-2');
  await page.getByText('One fault in the list').waitFor();
}

async function simulatedRule(page: Page): Promise<void> {
  await press('New rule')(page);
  await page.getByRole('textbox', { name: 'Bring each member up to' }).fill('400');
  await page.getByRole('button', { name: 'Try it over the past' }).click();
  await page.getByText(/it would have/i).waitFor();
}

async function removal(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Actions for Emma Larsen' }).click();
  await page.getByRole('menuitem', { name: 'Remove…' }).click();
  await page.getByText('Returns to the pool now').waitFor();
}

/** Handing out credits, and managing who receives them. */
export const ORGANIZATION_PAGES: readonly PageToShow[] = [
  { name: 'billing', as: ANA, path: '/orgs/acme/billing' },
  {
    name: 'billing-buying',
    as: ANA,
    path: '/orgs/acme/billing',
    first: async (page) => {
      await page.getByRole('button', { name: 'Buy credits' }).click();
      await page.getByRole('button', { name: /^Buy 500 credits/ }).waitFor();
    },
  },
  { name: 'billing-allocations', as: ANA, path: '/orgs/acme/billing?tab=allocations' },
  {
    name: 'billing-undo',
    as: ANA,
    path: '/orgs/acme/billing?tab=allocations',
    first: press(/^Undo the allocation/),
  },
  { name: 'billing-requests', as: ANA, path: '/orgs/acme/billing?tab=requests' },
  {
    name: 'billing-approve',
    as: ANA,
    path: '/orgs/acme/billing?tab=requests',
    first: press(/^Approve the request/),
  },
  { name: 'billing-payments', as: ANA, path: '/orgs/acme/billing?tab=payments' },
  { name: 'billing-subscription', as: ANA, path: '/orgs/acme/billing?tab=subscription' },
  { name: 'billing-auto-top-up', as: ANA, path: '/orgs/acme/billing?tab=auto-top-up' },
  { name: 'transfer', as: ANA, path: '/orgs/acme/billing', first: press('Transfer') },
  { name: 'transfer-all', as: ANA, path: '/orgs/acme/billing', first: allocateToAll },
  { name: 'transfer-list', as: ANA, path: '/orgs/acme/billing', first: faultyList },
  { name: 'billing-of-a-member', as: CHLOE, path: '/orgs/acme/billing' },
  { name: 'members', as: ANA, path: '/orgs/acme/members' },
  { name: 'members-invite', as: ANA, path: '/orgs/acme/members', first: press('Invite') },
  { name: 'members-remove', as: ANA, path: '/orgs/acme/members', first: removal },
  { name: 'seats', as: ANA, path: '/orgs/acme/seats' },
  { name: 'seats-assign', as: ANA, path: '/orgs/acme/seats', first: press('Assign a seat') },
  { name: 'rules', as: ANA, path: '/orgs/acme/rules' },
  { name: 'rules-new', as: ANA, path: '/orgs/acme/rules', first: simulatedRule },
  { name: 'organization-settings', as: ANA, path: '/orgs/acme/settings' },
  {
    name: 'organization-settings-budget',
    as: ANA,
    path: '/orgs/acme/settings',
    first: press('Add a budget'),
  },
  {
    name: 'organization-settings-delete',
    as: ANA,
    path: '/orgs/acme/settings',
    first: press('Delete the organization…'),
  },
  { name: 'settings', as: ANA, path: '/me/settings' },
  { name: 'settings-delete', as: ANA, path: '/me/settings', first: press('Delete your account…') },
];
