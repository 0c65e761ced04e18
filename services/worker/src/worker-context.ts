import type { KeyObject } from 'node:crypto';
import type {
  CheckoutLimits,
  CreditPrice,
  Database,
  LedgerPolicy,
} from '@bursar/ledger/operations';
import type { Mail, WebhookSender } from '@bursar/notices';
import type { CheckoutSwitches, PaymentGateway } from '@bursar/payments';
import type { Queues } from '@bursar/queues';

/** What a log line needs; a pino logger fits. */
export interface WorkerLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What every job handler works with. */
export interface WorkerContext {
  db: Database;
  /** Connects anew as whoever proves the ledger; to be ended by whoever asks. */
  auditor: () => Database;
  queues: Queues;
  payments: PaymentGateway;
  mail: Mail;
  /** Signs the links that end mail. */
  unsubscribeKey: KeyObject;
  /** Makes the links of invitations. */
  invitationKey: KeyObject;
  /** Where webhooks leave, and the key that opens their secrets. */
  webhooks: { sender: WebhookSender; key: KeyObject };
  log: WorkerLog;
  policy: WorkerPolicy;
}

/** Rules that an operator sets, and the addresses that people are sent to. */
export interface WorkerPolicy extends LedgerPolicy {
  /** Lifetime of purchased credits in calendar months; 0 means for ever. */
  expiryMonths: number;
  /** Calendar months of history that stay in the hot tables; 0 means all. */
  historyOnlineMonths: number;
  /** At which price a top-up buys. */
  creditPrice: CreditPrice;
  publicUrl: string;
  /** For how many days after the payment refunds are given without an override; 0 is never. */
  refundWindowDays: number;
  /** What happens to a payment that a bank calls fraudulent, beside freezing the wallet's codes. */
  fraudWarnings: 'freeze' | 'refund';
  checkoutLimits: CheckoutLimits;
  checkout: CheckoutSwitches;
  /** Whether live Stripe objects are expected; objects of the other mode are never granted. */
  livemode: boolean;
  reconciliation: {
    /** What is younger may still be under way, so runs of the timetable leave it alone. */
    graceSeconds: number;
    /** Repairs of one run; more than this many differences are a defect that a person looks at. */
    repairsMax: number;
    /** Calls of Stripe's API in one run. */
    callsMax: number;
  };
}
