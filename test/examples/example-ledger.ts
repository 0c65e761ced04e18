import { randomBytes, randomUUID } from 'node:crypto';
import {
  formatAmount,
  fromPublicId,
  parseAmount,
  type ChargeItem,
  type LedgerCommand,
  type OperationHead,
} from '@bursar/contracts';
import type { Database } from '@bursar/ledger/administration';
import {
  applyCharges,
  applyCommand,
  attachCheckout,
  fulfilPurchase,
  inTransaction,
  openPurchase,
  type ChargeOutcome,
  type Outcome,
} from '@bursar/ledger/operations';
import { putMember, putOrganization, putUser, setOverdraftLimit } from '@bursar/ledger/reads';

/** Whole and fractional credits, as people write them: "0.000001". */
export type Credits = string;

/** A lot that something was taken from. */
export interface Use {
  kind: string;
  amount: Credits;
  lot: string;
}

/** One example's people and pool in a shared database, spoken to in credits. */
export class ExampleLedger {
  readonly #owner: Database;
  readonly #worker: Database;
  readonly #run = randomBytes(4).toString('hex');

  constructor(owner: Database, worker: Database) {
    this.#owner = owner;
    this.#worker = worker;
  }

  async person(name: string): Promise<string> {
    const id = `${name}-${this.#run}`;
    await putUser(this.#owner, { id });
    return `user:${id}`;
  }

  async organization(name: string, members: string[]): Promise<string> {
    const id = `${name}-${this.#run}`;
    await putOrganization(this.#owner, { id, name });
    for (const user of members.map(bare)) {
      await putMember(this.#owner, { organization: id, user, role: 'member' });
    }
    return `org:${id}`;
  }

  /** "balance / owed", as the examples write it. */
  async state(wallet: string): Promise<string> {
    const { credits, owed } = await this.#row(wallet);
    return `${formatAmount(credits)} / ${formatAmount(owed)}`;
  }

  async held(wallet: string): Promise<Credits> {
    return formatAmount((await this.#row(wallet)).held);
  }

  async available(wallet: string): Promise<Credits> {
    const [row] = await this.#worker<{ available: bigint }[]>`
      select bursar.available_credits(w.id, clock_timestamp()) as available
      from bursar.wallets w where w.owner = ${wallet}`;
    return formatAmount(row!.available);
  }

  /** The lots of a wallet that have something left, oldest first. */
  lots(wallet: string) {
    return this.#worker<
      { kind: string; amount: bigint; remaining: bigint; unit_cost: bigint; expires_at: Date }[]
    >`
      select l.kind, l.amount, l.remaining, l.unit_cost, l.expires_at
      from bursar.lots l join bursar.wallets w on w.id = l.wallet_id
      where w.owner = ${wallet} and not l.closed order by l.created_at, l.id`;
  }

  /** The wallet's newest transaction: its kind, its signed amount, and what it settled of a debt. */
  async newest(wallet: string): Promise<{ kind: string; amount: Credits; settled: Credits }> {
    const [row] = await this.#worker<{ kind: string; amount: bigint; settled: bigint }[]>`
      select t.kind, t.amount, coalesce((
        select sum(m.amount) from bursar.movement_history m where m.transaction_id = t.id and m.to_account = 'debt'
      ), 0)::bigint as settled
      from bursar.transactions t join bursar.wallets w on w.id = t.wallet_id
      where w.owner = ${wallet} order by t.version desc limit 1`;
    const { kind, amount, settled } = row!;
    return { kind, amount: formatAmount(amount), settled: formatAmount(settled) };
  }

  apply(command: LedgerCommand, head: OperationHead = newHead()): Promise<Outcome> {
    return applyCommand(this.#worker, head, command, { graceDays: 7 });
  }

  /** Applies a command that must succeed, and reads a public id from its result. */
  async #id(command: LedgerCommand, prefix: 'lot' | 'hold' | 'req', name: string): Promise<string> {
    const outcome = await this.apply(command);
    if (outcome.verdict !== 'applied') throw new Error(`Not applied: ${JSON.stringify(outcome)}`);
    const found = outcome.result[name];
    const id = typeof found === 'object' && found !== null && 'id' in found ? found.id : null;
    return fromPublicId(prefix, String(id)) ?? '';
  }

  /** Answers with the lot; `days` from now, never when left out. */
  grant(wallet: string, amount: Credits, days?: number, priority = 50): Promise<string> {
    const expiry = days === undefined ? {} : { expires_at: inDays(days) };
    const terms = { kind: 'promotional', reason: 'Example', priority, ...expiry } as const;
    return this.#id({ type: 'grant', wallet, amount: micro(amount), ...terms }, 'lot', 'lot');
  }

  /** Lives a day, or as many seconds as are named. */
  hold(wallet: string, amount: Credits, seconds = 86_400): Promise<string> {
    const command = { type: 'hold', wallet, product: 'notebook', expires_in: seconds } as const;
    return this.#id({ ...command, amount: micro(amount) }, 'hold', 'hold');
  }

  request(organization: string, member: string, amount: Credits): Promise<string> {
    const command = { type: 'credit_request', organization, member } as const;
    return this.#id({ ...command, amount: micro(amount) }, 'req', 'credit_request');
  }

  /** Writes the order and its checkout; `pay` reports the payment. Zero months: never expires. */
  async order(wallet: string, credits: Credits, cents: number, months = 12) {
    const [head, session] = [newHead(), `cs_${randomUUID()}`];
    const order = { wallet, credits: micro(credits), subtotal: cents, currency: 'usd' };
    const opened = await openPurchase(this.#worker, head, order, months);
    if (opened.verdict !== 'pending') throw new Error(`Not opened: ${JSON.stringify(opened)}`);
    const purchase = String(opened.result['purchase']);
    const checkout = {
      session,
      url: 'http://localhost/pay',
      customer: `cus_${bare(wallet)}`,
      discount: 0,
      promotion: null,
    };
    await attachCheckout(this.#worker, head, purchase, checkout);
    return { purchase, session, cents };
  }

  pay({ session, cents }: { session: string; cents: number }) {
    const paymentIntent = `pi_${session}`;
    const facts = { session, paidTotal: cents, discount: 0, paymentIntent, promotion: null };
    return fulfilPurchase(this.#worker, facts);
  }

  /** A paid purchase at a hundred credits for a dollar. */
  async buy(wallet: string, whole: number): Promise<void> {
    await this.pay(await this.order(wallet, String(whole), whole));
  }

  limit(wallet: string, limit: Credits): Promise<boolean> {
    return setOverdraftLimit(this.#owner, {
      wallet,
      limit: limit === '0' ? 0n : BigInt(micro(limit)),
    });
  }

  chargeBatch(items: ChargeItem[]): Promise<ChargeOutcome[]> {
    return inTransaction(this.#worker, (tx) => applyCharges(tx, items));
  }

  /** One charge: its outcome, what it took from which lots, and what it left owed. */
  async charge(wallet: string, amount: Credits) {
    const item = chargeOf(wallet, amount);
    const [outcome] = await this.chargeBatch([item]);
    const rows = await this.#worker<{ id: string; lot: string; kind: string; amount: bigint }[]>`
      select m.transaction_id as id, m.from_lot as lot, l.kind, m.amount
      from bursar.operations o
      join bursar.movement_history m on m.transaction_id = o.transaction_id
      left join bursar.lots l on l.id = m.from_lot
      where o.key = ${item.key}::uuid order by m.position`;
    const uses = rows.map((row): Use => ({ ...row, amount: formatAmount(row.amount) }));
    return {
      outcome,
      transaction: rows[0]?.id ?? '',
      lots: uses.filter((use) => use.lot !== null),
      owed: uses.find((use) => use.lot === null)?.amount ?? '0',
    };
  }

  async #row(wallet: string): Promise<{ credits: bigint; held: bigint; owed: bigint }> {
    const [row] = await this.#worker<{ credits: bigint; held: bigint; owed: bigint }[]>`
      select credits, held, owed from bursar.wallets where owner = ${wallet}`;
    return row!;
  }
}

export const newHead = (): OperationHead => ({
  key: randomUUID(),
  hash: randomUUID(),
  caller: 'key_example',
  actor: 'user:example',
  accepted_at: new Date().toISOString(),
});

export const chargeOf = (wallet: string, amount: Credits): ChargeItem => ({
  ...newHead(),
  wallet,
  amount: micro(amount),
  product: 'notebook',
});

export function micro(credits: Credits): string {
  const parsed = parseAmount(credits);
  if (!parsed.ok) throw new Error(`${credits} is no amount: ${parsed.fault}.`);
  return String(parsed.micro);
}

/** Amounts by kind, in the order in which they were taken. */
export const taken = (uses: Use[]): string[] => uses.map((use) => `${use.kind} ${use.amount}`);

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
export const bare = (owner: string): string => owner.slice(owner.indexOf(':') + 1);
