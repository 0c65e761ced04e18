import type {
  BudgetPeriod,
  LotKind,
  OrganizationRole,
  PurchaseStatus,
  TransactionKind,
} from '@bursar/contracts';
import type { Budget, PeriodCount } from './budget.ts';

/**
 * The whole state of the reference ledger. It is written from the rules, one command after the
 * other, with nothing but loops; amounts are micro-credits, times are milliseconds.
 */
export interface Ledger {
  now: number;
  rules: Rules;
  /** In the order in which they were made, which is the order of their ids. */
  wallets: Map<string, Wallet>;
  memberships: Membership[];
  holds: Hold[];
  charges: Transaction[];
  requests: CreditRequest[];
  /** Those that were handed out, in their order. */
  allocations: Handout[];
  seats: Seat[];
  /** Those that wait to be paid are in the order in which they were last tried. */
  entitlements: Entitlement[];
  settings: Map<string, Settings>;
  /** Share of the pool per calendar month, in percent. */
  caps: Map<string, number>;
  receipts: { pool: string; wallet: Wallet; amount: bigint; at: number }[];
  /** The instant of the calendar at which the scenario's clock shows 0, in milliseconds. */
  epoch: number;
  purchases: Purchase[];
  periods: Period[];
  operations: Map<string, { hash: string; decision: Decision }>;
  /** In the order in which they were made, ended ones included. */
  budgets: Budget[];
  /** Which day, week and month it is; whoever lets time pass turns the pages. */
  calendar: Record<BudgetPeriod, number>;
  /** What people were told about budgets: id, percent, spent. */
  alerts: string[];
}

export type LotOrder = (a: Lot, b: Lot) => number;

/** The rules that a test may bend, to prove that a ledger with other rules would be noticed. */
export interface Rules {
  burnOrder: LotOrder;
  unwindsNewestFirst: boolean;
  inflowsSettleDebt: boolean;
  /** Holds count in budgets from their admission on. */
  holdsCountInBudgets: boolean;
  graceMs: number;
  /** Credits that had their grace lapse when they come back again. */
  gracesOnce: boolean;
  /** How far wallets without a limit of their own may owe; `null`: any amount. */
  defaultOverdraft: bigint | null;
}

export interface Wallet {
  owner: string;
  /** `null`: any amount. */
  overdraftLimit: bigint | null;
  /** How much debt beyond that the holds under way may declare together. */
  softLandingLimit: bigint;
  /** How its owner was deleted; `null` while they are there. */
  closed: Decision | null;
  credits: bigint;
  owed: bigint;
  lots: Lot[];
  entries: Entry[];
}

export interface Lot extends LotTerms {
  wallet: Wallet;
  /** Counts the lots of a wallet from 1. */
  number: number;
  amount: bigint;
  remaining: bigint;
  held: bigint;
  createdAt: number;
  /** It lives through a grace, or its credits came out of a lot that did. */
  hadGrace: boolean;
}

export interface LotTerms {
  kind: LotKind;
  priority: number;
  unitCost: bigint;
  currency: string | null;
  effectiveAt: number;
  /** `Infinity`: never. */
  expiresAt: number;
  parent: Lot | null;
  /** The organization that handed these credits out. */
  allocatedBy: string | null;
  purchase: Purchase | null;
}

export interface Transaction {
  kind: TransactionKind;
  movements: Movement[];
  /** The key of the operation that asked for it. */
  operation: string | null;
  corrects: Transaction | null;
  /** How much of a charge, or of a taking, has been given back. */
  undone: bigint;
  /** The hold that a charge captured. */
  hold: Hold | null;
  /** The periods of budgets in which a charge counts. */
  counts: PeriodCount[];
  /** What the amount was made from, if it was made by a price. */
  quantity: bigint | null;
}

export type Place = { system: string } | { debtOf: Wallet } | { lot: Lot };

export interface Movement {
  amount: bigint;
  from: Place;
  to: Place;
}

/** A transaction as one wallet sees it. */
export interface Entry {
  transaction: Transaction;
  amount: bigint;
  balanceAfter: bigint;
  owedAfter: bigint;
}

export interface Hold {
  wallet: Wallet;
  amount: bigint;
  quantity: bigint | null;
  captured: bigint;
  /** Debt that captures may make beyond the wallet's limit, and what of it they made. */
  overdraft: bigint;
  overdraftUsed: bigint;
  status: 'open' | 'captured' | 'released' | 'expired';
  onBehalfOf: string | null;
  placedAt: number;
  expiresAt: number;
  slices: { lot: Lot; pinned: bigint }[];
  /** The periods of budgets in which it counts, and what it captures. */
  counts: PeriodCount[];
}

export interface Membership {
  organization: string;
  member: string;
  role: OrganizationRole;
  status: 'active' | 'suspended' | 'removed';
  joinedAt: number;
}

export interface CreditRequest {
  organization: string;
  member: string;
  amount: bigint;
  granted: bigint | null;
  status: 'pending' | 'approved' | 'rejected' | 'cancelled' | 'expired';
  expiresAt: number;
  byItself: boolean;
  decidedAt: number;
}

/** What one allocation gave to whom. */
export interface Handout {
  pool: string;
  parts: { wallet: Wallet; lots: Lot[] }[];
}

export interface Seat {
  organization: string;
  member: string;
  status: 'assigned' | 'revoked';
}

export interface Entitlement {
  operation: string;
  organization: string;
  member: string;
  kind: 'default' | 'seat';
  amount: bigint;
  status: 'delayed' | 'paid' | 'cancelled';
}

export interface Settings {
  seatAllocation: bigint | null;
  autoApproveBelow: bigint | null;
  autoApproveMonthly: bigint | null;
}

export interface Purchase {
  wallet: Wallet;
  /** All that it brought, what a code added included. */
  credits: bigint;
  paid: bigint;
  status: PurchaseStatus;
  takenBack: bigint;
  /** A saved card paid, because the balance ran low. */
  byItself: boolean;
  transaction: Transaction;
}

/** A period of a wallet's subscription that was paid for. */
export interface Period extends Purchase {
  number: number;
  /** What of earlier periods moved on with it. */
  rolled: bigint;
}

export interface Refusal {
  code: string;
  required?: bigint;
  available?: bigint;
  subjects?: string[];
}

/** What a command came to: facts of its result worth comparing, or why it was refused. */
export type Decision = { ok: true; result: Record<string, string> } | { ok: false; error: Refusal };

export const applied = (result: Record<string, string> = {}): Decision => ({ ok: true, result });
export const refused = (code: string, more: Omit<Refusal, 'code'> = {}): Decision => ({
  ok: false,
  error: { code, ...more },
});

export const addWallet = (ledger: Ledger, owner: string, overdraftLimit: bigint | null): Wallet => {
  const empty = { credits: 0n, owed: 0n, lots: [], entries: [] };
  const wallet = { owner, overdraftLimit, softLandingLimit: 0n, closed: null, ...empty };
  ledger.wallets.set(owner, wallet);
  return wallet;
};

export const membershipOf = (
  ledger: Ledger,
  organization: string,
  member: string,
): Membership | undefined =>
  ledger.memberships.find((m) => m.organization === organization && m.member === member);
