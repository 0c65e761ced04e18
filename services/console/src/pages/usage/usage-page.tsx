import { Card, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useFilters } from '../../app/filters.ts';
import { useWorkspace } from '../../app/workspace.ts';
import { t } from '../../texts/index.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FilterBar, FilterSelect, FilterText } from '../../ui/filter-bar.tsx';
import { NotYet } from '../../ui/not-yet.tsx';
import { PageHeading } from '../../ui/page-heading.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { UsageByDay } from './usage-by-day.tsx';
import { UsageTable } from './usage-table.tsx';
import { USAGE_FILTERS, periodOf, usageQuery } from './usage.ts';

const u = t.usage;

/** What credits were used for, by day, product and, in an organization, member. */
export function UsagePage() {
  const { owner, kind } = useWorkspace();
  const by = useFilters(USAGE_FILTERS);
  const { product } = by.filters;
  const days = periodOf(by.filters.period);
  const perDay = useQuery(usageQuery({ owner, days, product, group: 'day' }));
  const perProduct = useQuery(usageQuery({ owner, days, product, group: 'product' }));
  const error = perDay.error ?? perProduct.error;
  const [byDay, byProduct] = [perDay.data, perProduct.data];
  return (
    <>
      <PageHeading title={u.title} text={u.text} />
      <FilterBar by={by}>
        <FilterSelect by={by} name="period" label={u.period} options={PERIODS} fallback="30" />
        <FilterText by={by} name="product" label={u.product} />
      </FilterBar>
      {error && <ProblemAlert error={error} again={() => void perDay.refetch()} />}
      {!error && (byDay === undefined || byProduct === undefined) && (
        <Skeleton h={340} radius="lg" />
      )}
      {byDay !== undefined && byProduct !== undefined && (
        <Stack>
          <Card>
            {byDay.total.charges === 0 ? (
              <EmptyState {...u.none} />
            ) : (
              <UsageByDay owner={owner} days={days} byDay={byDay} byProduct={byProduct} />
            )}
          </Card>
          <SimpleGrid cols={{ base: 1, lg: kind === 'organization' ? 2 : 1 }}>
            <UsageTable title={u.byProduct} name={u.product} usage={byProduct} />
            {kind === 'organization' && <ByMember owner={owner} days={days} product={product} />}
          </SimpleGrid>
        </Stack>
      )}
      <Text size="sm" c="dimmed" mt="md">
        {u.borders}
      </Text>
    </>
  );
}

function ByMember(props: { owner: string; days: number; product: string | undefined }) {
  const { data, error, refetch } = useQuery(usageQuery({ ...props, group: 'member' }));
  if (data === undefined) return <NotYet h={180} error={error} again={() => void refetch()} />;
  return <UsageTable title={u.byMember} name={u.member} usage={data} />;
}

const PERIODS = Object.entries(u.periods).map(([value, label]) => ({ value, label }));
