import { Card, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { read } from '../../../api/request.ts';
import { walletQuery, type Wallet } from '../../../api/wallet.ts';
import { t } from '../../../texts/index.ts';
import { ChartWithTable } from '../../../ui/chart-with-table.tsx';
import { formatDay } from '../../../ui/moment.tsx';
import { NotYet } from '../../../ui/not-yet.tsx';
import { medianOf, usedPerDay, type UsedDay } from './observe.ts';
import { project, type Projection } from './project.ts';

const f = t.forecast;
const DAY_MS = 86_400_000;
const DAYS_LOOKED_AT = 30;

/** How long the credits last at the pace of the last days, and how sure that is. */
export function BurnDown({ owner }: { owner: string }) {
  const { data: wallet, error: walletError, refetch: readWallet } = useQuery(walletQuery(owner));
  const {
    data: usage,
    error: usageError,
    refetch: readUsage,
  } = useQuery({
    queryKey: ['of', owner, 'usage', 'burn-down'],
    queryFn: ({ signal }) =>
      read<{ data: readonly UsedDay[] }>(`/v1/usage?wallet=${owner}&from=${firstDay()}`, {
        signal,
      }),
  });
  if (wallet === undefined || usage === undefined) {
    const again = (): void => {
      void readWallet();
      void readUsage();
    };
    return <NotYet h={300} error={walletError ?? usageError} again={again} />;
  }
  return (
    <Card>
      <Burning wallet={wallet} used={usage.data} />
    </Card>
  );
}

function Burning({ wallet, used }: { wallet: Wallet; used: readonly UsedDay[] }) {
  const { available, expiring, as_of: now } = wallet;
  const today = now.slice(0, 10);
  const seen = useMemo(() => usedPerDay(used, today), [used, today]);
  const projection = useMemo(
    () =>
      project({
        available: Number(available),
        usedPerDay: seen.used,
        expiring: inDays(expiring, today),
      }),
    [available, expiring, today, seen],
  );
  const nothing = whyNothing(wallet, seen.used);
  if (nothing !== null) {
    return (
      <>
        <Title order={2} size="h4">
          {f.title}
        </Title>
        <Text size="sm" c="dimmed">
          {nothing}
        </Text>
      </>
    );
  }
  const { days, empty } = projection;
  const dayOf = dayFrom(now);
  return (
    <ChartWithTable
      title={f.title}
      summary={summaryOf(projection, seen, dayOf)}
      kind="lines"
      data={days.map((one) => ({
        day: dayOf(one.day),
        middle: one.middle,
        band: [one.low, one.high],
      }))}
      x="day"
      series={[{ name: 'middle', label: f.left, color: 'indigo.6', dashed: true }]}
      band={{ name: 'band', color: 'indigo.6' }}
      marks={
        empty.middle === null
          ? []
          : [{ x: dayOf(empty.middle), label: f.emptyMark, color: 'red.7' }]
      }
      table={{
        columns: [f.day, f.low, f.left, f.high],
        rows: days
          .filter(({ day }) => day % stepOf(days.length) === 0)
          .map((one) => ({
            key: String(one.day),
            cells: [dayOf(one.day), rounded(one.low), rounded(one.middle), rounded(one.high)],
          })),
      }}
    />
  );
}

function summaryOf(
  { empty, horizon }: Projection,
  { used, onlyToday }: ReturnType<typeof usedPerDay>,
  dayOf: (day: number) => string,
): string {
  const { early, middle, late } = empty;
  return [
    middle === null ? f.lasts(horizon) : f.empty(dayOf(middle)),
    !onlyToday &&
      early !== null &&
      (late === null ? f.notBefore(dayOf(early)) : f.between(dayOf(early), dayOf(late))),
    f.restsOn(used.length, rounded(medianOf(used))),
    onlyToday && f.firstGuess,
  ]
    .filter((one) => one !== false)
    .join(' ');
}

const whyNothing = ({ available }: Wallet, used: readonly number[]): string | null => {
  if (!used.some((amount) => amount > 0)) return f.nothingUsed;
  return Number(available) <= 0 ? f.nothingLeft : null;
};

/** Guesses are not written to six decimals. */
const whole = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 4 });
const rounded = (amount: number): string => whole.format(amount);

const stepOf = (days: number): number => Math.max(1, Math.floor(days / 20));

const dayFrom =
  (now: string) =>
  (day: number): string =>
    formatDay(new Date(Date.parse(now) + day * DAY_MS));

const inDays = (
  expiring: Wallet['expiring'],
  today: string,
): { inDays: number; amount: number }[] =>
  expiring.map(({ at, amount }) => ({
    inDays: Math.floor((Date.parse(at) - Date.parse(today)) / DAY_MS),
    amount: Number(amount),
  }));

const firstDay = (): string =>
  `${new Date(Date.now() - DAYS_LOOKED_AT * DAY_MS).toISOString().slice(0, 10)}T00:00:00Z`;
