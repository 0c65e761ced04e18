/** What a wallet holds, lot by lot, and when it lapses. */
export const lots = {
  title: 'Credits, in the order in which they are spent',
  text: 'The one on top is spent first. Lower priority numbers go first, then what expires soonest, then what cost less, then what is older. Work for an organization takes that organization’s credits before all others.',
  next: 'Spent next',
  states: { upcoming: 'Not yet usable', frozen: 'Frozen', expired: 'Expired', spent: 'Spent' },
  leftOf: (left: string, all: string) => `${left} of ${all} left`,
  held: (held: string) => `${held} on hold`,
  from: (moment: string) => `usable from ${moment}`,
  expires: 'Expires',
  never: 'Never expires',
  origin: {
    purchased: 'Bought',
    promotional: 'Given',
    allocated: (by: string) => `From ${by}`,
    subscription: 'From the subscription',
    adjustment: 'Adjusted by the operator',
  },
  received: 'Received',
  provenance: 'Where it came from',
  why: {
    priority: (mine: number) => `Goes before the next one: its priority is ${mine}`,
    expiry: 'Goes before the next one: it expires sooner',
    cost: 'Goes before the next one: it cost less',
    age: 'Goes before the next one: it is older',
    only: 'The only credits here',
    last: 'Spent last',
  },
  empty: {
    title: 'No credits to spend',
    text: 'Credits that you buy or are given appear here, with their expiry and where they came from.',
  },
  timeline: {
    title: 'When credits expire',
    none: 'Nothing in this wallet expires.',
    summary: (amount: string, first: string, last: string) =>
      first === last
        ? `${amount} credits expire on ${first}, unless they are spent before.`
        : `${amount} credits expire between ${first} and ${last}, unless they are spent before.`,
    lasting: (amount: string) => `${amount} never expire.`,
    month: 'Month',
    date: 'Date',
    amount: 'Credits',
  },
  past: 'Spent and expired',
  noPast: 'Nothing was used up yet.',
  showPast: 'Show spent and expired credits',
  hidePast: 'Hide spent and expired credits',
  columns: {
    kind: 'Kind',
    origin: 'Origin',
    amount: 'Credits',
    left: 'Left',
    state: 'State',
    received: 'Received',
  },
};
