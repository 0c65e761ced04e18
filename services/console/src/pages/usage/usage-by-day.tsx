import { useQueries } from '@tanstack/react-query';
import { t } from '../../texts/index.ts';
import { Credits, formatCredits } from '../../ui/amounts.tsx';
import { ChartWithTable } from '../../ui/chart-with-table.tsx';
import { unusualDays } from './unusual-days.ts';
import { daysOf, usageQuery, type Usage } from './usage.ts';

const u = t.usage;
/** More colours than this nobody tells apart; the rest is one. */
const DRAWN = 5;
const COLOURS = ['indigo.6', 'teal.6', 'orange.6', 'grape.6', 'cyan.6'] as const;
const OTHERS = 'others';

interface UsageByDayProps {
  owner: string;
  days: number;
  byDay: Usage;
  byProduct: Usage;
}

/** Stacked bars, one a day, with unusual days marked; the same as a table. */
export function UsageByDay({ owner, days, byDay, byProduct }: UsageByDayProps) {
  const drawn = byProduct.data.slice(0, DRAWN).map(({ key }) => key);
  const each = useQueries({
    queries: drawn.map((product) => usageQuery({ owner, days, product, group: 'day' })),
  });
  const perProduct = each.map(({ data }) => netByDay(data));
  const total = netByDay(byDay);
  const dates = daysOf(days);
  const unusual = unusualDays(byDay.data);
  const others = byProduct.data.length > DRAWN;
  const point = (day: string) => {
    const parts = drawn.map((_product, at) => Number(perProduct[at]?.get(day) ?? 0));
    const rest = Number(total.get(day) ?? 0) - parts.reduce((sum, part) => sum + part, 0);
    return {
      day,
      ...Object.fromEntries(parts.map((part, at) => [`p${at}`, part])),
      ...(others && { [OTHERS]: Math.max(0, rest) }),
    };
  };
  const said = [
    u.summary(formatCredits(byDay.total.net), days, byDay.total.charges),
    unusual.length > 0 && u.unusual(unusual.map(shortDay).join(', ')),
  ].filter((one) => one !== false);
  return (
    <ChartWithTable
      title={u.perDay}
      summary={said.join(' ')}
      kind="bars"
      x="day"
      formatX={shortDay}
      data={dates.map(point)}
      series={[
        ...drawn.map((label, at) => ({
          name: `p${at}`,
          label,
          color: COLOURS[at] ?? 'gray.6',
        })),
        ...(others ? [{ name: OTHERS, label: u.others, color: 'gray.6' }] : []),
      ]}
      marks={unusual.map((x) => ({ x, label: u.unusualMark, color: 'red.7' }))}
      table={{
        columns: [u.day, ...drawn, u.total],
        rows: dates
          .filter((day) => total.has(day))
          .toReversed()
          .map((day) => ({
            key: day,
            cells: [
              unusual.includes(day) ? `${day} (${u.unusualMark})` : day,
              ...perProduct.map((one, at) => (
                <Credits key={drawn[at]} amount={one.get(day) ?? '0'} />
              )),
              <Credits key={u.total} amount={total.get(day) ?? '0'} fw={600} />,
            ],
          })),
      }}
    />
  );
}

const netByDay = (usage: Usage | undefined): Map<string, string> =>
  new Map(usage?.data.map(({ key, net }) => [key.slice(0, 10), net]));

const format = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  timeZone: 'UTC',
});
const shortDay = (day: string): string => format.format(new Date(`${day}T00:00:00Z`));
