/** The ways in which a cardholder's bank comes back at a payment. */
export const DISPUTE_KINDS = ['fraudulent', 'product_not_received', 'inquiry'] as const;
export type DisputeKind = (typeof DISPUTE_KINDS)[number];

/** What a test card does when it is charged. */
type CardBehaviour =
  | { kind: 'pays'; disputed?: DisputeKind }
  | { kind: 'declines'; decline: Decline }
  | { kind: 'blocked' };

/** How its refunds go; every other card refunds at once. */
type RefundBehaviour = 'pending_then_succeeded' | 'succeeded_then_failed';

export interface Decline {
  code: string;
  declineCode: string | null;
  message: string;
  adviceCode: 'confirm_card_data' | 'do_not_try_again' | 'try_again_later';
  networkDeclineCode: string;
}

export interface TestCard {
  number: string;
  label: string;
  brand: 'amex' | 'diners' | 'discover' | 'mastercard' | 'visa';
  funding: 'credit' | 'debit' | 'prepaid';
  /** The token of the same card in the API, such as `pm_card_visa`. */
  token: string | null;
  behaviour: CardBehaviour;
  refunds?: RefundBehaviour;
}

export const TEST_CARDS: readonly TestCard[] = [
  pays('4242424242424242', 'Visa, succeeds', { token: 'pm_card_visa' }),
  pays('4000056655665556', 'Visa debit, succeeds', {
    token: 'pm_card_visa_debit',
    funding: 'debit',
  }),
  pays('5555555555554444', 'Mastercard, succeeds', {
    token: 'pm_card_mastercard',
    brand: 'mastercard',
  }),
  pays('378282246310005', 'American Express, succeeds', { token: 'pm_card_amex', brand: 'amex' }),
  pays('6011111111111117', 'Discover, succeeds', { token: 'pm_card_discover', brand: 'discover' }),
  declines('4000000000000002', 'Declined', 'pm_card_visa_chargeDeclined', {
    declineCode: 'generic_decline',
  }),
  declines(
    '4000000000009995',
    'Insufficient funds',
    'pm_card_visa_chargeDeclinedInsufficientFunds',
    {
      declineCode: 'insufficient_funds',
      message: 'Your card has insufficient funds.',
      networkDeclineCode: '51',
    },
  ),
  declines('4000000000009987', 'Lost card', 'pm_card_visa_chargeDeclinedLostCard', {
    declineCode: 'lost_card',
    adviceCode: 'do_not_try_again',
  }),
  declines('4000000000009979', 'Stolen card', 'pm_card_visa_chargeDeclinedStolenCard', {
    declineCode: 'stolen_card',
    adviceCode: 'do_not_try_again',
  }),
  declines('4000000000000069', 'Expired card', 'pm_card_chargeDeclinedExpiredCard', {
    code: 'expired_card',
    declineCode: 'expired_card',
    message: 'Your card has expired.',
    adviceCode: 'confirm_card_data',
    networkDeclineCode: '54',
  }),
  declines('4000000000000127', 'Wrong security code', 'pm_card_chargeDeclinedIncorrectCvc', {
    code: 'incorrect_cvc',
    declineCode: 'incorrect_cvc',
    message: "Your card's security code is incorrect.",
    adviceCode: 'confirm_card_data',
    networkDeclineCode: 'N7',
  }),
  declines('4000000000000119', 'Processing error', 'pm_card_chargeDeclinedProcessingError', {
    code: 'processing_error',
    declineCode: 'processing_error',
    message: 'An error occurred while processing your card. Try again in a little bit.',
  }),
  declines('4000000000000341', 'Attaches, then declines', 'pm_card_chargeCustomerFail', {
    declineCode: 'generic_decline',
  }),
  {
    ...pays('4100000000000019', 'Blocked as fraudulent', { token: 'pm_card_radarBlock' }),
    behaviour: { kind: 'blocked' },
  },
  pays('4000000000000259', 'Succeeds, disputed as fraudulent', {
    token: 'pm_card_createDispute',
    disputed: 'fraudulent',
  }),
  pays('4000000000002685', 'Succeeds, disputed as not received', {
    token: 'pm_card_createDisputeProductNotReceived',
    disputed: 'product_not_received',
  }),
  pays('4000000000001976', 'Succeeds, with an inquiry', {
    token: 'pm_card_createDisputeInquiry',
    disputed: 'inquiry',
  }),
  pays('4000000000007726', 'Succeeds, refunds are pending first', {
    token: 'pm_card_pendingRefund',
    refunds: 'pending_then_succeeded',
  }),
  pays('4000000000005126', 'Succeeds, refunds fail later', {
    token: 'pm_card_refundFail',
    refunds: 'succeeded_then_failed',
  }),
];

export function findTestCard(number: string): TestCard | undefined {
  return TEST_CARDS.find((card) => card.number === number);
}

export function findTestCardByToken(token: string): TestCard | undefined {
  return TEST_CARDS.find((card) => card.token === token);
}

/** The last four digits are unique among the test cards, so a charge leads back to its card. */
export function findTestCardByLast4(last4: string | null): TestCard | undefined {
  return TEST_CARDS.find((card) => card.number.slice(-4) === last4);
}

interface PayingCard {
  token: string;
  brand?: TestCard['brand'];
  funding?: TestCard['funding'];
  disputed?: DisputeKind;
  refunds?: RefundBehaviour;
}

function pays(number: string, label: string, options: PayingCard): TestCard {
  const { token, brand = 'visa', funding = 'credit', disputed, refunds } = options;
  const behaviour: CardBehaviour = disputed ? { kind: 'pays', disputed } : { kind: 'pays' };
  return { number, label, brand, funding, token, behaviour, ...(refunds ? { refunds } : {}) };
}

function declines(
  number: string,
  label: string,
  token: string,
  decline: Partial<Decline>,
): TestCard {
  const defaults: Decline = {
    code: 'card_declined',
    declineCode: null,
    message: 'Your card was declined.',
    adviceCode: 'try_again_later',
    networkDeclineCode: '01',
  };
  const behaviour: CardBehaviour = { kind: 'declines', decline: { ...defaults, ...decline } };
  return { number, label, brand: 'visa', funding: 'credit', token, behaviour };
}
