import type { BudgetPeriod, LotKind, OrganizationRole } from '@bursar/contracts';

/**
 * One step of a scenario as the generator writes it: people, pools, holds and earlier commands are
 * named by number, taken modulo how many there are, so that every part of it can be shrunk away.
 */
export type Step =
  | { do: 'charges'; items: ChargeStep[] }
  | {
      do: 'grant';
      who: number;
      amount: bigint;
      kind: Extract<LotKind, 'promotional' | 'adjustment' | 'subscription'>;
      /** Hours from now. */
      expiresIn: number | null;
      effectiveIn: number | null;
      priority: number;
    }
  | {
      do: 'buy';
      who: number;
      credits: bigint;
      paid: number;
      months: number;
      /** What a code adds, for 30 days. */
      bonus: bigint | null;
    }
  | {
      do: 'top-up';
      who: number;
      threshold: bigint;
      amount: bigint | null;
      /** How far above the threshold. */
      target: bigint;
      cap: bigint;
      declined: boolean;
    }
  | {
      do: 'renew';
      who: number;
      number: number;
      credits: bigint;
      paid: number;
      cap: bigint;
      hours: number;
    }
  | { do: 'take-period-back'; period: number; refunded: number; kind: 'refund' | 'dispute' }
  | { do: 'report-again'; purchase: number }
  | { do: 'take-back'; purchase: number; refunded: number; kind: 'refund' | 'dispute' }
  | {
      do: 'transfer';
      from: number;
      to: number;
      amount: bigint;
      kind: LotKind | null;
      unrestricted: boolean;
    }
  | {
      do: 'allocate';
      pool: number;
      recipients: 'all' | number[];
      amount: bigint;
      rising: boolean;
      kind: LotKind | null;
    }
  | { do: 'undo'; allocation: number }
  | { do: 'default'; pool: number; who: number; amount: bigint }
  | { do: 'seat'; pool: number; who: number }
  | { do: 'unseat'; pool: number; who: number }
  | { do: 'pay-delayed' }
  | { do: 'settings'; pool: number; seat: bigint | null; below: bigint | null; monthly: bigint }
  | { do: 'cap'; pool: number; percent: number | null }
  | { do: 'refill'; pool: number; amount: bigint }
  | { do: 'sweep-idle'; pool: number; days: number }
  | { do: 'reverse'; charge: number; amount: bigint | null }
  | {
      do: 'hold';
      who: number;
      amount: bigint;
      behalf: number | null;
      hours: number;
      overdraft: bigint;
      source?: Source;
    }
  | { do: 'extend'; hold: number; hours: number; amount: bigint | null }
  | { do: 'capture'; hold: number; amount: bigint | null; final: boolean; within?: boolean }
  | { do: 'release'; hold: number }
  /** Several at once; `again` repeats the one before under its key. */
  | { do: 'holds'; items: { step: HoldStep; again: boolean }[] }
  | { do: 'ask'; pool: number; who: number; amount: bigint }
  | { do: 'approve'; request: number; amount: bigint | null }
  | { do: 'reject'; request: number }
  | { do: 'cancel'; request: number }
  | { do: 'remove'; pool: number; who: number }
  /** `all`: as much as there is. */
  | { do: 'delete'; pool: number; forfeit: bigint | 'all' | null; confirmed: boolean }
  | { do: 'suspend'; pool: number; who: number }
  | { do: 'reinstate'; pool: number; who: number }
  | { do: 'join'; pool: number; who: number; role: OrganizationRole }
  | { do: 'limit'; who: number; limit: bigint | null }
  | { do: 'landing'; who: number; limit: bigint }
  | {
      do: 'budget';
      budget: number;
      who: number;
      member: number | null;
      /** Counts only what comes from there. */
      source: Source;
      limit: bigint;
      period: BudgetPeriod;
      alertAt: number[];
      enforced: boolean;
      /** Hours from now. */
      beginsIn: number | null;
    }
  | { do: 'end-budget'; budget: number; who: number }
  /** An earlier command comes again, with its own hash or, when it clashes, with another. */
  | { do: 'again'; command: number; clash: boolean }
  | { do: 'travel'; hours: number }
  | { do: 'sweep' };

export type HoldStep = Extract<Step, { do: 'hold' | 'capture' | 'release' | 'extend' }>;

/** Where a charge comes from, when it is not the usual product and key. */
export type Source = 'anywhere' | 'other product' | 'other key';

export interface ChargeStep {
  who: number;
  amount: bigint;
  behalf: number | null;
  source?: Source;
  /** Comes under the key of an earlier charge, perhaps of one in the same batch. */
  again: { charge: number; clash: boolean } | null;
}

export interface Scenario {
  graceDays: number;
  /** Whether wallets without a limit of their own may owe `DEFAULT_LIMIT` only. */
  strict: boolean;
  /** Overdraft limits of the wallets, in the order of `CAST`. */
  limits: (bigint | null)[];
  steps: Step[];
}
