import { Text } from '@mantine/core';

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const full = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'short',
});
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

/** A moment in the reader's own time zone; the zone and UTC are told on demand. */
export function Moment({ at, dateOnly = false }: { at: string; dateOnly?: boolean }) {
  const moment = new Date(at);
  return (
    <Text component="time" inherit dateTime={at} title={`${full.format(moment)} ${zone} (${at})`}>
      {(dateOnly ? day : full).format(moment)}
    </Text>
  );
}

export const formatDay = (at: string | Date): string => day.format(new Date(at));
export const formatMoment = (at: string | Date): string => full.format(new Date(at));

const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
const STEPS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** "in 3 days", always to be shown beside the moment itself. */
export function formatRelative(at: string | Date, now: Date = new Date()): string {
  const away = new Date(at).getTime() - now.getTime();
  const [unit, ms] = STEPS.find(([, size]) => Math.abs(away) >= size) ?? ['minute', 60_000];
  return relative.format(Math.trunc(away / ms), unit);
}
