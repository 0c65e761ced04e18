import { attaches, declines, pays, type TestCard } from './test-card.ts';

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
  attaches(
    declines('4000000000000341', 'Can be saved, then declines', 'pm_card_chargeCustomerFail', {
      declineCode: 'generic_decline',
    }),
  ),
  pays('4000002500003155', '3-D Secure, unless it was saved', {
    token: 'pm_card_authenticationRequiredOnSetup',
    authentication: 'unless_set_up',
  }),
  pays('4000002760003184', '3-D Secure, every time', {
    token: 'pm_card_authenticationRequired',
    authentication: 'always',
  }),
  pays('4000003800000446', '3-D Secure, but not for later payments', {
    token: 'pm_card_authenticationRequiredSetupForOffSession',
    authentication: 'on_session',
  }),
  {
    ...attaches(
      declines(
        '4000008260003178',
        '3-D Secure, then insufficient funds',
        'pm_card_authenticationRequiredChargeDeclinedInsufficientFunds',
        {
          declineCode: 'insufficient_funds',
          message: 'Your card has insufficient funds.',
          networkDeclineCode: '51',
        },
      ),
    ),
    authentication: 'always',
  },
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
  pays('4000000000005423', 'Succeeds, then an early fraud warning', {
    token: 'pm_card_createIssuerFraudRecord',
    radar: 'early_fraud_warning',
  }),
  pays('4000000000009235', 'Succeeds, but is put under review', {
    token: 'pm_card_riskLevelElevated',
    radar: 'review',
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

/** `pm_card_visa`, or the older `tok_visa` of the same card. */
export function findTestCardByToken(token: string): TestCard | undefined {
  const named = token.replace(/^tok_/, 'pm_card_');
  return TEST_CARDS.find(
    (card) => card.token === named || card.token?.replace('pm_card_visa_', 'pm_card_') === named,
  );
}

/** The last four digits are unique among the test cards, so a charge leads back to its card. */
export function findTestCardByLast4(last4: string | null): TestCard | undefined {
  return TEST_CARDS.find((card) => card.number.slice(-4) === last4);
}
