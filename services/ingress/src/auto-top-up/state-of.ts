import type { AutoTopUpView } from '@bursar/ledger/reads';

export const STATES = [
  'off',
  'watching',
  'in_progress',
  'waiting',
  'cap_reached',
  'paused',
] as const;

/** The one word for how an auto top-up stands. */
export function stateOf(view: AutoTopUpView | null): (typeof STATES)[number] {
  if (view === null || !view.enabled) return 'off';
  if (view.attempts.some(({ settledAt }) => settledAt === null)) return 'in_progress';
  if (view.pausedReason !== null) return 'paused';
  if (view.resumeAt === null) return 'watching';
  return view.capReached ? 'cap_reached' : 'waiting';
}

const OFF: Readonly<Record<string, string>> = {
  card_removed: 'The card was removed. Save a card and switch auto top-up on again.',
};

const PAUSED: Readonly<Record<string, string>> = {
  declined_repeatedly:
    'The card was declined three times in a row. Save another card, or switch it on again.',
  card_declined: 'The bank declined the card for good. Save another card.',
  authentication_required:
    'The bank wants the owner to confirm charges. Buy once on the payment page, or save another card.',
  card_exhausted: 'The card was declined too often this month for its network. Save another card.',
  refused: 'The payment provider refused the charge as such. Ask whoever runs this service.',
  currency_changed: 'Credits are sold in another currency now. Agree to a cap in that currency.',
  disputed: 'A payment was disputed. Switch it on again to agree to further charges.',
  fraud_warning:
    'A bank warned of a payment with the card. Switch it on again to agree to further charges.',
  review: 'A payment does not match its order. Whoever runs this service has to look at it.',
};

/** What happens next, or what a person can do about it, in a sentence. */
export function nextStepOf(view: AutoTopUpView | null): string {
  switch (stateOf(view)) {
    case 'off':
      return OFF[view?.offReason ?? ''] ?? 'It is off. Switch it on to buy when credits run low.';
    case 'watching':
      return 'It buys as soon as fewer credits are available than the threshold.';
    case 'in_progress':
      return 'A top-up is on its way.';
    case 'waiting':
      return 'The last try brought nothing. It tries again by itself at the time given.';
    case 'cap_reached':
      return 'The cap of this month is reached. It goes on next month, or with a higher cap.';
    case 'paused':
      return PAUSED[view?.pausedReason ?? ''] ?? 'It is paused. Switch it on again to go on.';
  }
}
