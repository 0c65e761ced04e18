type Words = { title: string; text: string };

/** What somebody is told, and what each of it means. */
export const notifications = {
  title: 'Notifications',
  text: 'What happened to your credits and to those you look after.',
  caption: 'Notifications, newest first',
  unread: 'New',
  markAll: 'Mark all as read',
  mark: 'Mark as read',
  open: 'Look at it',
  none: {
    title: 'Nothing to tell',
    text: 'When credits come in, run low, expire or are asked for, you read it here.',
  },
  amount: (amount: string) => `${amount} credits`,
  from: (who: string) => `from ${who}`,
  by: (who: string) => `by ${who}`,
  inWallet: (wallet: string) => `in ${wallet}`,
  granted: (granted: string, asked: string) => `${granted} of the ${asked} credits asked for`,
  spent: (spent: string, limit: string) => `${spent} of ${limit} credits spent`,
  firstOn: (day: string) => `from ${day} on`,
  triedAgain: (day: string) => `tried again on ${day}`,
  pauses: {
    declined_repeatedly: 'The card was declined three times in a row.',
    card_declined: 'The bank declined the card for good.',
    authentication_required: 'The bank wants you to confirm charges.',
    card_exhausted: 'The card was declined too often this month.',
    refused: 'The payment provider refused the charge as such.',
    currency_changed: 'Credits are sold in another currency now.',
    disputed: 'A payment was disputed.',
    fraud_warning: 'A bank warned of a payment with the card.',
    review: 'A payment does not match its order.',
  } as Readonly<Record<string, string>>,
  preferences: 'What you are told, and how, is chosen in your settings.',
  other: { title: 'Notice', text: 'A newer kind of notice than this page knows.' },
  kinds: {
    'purchase-paid': { title: 'Purchase paid', text: 'The credits are in the wallet.' },
    'payment-failed': {
      title: 'Payment failed',
      text: 'Nothing was charged and no credits moved.',
    },
    'credits-received': { title: 'Credits received', text: 'They can be spent now.' },
    'credits-taken-back': {
      title: 'Credits taken back',
      text: 'Their payment was returned, so they were taken back.',
    },
    'credits-recalled': {
      title: 'Credits recalled',
      text: 'The organization took back what was not spent.',
    },
    'credits-delayed': {
      title: 'Credits delayed',
      text: 'The pool had too few. They follow as soon as it has enough.',
    },
    'credits-expiring': {
      title: 'Credits expire soon',
      text: 'What is not spent by then is lost.',
    },
    'balance-low': {
      title: 'Balance low',
      text: 'The balance fell below the level that was chosen. Nothing stops yet.',
    },
    'balance-recovered': {
      title: 'Balance recovered',
      text: 'There is more than the chosen level again.',
    },
    'topup-declined': {
      title: 'Auto top-up declined',
      text: 'The card was refused. Nothing was charged.',
    },
    'topup-paused': {
      title: 'Auto top-up paused',
      text: 'It buys nothing until you look at it and switch it on again.',
    },
    'topup-switched-off': {
      title: 'Auto top-up switched off',
      text: 'It buys nothing until it is switched on again.',
    },
    'topup-cap-reached': {
      title: 'Monthly cap of top-ups reached',
      text: 'It buys nothing more this month.',
    },
    'balance-owed': {
      title: 'Credits owed',
      text: 'More was used than there was. The next credits that come in pay it first.',
    },
    'budget-alert': { title: 'Budget', text: 'A budget reached one of its levels.' },
    'request-created': {
      title: 'Credits requested',
      text: 'A member asks for credits and waits for a decision.',
    },
    'request-approved': { title: 'Request approved', text: 'The credits are in your wallet.' },
    'request-rejected': { title: 'Request rejected', text: 'No credits moved.' },
    'request-expired': {
      title: 'Request expired',
      text: 'Nobody decided in time. No credits moved.',
    },
    'rule-delayed': { title: 'Standing rule waits', text: 'The pool has too few credits for it.' },
    'seat-assigned': { title: 'Seat assigned', text: 'The credits of the seat come with it.' },
    'seat-revoked': { title: 'Seat revoked', text: 'Credits of the seat no longer come.' },
    'member-removed': {
      title: 'No longer a member',
      text: 'Unspent credits went back to the organization.',
    },
    'subscription-renewed': {
      title: 'Subscription renewed',
      text: 'The credits of the new period are there.',
    },
    'subscription-payment-failed': {
      title: 'Payment of the subscription failed',
      text: 'Its credits come when it is paid.',
    },
    'subscription-ending': {
      title: 'Subscription ends',
      text: 'It goes on until the end of the paid period.',
    },
    'subscription-resumed': { title: 'Subscription goes on', text: 'It renews as before.' },
    'subscription-ended': { title: 'Subscription ended', text: 'No further credits come from it.' },
    'subscription-seats-exceeded': {
      title: 'More seats than paid for',
      text: 'More seats are assigned than the subscription has.',
    },
    'webhook-disabled': {
      title: 'Webhook disabled',
      text: 'It failed for days, so nothing is sent to it any more.',
    },
  } as Record<string, Words>,
};
