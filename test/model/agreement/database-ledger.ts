import { strictEqual } from 'node:assert';
import { randomUUID } from 'node:crypto';
import type { ChargeItem } from '@bursar/contracts';
import type { Database } from '@bursar/ledger/administration';
import {
  applyCharges,
  applyCommand,
  applyHoldCommands,
  attachCheckout,
  expireDue,
  expireRequests,
  fulfilPurchase,
  inTransaction,
  isHoldCommand,
  openPurchase,
  previewCommand,
  readTopUp,
  runRule,
  databaseClock,
  reserveBonus,
  takeBackPurchase,
  type Outcome,
} from '@bursar/ledger/operations';
import { deleteRule, putRule, type Rule } from '@bursar/ledger/reads';
import type { Command, KeyedCharge, KeyedCommand } from '../command.ts';
import type { Answer } from '../ledger-model.ts';
import { applied, type Decision } from '../rules/ledger.ts';
import { endTopUp } from './database-top-up.ts';
import { drawDatabase, type Frame } from './database-picture.ts';
import type { Picture } from './picture.ts';
import { pricingOf } from './quantities.ts';
import { callerOf, factsOf, headOf, refusalOf, toWire, type Names } from './wire.ts';

/** What is pending waits for a pool that can pay; everything else is finished by whoever asked. */
const DELAYED = applied({ delayed: 'true' });

/** PostgreSQL behind the same questions as the model; ids of the database stay inside. */
export class DatabaseLedger {
  readonly frame: Frame;
  readonly #worker: Database;
  readonly #graceDays: number;
  readonly #names: Names;

  constructor(worker: Database, frame: Frame, graceDays: number) {
    this.#worker = worker;
    this.frame = frame;
    this.#names = {
      holds: [],
      requests: [],
      allocations: [],
      charge: null,
      at: (instant) => new Date(frame.base - frame.travelled + instant).toISOString(),
    };
    this.#graceDays = graceDays;
  }

  async applyCharges(batch: readonly KeyedCharge[]): Promise<Answer[]> {
    const items = batch.map(({ asked, ...keyed }): ChargeItem => ({
      ...headOf(keyed, asked.caller),
      wallet: asked.wallet,
      amount: String(asked.amount),
      product: asked.product,
      ...pricingOf(asked.quantity),
      ...(asked.onBehalfOf === null ? {} : { on_behalf_of: asked.onBehalfOf }),
    }));
    const outcomes = await inTransaction(this.#worker, (tx) => applyCharges(tx, items));
    return outcomes.map((outcome): Answer => {
      if (outcome.verdict === 'conflict') return { verdict: 'conflict' };
      const error = 'error' in outcome ? outcome.error : null;
      return { verdict: outcome.verdict, decision: error === null ? applied() : refusalOf(error) };
    });
  }

  async applyHolds(batch: readonly KeyedCommand[]): Promise<Answer[]> {
    const items = batch.map((keyed) => {
      const command = toWire(keyed.asked, this.#names);
      if (!isHoldCommand(command)) throw new Error(`A ${command.type} is not about a hold.`);
      return { operation: headOf(keyed, callerOf(keyed.asked)), command };
    });
    const outcomes = await inTransaction(this.#worker, (tx) => applyHoldCommands(tx, items));
    return batch.map(({ asked }, index) => this.#answerOf(asked, outcomes[index]!));
  }

  /** `charge` is the operation key of the charge that a reversal is about. */
  async applyCommand(command: KeyedCommand, charge: string | null): Promise<Answer> {
    this.#names.charge = charge === null ? null : await this.#transactionOf(charge);
    const wire = toWire(command.asked, this.#names);
    const policy = { graceDays: this.#graceDays };
    const head = headOf(command, callerOf(command.asked));
    const outcome = await applyCommand(this.#worker, head, wire, policy);
    if (outcome.verdict === 'pending') return { verdict: 'pending', decision: DELAYED };
    return this.#answerOf(command.asked, outcome);
  }

  /** What undoing an allocation would come to. */
  async previewUndo({ asked, ...keyed }: KeyedCommand): Promise<Decision> {
    const policy = { graceDays: this.#graceDays };
    const head = headOf({ ...keyed, key: randomUUID() });
    const wire = toWire(asked, this.#names);
    const preview = await previewCommand(this.#worker, head, wire, policy);
    return preview.status === 'succeeded'
      ? applied(factsOf(asked, preview.result, this.#names))
      : refusalOf(preview.error);
  }

  /** Answers with why not, if the order is refused. */
  async buy(
    key: string,
    order: {
      wallet: string;
      credits: bigint;
      paid: number;
      months: number;
      code: string | null;
    },
  ): Promise<string> {
    const head = headOf({ key, hash: key });
    const opened = await openPurchase(
      this.#worker,
      head,
      {
        wallet: order.wallet,
        credits: String(order.credits),
        subtotal: order.paid,
        currency: 'usd',
        ...(order.code !== null && { promotion_code: order.code }),
      },
      order.months,
    );
    if (opened.verdict === 'rejected') return opened.error.code;
    if (opened.verdict !== 'pending') throw new Error('A new order waits for its payment.');
    const purchase = String(opened.result['purchase']);
    if (order.code !== null) strictEqual(await reserveBonus(this.#worker, purchase), null);
    const checkout = {
      session: key,
      url: 'http://localhost/pay',
      customer: 'cus_test',
      discount: 0,
      promotion: null,
    };
    await attachCheckout(this.#worker, head, purchase, checkout);
    this.frame.purchases.push(key);
    await this.report(key, order.paid);
    return 'paid';
  }

  /** Stripe reports the payment of a purchase, perhaps not for the first time. */
  async report(key: string, paid: number): Promise<void> {
    // A top-up's operation has the id of the try.
    if ((await readTopUp(this.#worker, key)) !== null)
      return endTopUp(this.#worker, key, BigInt(paid));
    const facts = { session: key, paidTotal: paid, discount: 0 };
    await fulfilPurchase(this.#worker, { ...facts, paymentIntent: `pi_${key}`, promotion: null });
  }

  async takeBack(key: string, refunded: number, kind: 'refund' | 'dispute'): Promise<void> {
    const [purchase] = await this.#worker<{ id: string }[]>`
      select id from bursar.purchases where operation = ${key}::uuid`;
    const readAt = await databaseClock(this.#worker);
    await takeBackPurchase(
      this.#worker,
      purchase!.id,
      refunded,
      kind,
      'model',
      this.#graceDays,
      readAt,
    );
  }

  /** What waits to be paid in this scenario is tried again, what was tried longest ago first. */
  async payDelayed(): Promise<void> {
    const rows = await this.#worker<{ operation: string }[]>`
      select e.operation from bursar.entitlements e
      where e.status = 'delayed' and 'org:' || e.organization_id = any (${this.frame.owners}::text[])
      order by e.tried_at`;
    for (const { operation } of rows) {
      await this.#worker`select bursar.retry_entitlement(${operation}::uuid)`;
    }
  }

  /**
   * Runs a rule that begins now and is gone afterwards. Answers with the key of its operation;
   * `null` when the organization is gone.
   */
  async runRule(owner: Database, rule: Rule): Promise<string | null> {
    if ((await putRule(owner, rule)) === null) return null;
    await runRule(this.#worker, rule.organization, rule.id);
    const [run] = await this.#worker<{ key: string }[]>`
      select md5(format('rule %s %s %s', x.organization_id, x.rule_id, x.period))::uuid as key
      from bursar.rule_runs x where x.organization_id = ${rule.organization} and x.rule_id = ${rule.id}`;
    await deleteRule(owner, rule);
    return run!.key;
  }

  /** The allocation that a rule made can be undone like any other. */
  async noteAllocation(key: string): Promise<void> {
    const [row] = await this.#worker<{ id: string }[]>`
      select id from bursar.allocations where operation = ${key}::uuid`;
    if (row !== undefined) this.#names.allocations.push(row.id);
  }

  async sweep(): Promise<void> {
    await expireRequests(this.#worker);
    await expireDue(this.#worker);
  }

  /** An instant of the scenario on the database's clock. */
  at(instant: number): string {
    return this.#names.at(instant);
  }

  draw(seen: ReadonlyMap<string, number>): Promise<Picture> {
    return drawDatabase(this.#worker, this.frame, seen);
  }

  async #transactionOf(key: string): Promise<string> {
    const [row] = await this.#worker<{ id: string }[]>`
      select transaction_id as id from bursar.operations where key = ${key}::uuid`;
    return row!.id;
  }

  #answerOf(asked: Command, outcome: Outcome): Answer {
    if (outcome.verdict === 'pending') throw new Error('A command was left unfinished.');
    if (outcome.verdict === 'conflict') return { verdict: 'conflict' };
    return { verdict: outcome.verdict, decision: this.#decisionOf(asked, outcome) };
  }

  #decisionOf(
    command: Command,
    outcome: Extract<Outcome, { verdict: 'applied' | 'rejected' | 'replayed' }>,
  ): Decision {
    if ('error' in outcome && outcome.error !== null) return refusalOf(outcome.error);
    const result = 'result' in outcome ? outcome.result : null;
    return applied(factsOf(command, result, this.#names));
  }
}
