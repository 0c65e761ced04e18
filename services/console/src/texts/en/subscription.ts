const every = (cycle: string): string => (cycle === 'month' ? 'a month' : `a ${cycle}`);

/** Credits that come with every period. */
export const subscription = {
  title: 'Subscription',
  none: 'Credits that arrive every period. What you bought is not touched by it: it is spent after what expires sooner.',
  noPlans: {
    title: 'There are no plans',
    text: 'Whoever runs this installation has not put any plan on offer.',
  },
  plans: 'Plans',
  each: (credits: string, cycle: string) => `${credits} credits ${every(cycle)}`,
  price: (price: string, cycle: string) => `${price} ${every(cycle)}`,
  free: 'Free',
  rollover: (credits: string) => `Up to ${credits} unused credits move on into the next period.`,
  noRollover: 'Unused credits lapse with their period.',
  grace: (hours: number) =>
    hours === 0 ? '' : `They outlive it by ${hours} hours while a renewal is on its way.`,
  trial: (days: number, credits: string) =>
    credits === '0' ? `${days} days of trial.` : `${days} days of trial with ${credits} credits.`,
  seats: (count: number) => (count === 1 ? '1 seat included.' : `${count} seats included.`),
  subscribe: (plan: string) => `Subscribe to ${plan}`,
  subscribing: (plan: string) => `Subscribe to ${plan}`,
  switchTo: (plan: string) => `Change to ${plan}`,
  current: 'Your plan',
  coming: 'Your next plan',
  keep: (plan: string) => `Keep ${plan}`,
  keepText: 'The change that was to come is taken back. Nothing is charged, and no credits move.',
  quantity: 'Quantity',
  times: (count: number) => `${count} ×`,
  statuses: {
    awaiting_payment: 'Waiting for payment',
    trialing: 'On trial',
    active: 'Active',
    past_due: 'Payment overdue',
    unpaid: 'Unpaid',
    paused: 'Paused',
    incomplete: 'Waiting for the first payment',
    canceled: 'Ended',
    expired: 'Not paid in time',
    failed: 'Failed',
  } as Readonly<Record<string, string>>,
  credits: 'Credits',
  costs: 'Price',
  unused: 'Unused credits',
  unusedLapses: 'lapse with the period',
  unusedMoves: (credits: string) => `up to ${credits} move on`,
  changeQuantity: 'Change the quantity',
  renews: 'Renews',
  becomes: (day: string, plan: string, credits: string, price: string) =>
    `From ${day}: ${plan}, ${credits}, ${price}.`,
  ends: 'Ends',
  trialEnds: 'Trial ends',
  pastDue: 'The last payment failed. Renew the card at Stripe, or the subscription ends.',
  pay: 'Open the payment page',
  manage: 'Cards and invoices at Stripe',
  cancelTitle: 'Cancel the subscription',
  cancelText: (day: string) =>
    `It ends on ${day}. Its credits stay usable until then; nothing is paid back, and you can change your mind until that day.`,
  cancelAction: 'Cancel at the end of the period',
  cancelling: 'Cancel the subscription',
  resume: 'Keep it',
  notNow: 'Not now',
  resuming: 'Keep the subscription',
  changeUp:
    'A dearer plan is charged at once for the rest of the period and brings its difference in credits; a cheaper one counts from the next period on.',
  overSeats: (count: number) =>
    count === 1
      ? '1 person sits beyond the plan’s seats.'
      : `${count} people sit beyond the plan’s seats.`,
};
