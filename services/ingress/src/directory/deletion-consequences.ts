import type { OrganizationDeletionView } from '@bursar/ledger/reads';

/** What a deletion touches, in the order in which people are told: money first. */
export const CONSEQUENCES = [
  'pool',
  'members',
  'former_members',
  'subscriptions',
  'saved_cards',
  'delayed_credits',
  'pending_requests',
  'seats',
  'rules',
  'budgets',
  'invitations',
  'api_keys',
  'webhooks',
] as const;

interface Consequence {
  what: (typeof CONSEQUENCES)[number];
  /** `null` where only the amount counts. */
  count: number | null;
  /** Credits; `null` where none are concerned. */
  amount: string | null;
  detail: string;
}

/** Everything that a deletion would touch now and what becomes of it; what there is none of is left out. */
export function consequencesOf({
  pool,
  members,
  ending,
  subscriptions,
  saved_cards,
}: OrganizationDeletionView): Consequence[] {
  const counted = (what: keyof typeof ENDINGS): Consequence => ({
    what,
    count: ending[what],
    amount: null,
    detail: ENDINGS[what],
  });
  const all: Consequence[] = [
    {
      what: 'pool',
      count: null,
      amount: pool.amount,
      detail:
        'These credits of the pool are given up for good. Hand them out or spend them first to keep them.',
    },
    {
      what: 'members',
      count: members.count,
      amount: members.amount,
      detail:
        'Memberships end. Members keep these credits that they were allocated, with their expiry. Undo allocations or remove members first to get them back.',
    },
    {
      what: 'former_members',
      count: null,
      amount: members.held_by_former,
      detail:
        'Held for running work of people who left. What their holds set free would have returned to the pool, and stays with them.',
    },
    {
      what: 'subscriptions',
      count: subscriptions,
      amount: null,
      detail:
        'Subscriptions end at once and are not billed any more, when `end_subscriptions` says so. Nothing of the running period is given back.',
    },
    {
      what: 'saved_cards',
      count: saved_cards,
      amount: null,
      detail: 'Saved cards are removed at Stripe, and nothing is charged by itself any more.',
    },
    {
      what: 'delayed_credits',
      ...ending.delayed_credits,
      detail: 'Seats and defaults that still wait for the pool are called off.',
    },
    {
      what: 'pending_requests',
      ...ending.pending_requests,
      detail: 'Credit requests are cancelled.',
    },
    counted('seats'),
    counted('rules'),
    counted('budgets'),
    counted('invitations'),
    counted('api_keys'),
    counted('webhooks'),
  ];
  return all.filter(({ count, amount }) => (count ?? 0) > 0 || (amount ?? '0') !== '0');
}

const ENDINGS = {
  seats: 'Seats end. What they brought stays with their holders.',
  rules: 'Rules end; what they did stays.',
  budgets: 'Budgets of the pool end. Holds that count in them are captured as before.',
  invitations: 'Open invitations are revoked; their links end.',
  api_keys: 'Keys of the organization are revoked at once.',
  webhooks: 'Webhooks of the organization are deleted; they do not hear of the deletion.',
} as const;
