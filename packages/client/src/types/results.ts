/** What commands result in. */
import type { Problem } from '../errors.ts';
import type { CreditRequest, Money } from './resources.ts';
import type { LotKind, PurchaseStatus } from './vocabulary.ts';

/** A part of a movement of credits. */
export interface LotPart {
  lot: string;
  kind: LotKind;
  amount: string;
}

export interface Charge {
  transaction: string;
  wallet: string;
  amount: string;
  lots: LotPart[];
  /** The part that no lot covered. */
  owed: string;
}
export interface ChargeResult {
  charge: Charge;
}

/** What became of one of many. */
export interface OutcomeOfMany {
  /** The id of its operation; `null` unless accepted. */
  operation: string | null;
  /** `invalid` moved nothing; `unavailable` is to be sent again as it is. */
  status: 'accepted' | 'invalid' | 'unavailable';
  /** Why it was not accepted, or why the ledger rejected it. */
  error: Problem | null;
  /** It was accepted before. */
  replayed: boolean;
  /** With `wait`. */
  operation_status?: 'pending' | 'succeeded' | 'rejected';
}
export interface BatchOutcome extends OutcomeOfMany {
  idempotency_key: string;
}
export interface EventOutcome extends OutcomeOfMany {
  id: string;
  source: string;
}

export interface DecisionOutcome extends OutcomeOfMany {
  /** Of the request. */
  id: string;
  decision: 'approve' | 'reject';
}

export interface ReversalResult {
  transaction: string;
  amount: string;
}

export interface HoldState {
  id: string;
  wallet: string;
  amount: string;
  captured: string;
  status: 'open' | 'captured' | 'released' | 'expired';
  product: string;
  expires_at: string;
}
export interface HoldResult {
  hold: HoldState;
}
export interface ExtensionResult extends HoldResult {
  /** Credits that were set aside in addition. */
  added: string;
}
export interface CaptureResult {
  hold: HoldState;
  /** `null` when nothing was captured. */
  charge: Charge | null;
}

export interface Transfer {
  transaction: string;
  from: string;
  to: string;
  amount: string;
  lots: LotPart[];
}
export interface TransferResult {
  transfer: Transfer;
}

export interface AllocationResult {
  allocation: {
    id: string;
    recipients: number;
    amount_per_recipient: string | null;
    total: string;
  };
}

export interface UndoResult {
  undo: {
    allocation: string;
    members: number;
    returned: string;
    /** Stays with its holders until their holds end. */
    held: string;
    reason?: string;
    /** The first hundred from whom something came back, or could not. */
    recipients: { user: string; returned: string; held: string }[];
  };
}

export interface SeatResult {
  seat: {
    organization: string;
    user: string;
    status: 'assigned' | 'revoked';
    assigned_at: string;
    revoked_at: string | null;
  };
  /** `null`: a seat brings nothing, or brought it in this month already. */
  transfer?: Transfer | null;
}

/** What a rule would have done when each period began; nothing moved. */
export interface SimulationResult {
  simulation: {
    kind: 'refill' | 'cap' | 'sweep';
    periods: {
      /** First day, `YYYY-MM-DD` in UTC. */
      period: string;
      /** It would have moved so much, waited for a pool that could not pay, or (a cap) refused so much. */
      outcome: 'move' | 'wait' | 'refuse';
      members: number;
      amount: string;
    }[];
  };
}

export interface PurchaseResult {
  purchase: {
    id: string;
    status: PurchaseStatus;
    wallet: string;
    credits: string;
    /** What a bonus code adds. */
    bonus: string;
    subtotal: Money;
    discount: Money;
    tax: Money;
    total: Money;
    pack: string | null;
    promotion_code: string | null;
    /** Where to pay; `null` when nothing is to be paid any more. */
    checkout_url: string | null;
    processing_since: string | null;
    created_at: string;
    settled_at: string | null;
  };
}

export interface GrantResult {
  transaction: string;
  /** What of it paid debt. */
  settled: string;
  /** `null` when debt took everything. */
  lot: {
    id: string;
    kind: LotKind;
    amount: string;
    remaining: string;
    expires_at: string | null;
  } | null;
}

export interface CreditRequestResult {
  credit_request: Omit<CreditRequest, 'decided_by'>;
}
export interface ApprovalResult extends CreditRequestResult {
  transfer: Transfer;
}

export interface RemovalResult {
  returned: { amount: string; lots: LotPart[] };
  /** Held now; follows when the holds end. */
  held: string;
  seat_revoked: boolean;
  requests_cancelled: number;
  /** Credits that waited for the pool to pay them. */
  delayed_cancelled: string;
}

export interface OrganizationDeletionResult {
  deletion: {
    organization: string;
    name: string;
    deleted_at: string;
    /** What was left in the pool and given up, and by which transaction. */
    forfeited: string;
    transaction: string | null;
    /** What members keep. */
    members: { count: number; with_credits: number; amount: string; held: string };
  };
}
