import { randomBytes } from 'node:crypto';
import {
  fromPublicId,
  toPublicId,
  type LedgerCommandOf,
  type PurchaseOrder,
} from '@bursar/contracts';
import { chooseDefaultCard, findCustomer } from '@bursar/ledger/operations';
import {
  insertApiKey,
  markNotificationsRead,
  putBudget,
  putMember,
  putOrganization,
  putRule,
  putUser,
  setOrganizationSettings,
  startAutoTopUp,
} from '@bursar/ledger/reads';
import { OPERATOR, PEOPLE } from '../people.ts';
import type { PastLife } from './past-life.ts';
import type { Keys } from './usage.ts';

const ANA = 'user:ana';
const ACME = 'org:acme';
const OPERATORS = 'user:oli';
const GOOD_CARD = '4242424242424242';
const OTHER_CARD = '5555555555554444';
/** Saved without complaint, and declined when it is charged. */
const DECLINING_CARD = '4000000000000341';

const DAY_MS = 86_400_000;

const micro = (whole: number): string => `${whole}000000`;

/** How many days the past is long; the last of them is today. */
export const DAYS = 92;

/** What happens on certain days, before that day's usage. */
export const STORY: Readonly<Record<number, (life: PastLife) => Promise<void>>> = {
  0: async (life) => {
    await life.buy(pack('business', 5_000, ACME), ANA, { card: GOOD_CARD });
    await life.buy({ ...pack('standard', 1_000, ANA), save_card: true }, ANA, {
      card: GOOD_CARD,
      save: true,
    });
    await grant(life, ACME, 1_500, 'Research partnership', 60);
    await grant(life, ANA, 100, 'Welcome', 30);
    await allocate(life, 300, 'Welcome to Acme Research');
  },
  3: async (life) => {
    await startAutoTopUp(life.db, TOP_UP);
  },
  8: async (life) => {
    await life.run(
      {
        type: 'transfer',
        from: 'user:ben',
        to: 'user:dev',
        amount: micro(25),
        message: 'For the shared notebook',
        unrestricted: true,
      },
      'user:ben',
    );
  },
  // She is away until after it has expired.
  9: async (life) => {
    await grant(life, 'user:emma', 90, 'Workshop participation', 15);
  },
  18: async (life) => {
    const request = await ask(life, 'user:chloe', 500, 'Embeddings for the literature review');
    await life.moveTo(new Date(life.at.getTime() + 5_400_000));
    await life.run({ type: 'credit_request_approval', request, amount: micro(250) }, ANA);
  },
  20: async (life) => {
    await setOrganizationSettings(life.db, {
      organization: 'acme',
      defaultAllocation: 100_000_000n,
      seatAllocation: 150_000_000n,
    });
    await putRule(life.db, {
      organization: 'acme',
      id: 'monthly-refill',
      kind: 'refill',
      every: 'month',
      amount: 250_000_000n,
      startsNow: false,
    });
  },
  30: async (life) => {
    await life.buy(pack('business', 5_000, ACME), ANA, { card: GOOD_CARD });
    await allocate(life, 350, 'Monthly allowance');
  },
  33: async (life) => {
    for (const member of ['user:ben', 'user:emma'] as const) {
      await life.run({ type: 'seat_assignment', organization: ACME, member }, ANA);
    }
  },
  39: (life) => giveBack(life),
  44: async (life) => {
    const request = await ask(life, 'user:dev', 800, 'GPU notebooks over the weekend');
    await life.moveTo(new Date(life.at.getTime() + 7_200_000));
    await life.run(
      {
        type: 'credit_request_rejection',
        request,
        reason: 'Please use the scheduled runs; they cost a tenth.',
      },
      'user:ben',
    );
  },
  50: (life) => life.buy(pack('starter', 500, 'user:ben'), 'user:ben', { card: GOOD_CARD }),
  52: async (life) => {
    const [bought] = await life.db<{ payment: string }[]>`
      select p.payment_intent as payment from bursar.purchases p join bursar.wallets w on w.id = p.wallet_id
      where w.owner = 'user:ben' and p.status = 'paid'`;
    await life.refund(bought?.payment ?? '');
  },
  56: (life) => putCard(life, DECLINING_CARD),
  60: async (life) => {
    await life.buy(pack('pro', 2_500, ACME), ANA, { card: GOOD_CARD });
    await allocate(life, 350, 'Monthly allowance');
  },
  62: async (life) => {
    await putBudget(life.db, { ...BUDGET, limit: 2_000_000_000n });
  },
  66: (life) => life.buy(pack('standard', 1_000, 'user:dev'), 'user:dev', null),
  67: (life) => life.followStripe(),
  70: async (life) => {
    const request = await ask(life, 'user:emma', 150, 'Transcripts of the interviews');
    await life.moveTo(new Date(life.at.getTime() + 3_600_000));
    await life.run({ type: 'credit_request_approval', request }, ANA);
  },
  74: async (life) => {
    await life.run({ type: 'seat_revocation', organization: ACME, member: 'user:emma' }, ANA);
  },
  84: async (life) => {
    for (const [id] of PEOPLE) await markNotificationsRead(life.db, { user: id });
  },
  86: async (life) => {
    await grant(life, ACME, 4_000, 'Research partnership', 17);
  },
  88: async (life) => {
    await life.buy(pack('pro', 2_500, ACME), ANA, { card: GOOD_CARD });
    await allocate(life, 350, 'Monthly allowance');
  },
  90: async (life) => {
    await grant(life, ANA, 100, 'Thank you for the bug report', 21);
    await grant(life, 'user:ben', 250, 'Carried over from the old system', 31, 'subscription');
    await grant(life, 'user:dev', 40, 'Correction of a double run', null, 'adjustment');
    await ask(life, 'user:chloe', 500, 'Benchmarks for the spring release');
    await ask(life, 'user:emma', 120, 'Fine-tuning run');
  },
};

/** Whose card was declined gives another one two days later, and agrees to the purchases again. */
export async function mendCard(life: PastLife): Promise<void> {
  const [declined] = await life.db<{ at: Date }[]>`
    select max(a.settled_at) as at
    from bursar.auto_top_ups s
    join bursar.top_up_attempts a on a.wallet_id = s.wallet_id and a.status = 'declined'
    where s.declines > 0 or s.paused_reason is not null
    having count(*) > 0`;
  if (declined === undefined || life.at.getTime() - declined.at.getTime() < 2 * DAY_MS) return;
  await putCard(life, OTHER_CARD);
  await startAutoTopUp(life.db, TOP_UP);
  await life.tell();
}

/** As on the page of saved cards: a new one is saved, and then chosen. */
async function putCard(life: PastLife, card: string): Promise<void> {
  const owner = await findCustomer(life.db, ANA);
  await life.atStripe(`/customers/${owner?.customer ?? ''}/card`, { card });
  const [saved] = await life.db<{ id: string }[]>`
    select m.id from bursar.payment_methods m order by m.created_at desc limit 1`;
  await chooseDefaultCard(life.db, ANA, saved?.id ?? '');
}

/** The organization, its people and the keys of its products. */
export async function gather({ db }: PastLife): Promise<Keys> {
  for (const [id, name] of [...PEOPLE, OPERATOR]) {
    await putUser(db, { id, name, email: `${id}@example.com` });
  }
  await putOrganization(db, { id: 'acme', name: 'Acme Research' });
  for (const [user, , role] of PEOPLE) await putMember(db, { organization: 'acme', user, role });
  const keyOf = async (name: string): Promise<string> => {
    // Nobody knows the secret, so nobody can use the key; it says which product was charging.
    const [hash, lastFour] = [randomBytes(32), randomBytes(2).toString('hex')];
    const terms = { organization: 'acme', reachesMembers: true };
    const scopes = ['charges:write', 'wallets:read'] as const;
    const key = await insertApiKey(db, { name, hash, lastFour, scopes, ...terms });
    return toPublicId('key', key?.id ?? '');
  };
  return {
    notebooks: await keyOf('Notebooks'),
    'ai-gateway': await keyOf('AI gateway'),
    'tool-marketplace': await keyOf('Tool marketplace'),
  };
}

/** What the marketplace has spent for the team since the budget began is most of what it may. */
export async function tightenBudget({ db }: PastLife): Promise<void> {
  const [counted] = await db<
    { spent: bigint }[]
  >`select max(p.spent) as spent from bursar.budget_periods p`;
  const spent = counted?.spent ?? 0n;
  if (spent === 0n) return;
  // Its own ninth more than what was spent, in whole credits.
  await putBudget(db, { ...BUDGET, limit: ((spent * 112n) / 100n / 1_000_000n + 1n) * 1_000_000n });
}

const BUDGET = {
  id: 'marketplace',
  wallet: ACME,
  member: null,
  product: 'tool-marketplace',
  key: null,
  period: 'total',
  alertAt: [50, 80, 100],
  enforced: false,
  activeFrom: null,
} as const;

const TOP_UP = {
  wallet: ANA,
  threshold: 300_000_000n,
  amount: 500_000_000n,
  target: null,
  monthlyCap: 5_000n,
  currency: 'usd',
  paymentMethod: null,
  actor: ANA,
} as const;

const pack = (id: string, credits: number, wallet: PurchaseOrder['wallet']): PurchaseOrder => ({
  wallet,
  pack: id,
  credits: micro(credits),
  subtotal: credits,
  currency: 'usd',
});

const grant = (
  life: PastLife,
  wallet: PurchaseOrder['wallet'],
  whole: number,
  reason: string,
  days: number | null,
  kind: LedgerCommandOf<'grant'>['kind'] = 'promotional',
): Promise<unknown> => {
  const expiry = days === null ? {} : { expires_at: life.after(days) };
  return life.run(
    { type: 'grant', wallet, amount: micro(whole), kind, reason, ...expiry },
    OPERATORS,
  );
};

const allocate = (life: PastLife, whole: number, reason: string): Promise<unknown> =>
  life.run(
    {
      type: 'allocation',
      from: ACME,
      recipients: 'all',
      amount_per_recipient: micro(whole),
      reason,
    },
    ANA,
  );

/** Answers with the request's UUID. */
async function ask(
  life: PastLife,
  member: LedgerCommandOf<'credit_request'>['member'],
  whole: number,
  reason: string,
): Promise<string> {
  const asked = {
    type: 'credit_request',
    organization: ACME,
    member,
    amount: micro(whole),
    reason,
  } as const;
  const { credit_request: request } = await life.run(asked, member);
  return fromPublicId('req', String((request as { id: unknown }).id)) ?? '';
}

/** A charge that should not have been. */
async function giveBack(life: PastLife): Promise<void> {
  const [charge] = await life.db<{ id: string }[]>`
    select t.id from bursar.transactions t join bursar.wallets w on w.id = t.wallet_id
    where w.owner = 'user:chloe' and t.kind = 'charge' order by t.created_at desc, t.id limit 1`;
  if (charge === undefined) return;
  const reason = 'The inference failed after it was charged';
  await life.run({ type: 'reversal', transaction: charge.id, reason }, OPERATORS);
}
