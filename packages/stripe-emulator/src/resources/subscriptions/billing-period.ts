import type Stripe from 'stripe';

const DAY_SECONDS = 24 * 60 * 60;

export interface Period {
  /** Unix seconds, as everywhere on Stripe. */
  start: number;
  end: number;
}

/** The period that begins at `start`; its end lies a whole number of intervals after the anchor. */
export function periodFrom(
  anchor: number,
  recurring: Stripe.Price.Recurring,
  start: number,
): Period {
  let count = 1;
  while (addIntervals(anchor, recurring, count) <= start) count++;
  return { start, end: addIntervals(anchor, recurring, count) };
}

/** Only day, week, month and year are accepted when a price is made. */
export function addIntervals(
  anchor: number,
  { interval, interval_count: each }: Pick<Stripe.Price.Recurring, 'interval' | 'interval_count'>,
  count: number,
): number {
  switch (interval) {
    case 'day':
      return anchor + count * each * DAY_SECONDS;
    case 'week':
      return anchor + count * each * 7 * DAY_SECONDS;
    case 'year':
      return addMonths(anchor, count * each * 12);
    default:
      return addMonths(anchor, count * each);
  }
}

/** A month after 31 January is the end of February, and the month after that is 31 March again. */
export function addMonths(seconds: number, months: number): number {
  const date = new Date(seconds * 1000);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return Math.floor(date.getTime() / 1000);
}
