import { randomUUID } from 'node:crypto';
import type { ChargeItem, LedgerCommand, OperationHead, PurchaseOrder } from '@bursar/contracts';
import {
  applyCharges,
  applyCommand,
  deliverFact,
  expireDue,
  markMailed,
  relayFacts,
  requestDueTopUps,
  runDueRules,
  warnExpiring,
} from '@bursar/ledger/operations';
import { recordStripeEvent } from '@bursar/ledger/reads';
import type { PaymentJobs } from '@bursar/worker';
import type { Past } from './past-clock.ts';
import type { PastStripe } from './past-stripe.ts';

type Result = Record<string, unknown>;
/** What a charge says beside its head. */
export type Spent = Omit<ChargeItem, keyof OperationHead> & { actor: string };

const DAY_MS = 86_400_000;
const GRACE_DAYS = 7;
const DUE_AT_ONCE = 10;

/** What people and products do on one day after the other, by the functions that the services call. */
export class PastLife {
  readonly db: Past['db'];
  readonly #past: Past;
  readonly #stripe: PastStripe;
  readonly #jobs: PaymentJobs;
  #at: Date;

  constructor(past: Past, stripe: PastStripe, jobs: PaymentJobs, begins: Date) {
    this.db = past.db;
    this.#past = past;
    this.#stripe = stripe;
    this.#jobs = jobs;
    this.#at = begins;
  }

  get at(): Date {
    return this.#at;
  }

  async moveTo(at: Date): Promise<void> {
    this.#at = at;
    await this.#past.moveTo(at);
  }

  after(days: number): string {
    return new Date(this.#at.getTime() + days * DAY_MS).toISOString();
  }

  /** Runs a command to its end. A refusal is a mistake in the story. */
  async run(command: LedgerCommand, actor: string): Promise<Result> {
    const outcome = await applyCommand(this.db, this.#head(actor), command, {
      graceDays: GRACE_DAYS,
    });
    if (outcome.verdict !== 'applied') {
      throw new Error(`${command.type} at ${this.#at.toISOString()}: ${JSON.stringify(outcome)}`);
    }
    await this.tell();
    return outcome.result;
  }

  async charge(spent: readonly Spent[]): Promise<void> {
    if (spent.length === 0) return;
    const items = spent.map(({ actor, ...item }) => ({ ...this.#head(actor), ...item }));
    const outcomes = await applyCharges(this.db, items);
    const refused = outcomes.find(({ verdict }) => verdict !== 'applied');
    if (refused !== undefined) throw new Error(`A charge: ${JSON.stringify(refused)}`);
    await this.tell();
  }

  /** Orders, and pays on the hosted page; an order that is not paid is left open there. */
  async buy(
    order: PurchaseOrder,
    actor: string,
    card: { card: string; save?: true } | null,
  ): Promise<void> {
    const operation = this.#head(actor);
    await this.#stripe.moveTo(this.#at);
    await this.#jobs.openOrder({ operation, order });
    const [row] = await this.db<{ session: string }[]>`
      select p.checkout_session as session from bursar.purchases p where p.operation = ${operation.key}`;
    if (row === undefined) throw new Error('An order was refused.');
    if (card === null) return;
    await this.#stripe.act(`/checkout/sessions/${row.session}/complete`, card);
    await this.followStripe();
  }

  /** What a bank or somebody in Stripe's dashboard does, and what follows from it. */
  async atStripe(path: string, body?: object): Promise<void> {
    await this.#stripe.moveTo(this.#at);
    await this.#stripe.act(path, body);
    await this.followStripe();
  }

  async refund(paymentIntent: string): Promise<void> {
    await this.#stripe.moveTo(this.#at);
    await this.#stripe.refund(paymentIntent);
    await this.followStripe();
  }

  async followStripe(): Promise<void> {
    await this.#stripe.moveTo(this.#at);
    for (let events = await this.#stripe.takeEvents(); events.length > 0;) {
      for (const event of events) {
        await recordStripeEvent(this.db, event);
        await this.#jobs.handleStripeEvent(event.id);
      }
      events = await this.#stripe.takeEvents();
    }
    await this.tell();
  }

  /** Hands facts on as the relay does. Everybody is told in the app; nobody is sent three months of mail. */
  async tell(): Promise<void> {
    const handOver = async (facts: { id: string; topUp: string | null }[]): Promise<void> => {
      for (const { id, topUp } of facts) {
        if (topUp === null) {
          for (const notice of await deliverFact(this.db, id)) {
            await markMailed(this.db, notice.notification);
          }
        } else {
          await this.#stripe.moveTo(this.#at);
          await this.#jobs.runTopUp(topUp);
        }
      }
    };
    while ((await relayFacts(this.db, handOver)) > 0);
  }

  /** What the schedules do by the clock; each of them is as well off when it comes late. */
  async beginDay(): Promise<void> {
    await expireDue(this.db);
    await requestDueTopUps(this.db, DUE_AT_ONCE);
    if (this.#at.getUTCDate() === 1) await runDueRules(this.db, DUE_AT_ONCE);
    if (this.#at.getUTCDay() === 1) {
      await warnExpiring(this.db, 7);
      await warnExpiring(this.db, 30);
    }
    await this.tell();
  }

  #head(actor: string): OperationHead {
    return {
      key: randomUUID(),
      hash: randomUUID(),
      caller: actor,
      actor,
      accepted_at: this.#at.toISOString(),
    };
  }
}
