/** The zone that days are counted in. */
export const ZONE: string = Intl.DateTimeFormat().resolvedOptions().timeZone;

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

/** The midnight that begins a day such as `2026-11-20`, in the reader's zone, as an instant. */
export function startOfDay(day: string | undefined): string | undefined {
  return dateOf(day)?.toISOString();
}

/** The day that follows, so that "until the 20th" holds all of the 20th. */
export function dayAfter(day: string | undefined): string | undefined {
  const date = dateOf(day);
  if (date === undefined) return undefined;
  date.setDate(date.getDate() + 1);
  return dayOf(date);
}

/** The day of a moment in the reader's zone, as the address and date fields write it. */
export const dayOf = (date: Date): string =>
  [
    date.getFullYear().toString().padStart(4, '0'),
    (date.getMonth() + 1).toString().padStart(2, '0'),
    date.getDate().toString().padStart(2, '0'),
  ].join('-');

/** Undefined for what is no day, such as one that is half typed. */
function dateOf(day: string | undefined): Date | undefined {
  const [, year, month, date] = DAY.exec(day ?? '') ?? [];
  if (year === undefined) return undefined;
  const found = new Date(Number(year), Number(month) - 1, Number(date));
  return Number.isNaN(found.getTime()) ? undefined : found;
}
