import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { storeMethod, type BillingContact } from './create-payment-method.ts';

/** How a direct debit from a test account ends, days after the customer has left. */
export const DEBIT_OUTCOMES = ['succeeds', 'fails'] as const;
export type DebitOutcome = (typeof DEBIT_OUTCOMES)[number];

const ACCOUNTS: Record<DebitOutcome, string> = {
  succeeds: '000123456789',
  fails: '000111111116',
};
const ROUTING_NUMBER = '110000000';

/** Stores a test account as a payment method of nobody. */
export function createBankMethod(
  emulator: Emulator,
  outcome: DebitOutcome,
  contact: BillingContact,
): Stripe.PaymentMethod {
  const number = ACCOUNTS[outcome];
  return storeMethod(emulator, contact, `${ROUTING_NUMBER}-${number}`, (fingerprint) => ({
    type: 'us_bank_account',
    us_bank_account: {
      account_holder_type: 'individual',
      account_type: 'checking',
      bank_name: 'STRIPE TEST BANK',
      financial_connections_account: null,
      fingerprint,
      last4: number.slice(-4),
      networks: { preferred: 'ach', supported: ['ach'] },
      routing_number: ROUTING_NUMBER,
      status_details: null,
    },
  }));
}

export function debitOutcomeOf(method: Stripe.PaymentMethod): DebitOutcome {
  const last4 = method.us_bank_account?.last4;
  return ACCOUNTS.fails.slice(-4) === last4 ? 'fails' : 'succeeds';
}

/** Whether the page of a session offers a direct debit: it is American, and takes days. */
export function offersDebit(session: Stripe.Checkout.Session): boolean {
  const allowed = session.allowed_payment_method_types;
  return (
    session.mode === 'payment' &&
    session.currency === 'usd' &&
    (allowed === null || allowed.includes('us_bank_account'))
  );
}
