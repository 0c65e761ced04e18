import type { Answered } from './system-api.ts';
import { grant, newUser } from './people.ts';
import { until } from './until.ts';
import type { WholeSystem } from './whole-system.ts';

/** A person with 50 credits, a saved card, and an auto top-up of 1,000 below 20. */
export interface ToppedUpWallet {
  readonly wallet: string;
  readonly email: string;
  state(): Promise<Answered['body']>;
  spend(credits: string): Promise<void>;
  /** Waits until the state is like this. */
  becomes(state: string): Promise<Answered['body']>;
  balance(): Promise<string>;
  /** Stripe's payments for this wallet's top-ups, newest first. */
  payments(): Promise<{ id: string; status: string; latest_charge: string }[]>;
  saveCard(card: string): Promise<string>;
  /** Lets the waiting time of the breaker pass. */
  waitOut(): Promise<void>;
  agree(change?: object): Promise<Answered>;
}

const TERMS = {
  enabled: true,
  threshold: '20',
  amount: '1000',
  monthly_cap: { amount: 100_000, currency: 'usd' },
  consent: true,
};

export async function newToppedUpWallet(
  system: WholeSystem,
  card = '4242424242424242',
  terms: object = {},
): Promise<ToppedUpWallet> {
  const email = `${crypto.randomUUID()}@example.com`;
  const wallet = await newUser(system.api, email);
  await grant(system.api, wallet, '50');
  const path = `/v1/wallets/${wallet}/auto-top-up`;
  const state = async () => (await system.api.get(path, { actAs: wallet })).body;
  const one: ToppedUpWallet = {
    wallet,
    email,
    state,
    spend: async (amount) => {
      await system.api.run('/v1/charges', { wallet, amount, product: 'notebook' });
    },
    becomes: (expected) =>
      until(`it is ${expected}`, async () => {
        const now = await state();
        return now.state === expected ? now : null;
      }),
    balance: async () => (await system.api.wallet(wallet)).balance,
    payments: () => paymentsOf(system, wallet),
    saveCard: (number) => saveCard(system, wallet, number),
    waitOut: () => waitOutBreaker(system, wallet),
    agree: (change = {}) =>
      system.api.put(path, { ...TERMS, ...terms, ...change }, { actAs: wallet }),
  };
  await one.saveCard(card);
  const agreed = await one.agree();
  if (agreed.status !== 200) throw new Error(agreed.text);
  return one;
}

/** Lets the waiting time of a wallet's breaker pass. */
async function waitOutBreaker({ database }: WholeSystem, wallet: string): Promise<void> {
  await database.db`
    update bursar.auto_top_ups set resume_at = now() - interval '1 second'
    where wallet_id = (select id from bursar.wallets where owner = ${wallet}) and resume_at is not null`;
}

/** Lets it pass, and has the due try made now instead of at the next tick of the schedule. */
export async function tryAgainNow(system: WholeSystem, wallet: string): Promise<void> {
  await waitOutBreaker(system, wallet);
  await system.database.db`select bursar.request_due_top_ups(1)`;
}

/** Saves a card on the hosted page, as its owner would; answers with Stripe's id of it. */
async function saveCard(system: WholeSystem, wallet: string, card: string): Promise<string> {
  const path = `/v1/wallets/${wallet}/payment-methods`;
  const known = new Set(await cardsOf(system, path));
  const { setup } = await system.api.run(`${path}/setup`, { consent: true }, { actAs: wallet });
  const session = /cs_\w+$/.exec(String(setup.url))?.[0] ?? '';
  const paid = await system.emulator.pay(session, { card });
  if (paid.status !== 200) throw new Error(paid.text);
  return until('the card is saved', async () =>
    (await cardsOf(system, path)).find((id) => !known.has(id)),
  );
}

async function cardsOf(system: WholeSystem, path: string): Promise<string[]> {
  return (await system.api.get(path)).body.data.map(({ id }: { id: string }) => id);
}

async function paymentsOf(
  system: WholeSystem,
  wallet: string,
): Promise<{ id: string; status: string; latest_charge: string }[]> {
  const { data } = await system.emulator.stripe('/v1/payment_intents?limit=100');
  return data.filter(
    ({ metadata }: { metadata: Record<string, string> }) =>
      metadata['kind'] === 'auto_topup' && metadata['wallet'] === wallet,
  );
}
