/** The ways in which a cardholder's bank comes back at a payment. */
export const DISPUTE_KINDS = [
  'fraudulent',
  'product_not_received',
  'inquiry',
  // Decided as they are opened: the network takes the money by a rule, or a refund comes first.
  'rdr',
  'prevented',
] as const;
export type DisputeKind = (typeof DISPUTE_KINDS)[number];

/** What a test card does when it is charged. */
type CardBehaviour =
  | { kind: 'pays'; disputed?: DisputeKind; radar?: RadarReaction }
  | { kind: 'declines'; decline: Decline; attaches?: true }
  | { kind: 'blocked' };

/** What fraud detection does about a paid charge. */
type RadarReaction = 'early_fraud_warning' | 'review';

/**
 * When the bank wants the cardholder to authenticate: at every payment; at every payment unless
 * the card was set up for later use; or only while the cardholder is there to do it.
 */
type Authentication = 'always' | 'unless_set_up' | 'on_session';

/** How its refunds go; every other card refunds at once. */
export type RefundBehaviour = 'pending_then_succeeded' | 'succeeded_then_failed';

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
  authentication?: Authentication;
  refunds?: RefundBehaviour;
}

interface PayingCard {
  token: string;
  brand?: TestCard['brand'];
  funding?: TestCard['funding'];
  authentication?: Authentication;
  disputed?: DisputeKind;
  radar?: RadarReaction;
  refunds?: RefundBehaviour;
}

/** A card that pays. */
export function pays(number: string, label: string, options: PayingCard): TestCard {
  const { brand = 'visa', funding = 'credit', disputed, radar, ...rest } = options;
  const behaviour: CardBehaviour = {
    kind: 'pays',
    ...(disputed ? { disputed } : {}),
    ...(radar ? { radar } : {}),
  };
  return { number, label, brand, funding, behaviour, ...rest };
}

/** Banks refuse to save most cards that they would decline, but not this one. */
export function attaches(card: TestCard): TestCard {
  const { behaviour } = card;
  if (behaviour.kind !== 'declines') return card;
  return { ...card, behaviour: { ...behaviour, attaches: true } };
}

/** A card whose bank refuses every charge. */
export function declines(
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
