import type { PaymentCash } from '../../../packages/payments/src/cash/cash-bookings.ts';
import type { ListedMove } from '../../../packages/payments/src/reconciliation/stripe-lists.ts';
import type { Act, CashStory, PaymentStory } from './cash-story.ts';

const STEP_MS = 5 * 60 * 60 * 1_000;
const DISPUTE_FEE = 1_500;
/** Euro cents for a hundred dollar cents. */
const RATE = 91;

type Sums = Record<string, number>;

/** A payment as it stands at Stripe; what Stripe tells of it is copied from here. */
interface Payment {
  story: PaymentStory;
  look: PaymentCash;
}

/**
 * Stripe's side of a story, played in memory, and beside it the books as a clerk would keep them:
 * sums of what happened, without bookings, legs or ids.
 */
export class StripeAccount {
  readonly moves: ListedMove[] = [];
  /** Every look that could be taken at a payment, the last ones the truth. */
  readonly looks: PaymentCash[] = [];
  /** Sums of minor units by account and currency, such as `fees eur`. */
  readonly books: Sums = {};
  readonly payments: Payment[];
  readonly begin: Date;
  readonly #name: string;
  #now: number;
  #moved = 0;

  constructor(name: string, story: CashStory, begin: Date) {
    this.#name = name;
    this.begin = begin;
    this.#now = begin.getTime();
    this.payments = story.payments.map((one, at) => this.#charge(one, at));
    const rounds = this.payments.map((one) => one.story.acts.length);
    for (let round = 0; round < Math.max(0, ...rounds, story.payouts.length); round += 1) {
      for (const payment of this.payments) {
        const act = payment.story.acts[round];
        if (act !== undefined) this.#play(payment, act, round);
      }
      const payout = story.payouts[round];
      if (payout !== undefined) this.#payOut(payout);
    }
  }

  get end(): Date {
    return new Date(this.#now + STEP_MS);
  }

  /** What every payment looks like in the end. */
  get truth(): PaymentCash[] {
    return this.payments.map(({ look }) => structuredClone(look));
  }

  #charge(story: PaymentStory, at: number): Payment {
    const amount = story.price + (story.sells === 'order' ? story.tax : 0);
    const look: PaymentCash = {
      paymentIntent: `pi_${this.#name}_${at}`,
      currency: 'usd',
      tax: story.sells === 'order' ? story.tax : 0,
      isBill: story.sells === 'bill',
      charges: [{ amount, at: this.#tick(), move: null }],
      refunds: [],
      disputes: [],
    };
    this.#add('sales usd', -story.price);
    if (story.sells === 'order') this.#add('tax usd', -story.tax);
    this.#add('clearing usd', amount);
    const payment = { story, look };
    this.looks.push(structuredClone(look));
    return payment;
  }

  #play(payment: Payment, act: Act, round: number): void {
    if (act.what === 'settles') this.#settle(payment);
    else if (act.what === 'refund') this.#refund(payment, act, round);
    else this.#dispute(payment, act.ends, round);
    this.looks.push(structuredClone(payment.look));
  }

  #settle(payment: Payment): void {
    const [charge] = payment.look.charges;
    if (charge === undefined || charge.move !== null) return;
    const move = this.#move(payment, 'charge', charge.amount, 30);
    payment.look = { ...payment.look, charges: [{ ...charge, move }] };
  }

  #refund(payment: Payment, act: Extract<Act, { what: 'refund' }>, round: number): void {
    const whole = payment.look.charges[0]?.amount ?? 0;
    const amount = Math.floor((whole * act.percent) / 100);
    const back = payment.look.refunds.reduce((sum, one) => sum + one.amount, 0);
    if (amount === 0 || back + amount > whole) return;
    const at = this.#tick();
    this.#add('clearing usd', -amount);
    this.#add('refunds usd', amount);
    const move = act.ends === 'pending' ? null : this.#move(payment, 'refund', -amount, 0);
    let returned = null;
    if (act.ends === 'failed') {
      this.#add('clearing usd', amount);
      this.#add('refunds usd', -amount);
      returned = this.#move(payment, 'refund_failure', amount, 0);
    }
    const id = `re_${payment.look.paymentIntent}_${round}`;
    const refund = { id, amount, status: act.ends, at, move, returned };
    payment.look = { ...payment.look, refunds: [...payment.look.refunds, refund] };
  }

  #dispute(payment: Payment, ends: 'inquiry' | 'open' | 'won' | 'lost', round: number): void {
    if (payment.look.disputes.length > 0) return;
    const amount = payment.look.charges[0]?.amount ?? 0;
    const at = this.#tick();
    const moves = [];
    if (ends !== 'inquiry') {
      this.#add('clearing usd', -amount);
      this.#add('disputes usd', amount);
      moves.push(this.#move(payment, 'dispute', -amount, DISPUTE_FEE));
    }
    if (ends === 'won') {
      this.#add('clearing usd', amount);
      this.#add('disputes usd', -amount);
      moves.push(this.#move(payment, 'dispute_reversal', amount, 0));
    }
    const status = {
      inquiry: 'warning_needs_response',
      open: 'needs_response',
      won: 'won',
      lost: 'lost',
    };
    const id = `du_${payment.look.paymentIntent}_${round}`;
    const dispute = { id, amount, status: status[ends], at, moves };
    payment.look = { ...payment.look, disputes: [dispute] };
  }

  /** Dollars move on the balance, or euros for them, which only the sign of the dollars ties together. */
  #move({ story, look }: Payment, category: string, dollars: number, fee: number) {
    const currency = story.settlesIn;
    const amount = currency === 'usd' ? dollars : Math.trunc((dollars * RATE) / 100);
    this.#add('clearing usd', -dollars);
    if (currency !== 'usd') {
      this.#add('exchange usd', dollars);
      this.#add(`exchange ${currency}`, -amount);
    }
    return this.#transact({ category, amount, fee, currency, paymentIntent: look.paymentIntent });
  }

  #payOut({ amount, returns }: CashStory['payouts'][number]): void {
    const sent = { currency: 'usd', fee: 0, paymentIntent: null };
    this.#transact({ ...sent, category: 'payout', amount: -amount });
    this.#add('bank usd', amount);
    if (!returns) return;
    this.#transact({ ...sent, category: 'payout_reversal', amount });
    this.#add('bank usd', -amount);
  }

  #transact(move: Omit<ListedMove, 'id' | 'createdAt' | 'source'>) {
    const { category, amount, fee, currency } = move;
    const at = this.#tick();
    this.#moved += 1;
    const id = `txn_${this.#name}_${this.#moved}`;
    // The list leaves out what moves nothing, such as a cent that is no cent in another currency.
    if (amount !== 0 || fee !== 0) this.moves.push({ ...move, id, createdAt: at, source: null });
    this.#add(`balance ${currency}`, amount - fee);
    this.#add(`fees ${currency}`, fee);
    return { id, amount, fee, currency, category, at };
  }

  #tick(): Date {
    this.#now += STEP_MS;
    return new Date(this.#now);
  }

  #add(account: string, amount: number): void {
    this.books[account] = (this.books[account] ?? 0) + amount;
  }
}
