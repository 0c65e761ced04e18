import { formatAmount } from '@bursar/contracts/amounts';
import { Card, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { walletQuery, type Wallet } from '../../../api/wallet.ts';
import { t } from '../../../texts/index.ts';
import { Credits, formatCredits } from '../../../ui/amounts.tsx';
import { ChartWithTable } from '../../../ui/chart-with-table.tsx';
import { formatDay, Moment } from '../../../ui/moment.tsx';
import { NotYet } from '../../../ui/not-yet.tsx';
import { lastingOf, microOf } from '../expiring-soon.ts';

const l = t.lots.timeline;

/** When what is here lapses, month by month; the table has every day. */
export function ExpiryTimeline({ owner }: { owner: string }) {
  const { data, error, refetch } = useQuery(walletQuery(owner));
  if (data === undefined) return <NotYet h={300} error={error} again={() => void refetch()} />;
  return (
    <Card>
      {data.expiring.length === 0 ? (
        <>
          <Title order={2} size="h4">
            {l.title}
          </Title>
          <Text size="sm" c="dimmed">
            {l.none}
          </Text>
        </>
      ) : (
        <ChartWithTable
          title={l.title}
          summary={summaryOf(data)}
          kind="bars"
          height={180}
          data={monthsOf(data.expiring)}
          x="month"
          series={[{ name: 'amount', label: l.amount, color: 'indigo.6' }]}
          table={{
            columns: [l.date, l.amount],
            rows: data.expiring.map(({ at, amount }) => ({
              key: at,
              cells: [<Moment key="at" at={at} />, <Credits key="amount" amount={amount} />],
            })),
          }}
        />
      )}
    </Card>
  );
}

function summaryOf(wallet: Wallet): string {
  const { expiring } = wallet;
  const sum = expiring.reduce((all, { amount }) => all + microOf(amount), 0n);
  const lasting = lastingOf(wallet);
  const said = l.summary(
    formatCredits(formatAmount(sum)),
    formatDay(expiring[0]?.at ?? ''),
    formatDay(expiring.at(-1)?.at ?? ''),
  );
  return microOf(lasting) > 0n ? `${said} ${l.lasting(formatCredits(lasting))}` : said;
}

const month = new Intl.DateTimeFormat(undefined, { month: 'short', year: '2-digit' });
/** Years without an end would only make the bars too thin to see. */
const MONTHS_MAX = 24;

/** Every month from this one to the last in which something expires, also those in between. */
function monthsOf(expiring: Wallet['expiring']): { month: string; amount: number }[] {
  const sums = new Map<string, number>();
  const last = Date.parse(expiring.at(-1)?.at ?? '');
  const at = new Date();
  at.setDate(1);
  for (let count = 0; count < MONTHS_MAX && at.getTime() <= last; count += 1) {
    sums.set(month.format(at), 0);
    at.setMonth(at.getMonth() + 1);
  }
  for (const one of expiring) {
    const name = month.format(new Date(one.at));
    const known = sums.get(name) ?? (sums.size < MONTHS_MAX ? 0 : null);
    if (known !== null) sums.set(name, known + Number(one.amount));
  }
  return [...sums].map(([name, amount]) => ({ month: name, amount }));
}
