import type { PageToShow } from './pages.ts';

const OLI = 'Oli Berg';
const ANA = 'Ana Ito';

/** What only operators see. */
export const OPERATOR_PAGES: readonly PageToShow[] = [
  { name: 'operator-attention', as: OLI, path: '/operator/attention' },
  { name: 'operator-dead-letters', as: OLI, path: '/operator/operations' },
  { name: 'operator-refused', as: OLI, path: '/operator/operations?tab=rejected' },
  { name: 'operator-queues', as: OLI, path: '/operator/queues' },
  { name: 'operator-jobs', as: OLI, path: '/operator/queues/schedules?state=delayed' },
  { name: 'operator-cases', as: OLI, path: '/operator/reconciliation' },
  { name: 'operator-runs', as: OLI, path: '/operator/reconciliation?tab=runs' },
  { name: 'operator-audit', as: OLI, path: '/operator/audit' },
  { name: 'operator-grants', as: OLI, path: '/operator/grants' },
  { name: 'operator-catalogue', as: OLI, path: '/operator/catalogue' },
];

/** What happened to credits, and what products and systems connect by. */
export const ACTIVITY_PAGES: readonly PageToShow[] = [
  { name: 'transactions', as: ANA, path: '/me/transactions' },
  {
    name: 'transaction',
    as: ANA,
    path: '/me/transactions',
    first: async (page) => {
      await page.getByRole('table').getByRole('link').first().click();
      await page.getByRole('figure').first().waitFor();
    },
  },
  { name: 'usage', as: ANA, path: '/me/usage' },
  { name: 'notifications', as: ANA, path: '/me/notifications' },
  { name: 'pool-transactions', as: ANA, path: '/orgs/acme/transactions' },
  { name: 'keys', as: ANA, path: '/orgs/acme/keys' },
  { name: 'webhooks', as: ANA, path: '/orgs/acme/webhooks' },
];
