/** Standing rules: what an organization does by itself. */
export const rules = {
  title: 'Standing rules',
  text: 'What the organization does by itself each period. Try a rule over the past before you switch it on.',
  create: 'New rule',
  createTitle: 'New standing rule',
  none: 'No standing rules',
  noneText:
    'Refill members every month, limit what one can receive, or take back what nobody uses.',
  kind: 'What it does',
  kinds: { refill: 'Refill', cap: 'Cap', sweep: 'Sweep' },
  kindsExplained: {
    refill: 'Brings every active member up to an amount when a period begins.',
    cap: 'Lets no member receive more than a share of the pool in a period.',
    sweep: 'Takes back, when a period ends, what has lain unspent for days.',
  },
  every: 'Every',
  cycles: { day: 'day', week: 'week', month: 'month' } as Readonly<Record<string, string>>,
  amount: 'Bring each member up to',
  share: 'Share of the pool, in percent',
  shareHint: 'Between 1 and 100.',
  idle: 'Unspent for, in days',
  idleHint: 'Between 0 and 366.',
  sentences: {
    refill: (amount: string, every: string) =>
      `When a ${every} begins, every active member is brought up to ${amount} unspent credits, all of them or nobody.`,
    cap: (share: number, every: string) =>
      `No member receives more than ${share} % of what the pool can give in a ${every}.`,
    sweep: (days: number, every: string) =>
      days === 0
        ? `When a ${every} ends, what was allocated and is neither spent nor on hold returns to the pool.`
        : `When a ${every} ends, what was allocated at least ${days} days before and is neither spent nor on hold returns to the pool.`,
  },
  begin: (kind: string) => `Begin with a ${kind.toLowerCase()}`,
  incomplete: 'Fill in the rule to read it as a sentence.',
  start: 'It runs first',
  starts: { next_period: 'When the next period begins', now: 'In this period already' },
  utc: 'Periods are those of the calendar in UTC; weeks begin on Monday.',
  simulate: 'Try it over the past',
  simulateText:
    'What the rule would have done in each of the last periods, from balances as they were. Nothing moves.',
  periods: 'Periods',
  switchOn: 'Switch on',
  switchedOn: (sentence: string) => `Switch on: ${sentence}`,
  trying: 'Trying',
  result: {
    title: 'In the past',
    none: 'It would have done nothing in these periods.',
    summary: (count: number, amount: string, verb: string) =>
      `Over ${count === 1 ? 'one period' : `${count} periods`} it would have ${verb} ${amount} credits.`,
    verbs: { refill: 'handed out', cap: 'refused', sweep: 'taken back' },
    waits: (count: number) =>
      count === 1
        ? 'In one period the pool could not have paid, and the rule would have waited.'
        : `In ${count} periods the pool could not have paid, and the rule would have waited.`,
    columns: ['Period from', 'Outcome', 'Members', 'Credits'],
    outcomes: { move: 'Moves', wait: 'Waits for the pool', refuse: 'Refuses' } as Readonly<
      Record<string, string>
    >,
    series: 'Credits',
  },
  list: 'Standing rules',
  on: 'On',
  since: 'First run',
  lastRun: 'Last run',
  noRun: 'Has not run yet',
  run: {
    done: (period: string, moved: string, members: number) =>
      `Period from ${period}: ${moved} credits for ${members === 1 ? '1 member' : `${members} members`}`,
    delayed: (period: string, required: string, available: string) =>
      `Period from ${period} waits: ${required} credits are needed, and the pool has ${available}`,
    missed: (period: string) => `Period from ${period} ended before the pool could pay`,
  },
  waits: 'Waits for the pool',
  switchOff: 'Switch off',
  switchOffOf: (sentence: string) => `Switch off: ${sentence}`,
  switchOffTitle: 'Switch this rule off?',
  switchOffText: 'It does nothing more, and what still waits is called off. What it did stays.',
};
