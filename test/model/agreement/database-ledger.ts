import type { ChargeItem } from '@bursar/contracts';
import type { Database } from '@bursar/ledger/administration';
import {
  applyCharges,
  applyCommand,
  attachCheckout,
  expireDue,
  fulfilPurchase,
  inTransaction,
  openPurchase,
  databaseClock,
  takeBackPurchase,
  type Outcome,
} from '@bursar/ledger/operations';
import type { Command, KeyedCharge, KeyedCommand } from '../command.ts';
import type { Answer } from '../ledger-model.ts';
import { applied, type Decision } from '../rules/ledger.ts';
import { drawDatabase, type Frame } from './database-picture.ts';
import type { Picture } from './picture.ts';
import { factsOf, headOf, refusalOf, toWire, type Names } from './wire.ts';

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
      charge: null,
      at: (instant) => new Date(frame.base - frame.travelled + instant).toISOString(),
    };
    this.#graceDays = graceDays;
  }

  async applyCharges(batch: readonly KeyedCharge[]): Promise<Answer[]> {
    const items = batch.map(({ asked, ...keyed }): ChargeItem => ({
      ...headOf(keyed),
      wallet: asked.wallet,
      amount: String(asked.amount),
      product: 'model',
      ...(asked.onBehalfOf === null ? {} : { on_behalf_of: asked.onBehalfOf }),
    }));
    const outcomes = await inTransaction(this.#worker, (tx) => applyCharges(tx, items));
    return outcomes.map((outcome): Answer => {
      if (outcome.verdict === 'conflict') return { verdict: 'conflict' };
      const error = 'error' in outcome ? outcome.error : null;
      return { verdict: outcome.verdict, decision: error === null ? applied() : refusalOf(error) };
    });
  }

  /** `charge` is the operation key of the charge that a reversal is about. */
  async applyCommand(command: KeyedCommand, charge: string | null): Promise<Answer> {
    this.#names.charge = charge === null ? null : await this.#transactionOf(charge);
    const wire = toWire(command.asked, this.#names);
    const policy = { graceDays: this.#graceDays };
    const outcome = await applyCommand(this.#worker, headOf(command), wire, policy);
    if (outcome.verdict === 'pending') throw new Error('A command was left unfinished.');
    if (outcome.verdict === 'conflict') return { verdict: 'conflict' };
    return { verdict: outcome.verdict, decision: this.#decisionOf(command.asked, outcome) };
  }

  async buy(key: string, order: { wallet: string; credits: bigint; paid: number; months: number }) {
    const head = headOf({ key, hash: key });
    const opened = await openPurchase(
      this.#worker,
      head,
      {
        wallet: order.wallet,
        credits: String(order.credits),
        subtotal: order.paid,
        currency: 'usd',
      },
      order.months,
    );
    if (opened.verdict !== 'pending') throw new Error('A new order waits for its payment.');
    const purchase = String(opened.result['purchase']);
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
  }

  /** Stripe reports the payment of a purchase, perhaps not for the first time. */
  async report(key: string, paid: number): Promise<void> {
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

  async sweep(): Promise<void> {
    await expireDue(this.#worker);
  }

  draw(seen: ReadonlyMap<string, number>): Promise<Picture> {
    return drawDatabase(this.#worker, this.frame, seen);
  }

  async #transactionOf(key: string): Promise<string> {
    const [row] = await this.#worker<{ id: string }[]>`
      select transaction_id as id from bursar.operations where key = ${key}::uuid`;
    return row!.id;
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
