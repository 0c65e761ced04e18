import { Badge, Button, Card, Group, Progress, Skeleton, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { usePages } from '../../../api/use-pages.ts';
import { t } from '../../../texts/index.ts';
import { formatCredits } from '../../../ui/amounts.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { formatDay, formatRelative, Moment } from '../../../ui/moment.tsx';
import { ProblemAlert } from '../../../ui/problem-alert.tsx';
import { reasonOf, type Lot } from './burn-order.ts';
import { Origin } from './origin.tsx';
import { PastLots } from './past-lots.tsx';
import { shareOf } from './share.ts';

const l = t.lots;

/** Every lot that can be spent, the next one on top, and why it is there. */
export function LotsCard({ owner }: { owner: string }) {
  const [past, showPast] = useState(false);
  const pages = usePages<Lot>({
    queryKey: ['of', owner, 'lots', 'spending'],
    path: `/v1/wallets/${owner}/lots`,
    filters: { order: 'spending' },
  });
  const { rows, loading, error, again, more, loadingMore } = pages;
  return (
    <Card component="section" aria-labelledby="lots-title">
      <Title order={2} size="h4" id="lots-title">
        {l.title}
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        {l.text}
      </Text>
      {error !== null && <ProblemAlert error={error} again={again} />}
      {loading && error === null && <Skeleton h={220} />}
      {!loading && rows.length === 0 && error === null && (
        <EmptyState title={l.empty.title} text={l.empty.text} />
      )}
      <ol className="lots">
        {rows.map((lot, at) => (
          <LotRow
            key={lot.id}
            lot={lot}
            next={rows[at + 1]}
            first={at === firstLive(rows)}
            alone={rows.length === 1}
          />
        ))}
      </ol>
      <Group justify="center" mt="sm">
        {more !== null && (
          <Button variant="default" onClick={more} loading={loadingMore}>
            {t.words.loadMore}
          </Button>
        )}
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={() => showPast(!past)}
          aria-expanded={past}
        >
          {past ? l.hidePast : l.showPast}
        </Button>
      </Group>
      {past && <PastLots owner={owner} />}
    </Card>
  );
}

/** What is frozen or not yet usable keeps its place in the order, and is passed over. */
const firstLive = (rows: readonly Lot[]): number => rows.findIndex(({ state }) => state === 'live');

interface LotRowProps {
  lot: Lot;
  next: Lot | undefined;
  first: boolean;
  alone: boolean;
}

function LotRow({ lot, next, first, alone }: LotRowProps) {
  const left = l.leftOf(formatCredits(lot.remaining), formatCredits(lot.amount));
  const reason = reasonOf(lot, next, alone);
  return (
    <li className="lot" data-first={first || undefined}>
      <Group justify="space-between" align="flex-start" gap="xs">
        <Stack gap={2}>
          <Group gap="xs">
            <Text fw={600}>
              <Origin lot={lot} />
            </Text>
            {first && <Badge>{l.next}</Badge>}
            {lot.state !== 'live' && (
              <Badge variant="light" color="gray">
                {l.states[lot.state]}
              </Badge>
            )}
          </Group>
          <Text size="xs" c="dimmed">
            {reason === 'priority' ? l.why.priority(lot.priority) : l.why[reason]}
          </Text>
        </Stack>
        <Expiry lot={lot} />
      </Group>
      <Progress value={shareOf(lot)} size="sm" my={8} aria-label={left} />
      <Group justify="space-between" gap="xs">
        <Text size="sm">
          {left}
          {lot.held !== '0' && ` · ${l.held(formatCredits(lot.held))}`}
          {lot.state === 'upcoming' && ` · ${l.from(formatDay(lot.effective_at))}`}
        </Text>
        <Text
          component={Link}
          to={`/transactions/${lot.transaction}`}
          size="sm"
          className="plain-link"
        >
          {l.provenance}
        </Text>
      </Group>
    </li>
  );
}

function Expiry({ lot }: { lot: Lot }) {
  if (lot.expires_at === null) return <Text size="sm">{l.never}</Text>;
  return (
    <Text size="sm" component="div" className="expiry">
      {l.expires} <Moment at={lot.expires_at} dateOnly />
      <Text span size="xs" c="dimmed" ml={6}>
        {formatRelative(lot.expires_at)}
      </Text>
    </Text>
  );
}
