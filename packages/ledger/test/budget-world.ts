import { formatAmount, type ChargeItem, type LedgerCommandOf } from '@bursar/contracts';
import type { TestDatabase } from '../../../test/harness/ledger-database.ts';
import {
  deleteBudget,
  putBudget,
  readBudget,
  type BudgetOutcome,
  type BudgetTerms,
  type Database,
} from '../src/reads.ts';
import { bare, openWorlds, type World } from './outcome-world.ts';
import { credits, micro, newHead } from './reads-fixtures.ts';

/** A world, and budgets in it whose ids belong to it alone. */
export class BudgetWorld {
  readonly world: World;
  readonly #ingress: Database;
  readonly #database: TestDatabase;

  constructor(world: World, database: TestDatabase, ingress: Database) {
    this.world = world;
    this.#database = database;
    this.#ingress = ingress;
  }

  id(name: string): string {
    return `${name}.${bare(this.world.ana)}`;
  }

  /** A daily, enforced budget of ana's wallet unless it says otherwise; `limit` in whole credits. */
  put(
    name: string,
    limit: number,
    terms: Partial<Omit<BudgetTerms, 'id' | 'limit'>> = {},
  ): Promise<BudgetOutcome> {
    return putBudget(this.#ingress, {
      id: this.id(name),
      limit: credits(limit),
      wallet: this.world.ana,
      member: null,
      product: null,
      key: null,
      period: 'day',
      alertAt: [50, 80, 100],
      enforced: true,
      activeFrom: null,
      ...terms,
    });
  }

  delete(name: string, wallet: string = this.world.ana): Promise<boolean> {
    return deleteBudget(this.#ingress, { id: this.id(name), wallet });
  }

  /** "spent / held" of the present period. */
  async state(name: string): Promise<string> {
    const budget = await readBudget(this.#ingress, this.id(name));
    if (budget === null) return 'none';
    return `${formatAmount(budget.spent)} / ${formatAmount(budget.held)}`;
  }

  /** Charges of these sizes in one batch. */
  charge(sizes: number[], item: Partial<ChargeItem> = {}): Promise<string[]> {
    return this.world.charge(...sizes.map((whole) => ({ ...item, whole })));
  }

  hold(whole: number, more: Partial<LedgerCommandOf<'hold'>> = {}, caller = 'key_test') {
    const wallet = this.world.ana;
    const command = { type: 'hold', wallet, product: 'notebook', expires_in: 900 } as const;
    const head = { ...newHead(), caller };
    return this.world.outcome({ ...command, amount: micro(whole), ...more }, head);
  }

  /** Captures the newest hold of ana's. */
  async capture(whole: number, final = true): Promise<string> {
    const hold = await this.newest('hold');
    return this.world.outcome({ type: 'hold_capture', hold, amount: micro(whole), final });
  }

  reverse(transaction: string, whole?: number): Promise<string> {
    const amount = whole === undefined ? {} : { amount: micro(whole) };
    return this.world.outcome({ type: 'reversal', transaction, reason: 'Failed', ...amount });
  }

  /** The newest charge or hold of a wallet, by its UUID. */
  async newest(what: 'charge' | 'hold', wallet: string = this.world.ana): Promise<string> {
    const owner = this.#database.db;
    const owned = owner`(select id from bursar.wallets where owner = ${wallet})`;
    const [row] =
      what === 'charge'
        ? await owner<{ id: string }[]>`
            select id from bursar.transactions where wallet_id = ${owned} and kind = 'charge'
            order by version desc limit 1`
        : await owner<{ id: string }[]>`
            select id from bursar.holds where wallet_id = ${owned} order by id desc limit 1`;
    if (row === undefined) throw new Error(`${wallet} has no ${what}.`);
    return row.id;
  }

  /**
   * Moves what a budget has counted one period into the past, as if a period had gone by. What was
   * charged stays where it was in time, so the auditor would object.
   */
  async nextPeriod(name: string): Promise<void> {
    await this.#database.db`
      with moved as (
        update bursar.budget_periods c
        set starts_at = bursar.period_start(b.period, c.starts_at - interval '1 hour')
        from bursar.budgets b
        where b.number = c.budget and b.id = ${this.id(name)} and b.period <> 'total'
        returning c.budget
      )
      update bursar.budget_uses u set starts_at = bursar.period_start(b.period, u.starts_at - interval '1 hour')
      from bursar.budgets b where b.number = u.budget and b.number in (select m.budget from moved m)`;
  }

  /** What people were told about a budget: the percents, in order. */
  async alerts(name: string): Promise<number[]> {
    const rows = await this.#database.db<{ percent: number }[]>`
      select (o.payload ->> 'percent')::integer as percent from bursar.outbox o
      where o.kind = 'budget-alert' and o.payload ->> 'budget' = ${this.id(name)}
      order by o.id`;
    return rows.map((row) => row.percent);
  }
}

export async function openBudgetWorlds() {
  const worlds = await openWorlds();
  const ingress = worlds.database.connect('bursar_ingress');
  return {
    ...worlds,
    newBudgets: async () => new BudgetWorld(await worlds.newWorld(), worlds.database, ingress),
  };
}
