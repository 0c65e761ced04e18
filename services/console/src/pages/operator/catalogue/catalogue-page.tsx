import { Badge, Stack, Text } from '@mantine/core';
import { usePages } from '../../../api/use-pages.ts';
import { t } from '../../../texts/for-operators.ts';
import { formatCredits, formatMoney } from '../../../ui/amounts.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Moment } from '../../../ui/moment.tsx';
import { PageHeading } from '../../../ui/page-heading.tsx';
import { RecordList, type Column } from '../../../ui/record-table.tsx';
import { Section } from '../../../ui/section.tsx';

const c = t.operator.catalogue;

interface Money {
  amount: number;
  currency: string;
}

interface Model {
  type: 'per_unit' | 'package' | 'graduated' | 'volume';
  rate?: string;
  per?: number;
  size?: number;
  price?: string;
  tiers?: readonly object[];
}

interface Price {
  id: string;
  version: number;
  product: string;
  meter: string;
  description: string | null;
  model: Model;
  created_at: string;
}

interface Plan {
  id: string;
  name: string;
  audience: string;
  credits: string;
  price: Money;
  every: string;
}

interface BonusCode {
  id: string;
  code: string;
  active: boolean;
  bonus_credits: string | null;
  bonus_percent: number | null;
  max_redemptions: number | null;
  redeemed: number;
  ends_at: string | null;
}

/** What things cost, as it stands; it is written through the API. */
export function CataloguePage() {
  return (
    <>
      <PageHeading title={c.title} text={c.text} />
      <Stack>
        <List<Price> title={c.prices} path="/v1/prices" columns={PRICES} empty={c.nonePrices} />
        <List<Plan> title={c.plans} path="/v1/plans" columns={PLANS} empty={c.nonePlans} />
        <List<BonusCode>
          title={c.codes}
          path="/v1/bonus-codes"
          columns={CODES}
          empty={c.noneCodes}
        />
      </Stack>
    </>
  );
}

interface ListProps<Row> {
  title: string;
  path: string;
  columns: readonly Column<Row>[];
  empty: { title: string; text: string };
}

/** These lists come whole, so they are asked for without a page's size. */
function List<Row extends { id: string }>({ title, path, columns, empty }: ListProps<Row>) {
  const pages = usePages<Row>({
    queryKey: ['operator', 'catalogue', path],
    path,
    whole: true,
    operator: true,
  });
  return (
    <Section title={title}>
      <RecordList
        caption={title}
        pages={pages}
        columns={columns}
        keyOf={({ id }) => id}
        empty={<EmptyState {...empty} />}
      />
    </Section>
  );
}

const PRICES: readonly Column<Price>[] = [
  {
    name: c.price,
    cell: ({ id, description }) => (
      <>
        {id}
        {description !== null && (
          <Text size="xs" c="dimmed">
            {description}
          </Text>
        )}
      </>
    ),
  },
  { name: c.product, cell: ({ product }) => product },
  { name: c.costs, cell: ({ model, meter }) => costOf(model, meter) },
  { name: c.version, right: true, cell: ({ version }) => version },
  { name: c.since, cell: ({ created_at: at }) => <Moment at={at} dateOnly /> },
];

function costOf({ type, rate, per, size, price, tiers }: Model, meter: string): string {
  switch (type) {
    case 'per_unit':
      return c.perUnit(formatCredits(rate ?? '0'), `${per === 1 ? '' : per} ${meter}`.trim());
    case 'package':
      return c.packaged(formatCredits(price ?? '0'), `${size} ${meter}`);
    case 'graduated':
    case 'volume':
      return c.tiers(c[type], tiers?.length ?? 0);
  }
}

const PLANS: readonly Column<Plan>[] = [
  { name: c.plan, cell: ({ name }) => name },
  { name: c.forWhom, cell: ({ audience }) => c.audiences[audience] ?? audience },
  { name: c.credits, right: true, cell: ({ credits }) => formatCredits(credits) },
  { name: c.money, right: true, cell: ({ price }) => formatMoney(price) },
  { name: c.every, cell: ({ every }) => every },
];

const CODES: readonly Column<BonusCode>[] = [
  { name: c.code, cell: ({ code }) => code },
  {
    name: c.adds,
    right: true,
    cell: ({ bonus_credits: credits, bonus_percent: percent }) =>
      credits === null ? c.percent(percent ?? 0) : `${formatCredits(credits)} ${t.words.credits}`,
  },
  {
    name: c.used,
    right: true,
    cell: ({ redeemed, max_redemptions: max }) => c.usedOf(redeemed, max),
  },
  {
    name: c.until,
    cell: ({ ends_at: at }) => (at === null ? '–' : <Moment at={at} dateOnly />),
  },
  {
    name: c.state,
    cell: ({ active }) => (
      <Badge color={active ? 'green' : 'gray'} variant="light">
        {active ? c.on : c.off}
      </Badge>
    ),
  },
];
