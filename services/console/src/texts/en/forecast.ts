const days = (count: number): string => (count === 1 ? '1 day' : `${count} days`);

/** How long the credits will last. */
export const forecast = {
  title: 'How long it lasts',
  nothingUsed: 'Nothing was used in the last 30 days, so there is nothing to project.',
  nothingLeft: 'There is nothing left to spend.',
  empty: (middle: string) => `At this pace nothing is left around ${middle}.`,
  between: (early: string, late: string) => `In eight of ten cases between ${early} and ${late}.`,
  notBefore: (early: string) => `In nine of ten cases not before ${early}.`,
  lasts: (horizon: number) => `At this pace it lasts longer than ${days(horizon)}.`,
  restsOn: (observed: number, median: string) =>
    `Rests on ${days(observed)} of use, ${median} credits on a usual one, and on what expires on the way. Days are UTC.`,
  firstGuess: 'Only today is known, and today is not over: take it as a first guess.',
  today: 'Today',
  left: 'Left, the middle case',
  day: 'Day',
  low: 'One in ten has less',
  high: 'One in ten has more',
  emptyMark: 'Empty',
};
