import { Card, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { walletQuery, type Wallet } from '../../api/wallet.ts';
import { t } from '../../texts/index.ts';
import { Credits, formatCredits } from '../../ui/amounts.tsx';
import { Moment } from '../../ui/moment.tsx';
import { NotYet } from '../../ui/not-yet.tsx';
import { ExplainedFigure } from './explained-figure.tsx';
import { expiringSoon } from './expiring-soon.ts';
import { ExpiringDays, OpenHolds } from './figures-in-detail.tsx';

const w = t.wallet;

interface BalanceCardProps {
  owner: string;
  /** Buttons at the top right, such as buying and transferring for a pool. */
  children?: ReactNode;
}

/** What can be spent, large; what it is made of, below; every figure explains itself. */
export function BalanceCard({ owner, children }: BalanceCardProps) {
  const { data, error, refetch } = useQuery(walletQuery(owner));
  if (data === undefined) return <NotYet h={206} error={error} again={() => void refetch()} />;
  return (
    <Card>
      <Group justify="space-between" align="flex-start">
        <Stack gap={2}>
          <Text c="dimmed">{w.available}</Text>
          <Text fz={44} fw={700} lh={1.1} data-testid="available">
            <Credits amount={data.available} />{' '}
            <Text span c="dimmed" fz="md" fw={400}>
              {t.words.credits}
            </Text>
          </Text>
          <Text size="sm" c="dimmed">
            {w.asOf} <Moment at={data.as_of} />
          </Text>
        </Stack>
        <Group gap="sm">{children}</Group>
      </Group>
      <Figures owner={owner} wallet={data} />
      <Kinds wallet={data} />
    </Card>
  );
}

function Figures({ owner, wallet }: { owner: string; wallet: Wallet }) {
  const e = w.explained;
  const soon = expiringSoon(wallet.expiring);
  const pool = owner.startsWith('org:');
  return (
    <SimpleGrid cols={{ base: 2, sm: 4, lg: wallet.frozen === '0' ? 4 : 5 }} spacing="md" mt="lg">
      <ExplainedFigure name={w.balance} amount={wallet.balance} text={e.balance} />
      <ExplainedFigure name={w.held} amount={wallet.held} text={e.held}>
        <OpenHolds owner={owner} />
      </ExplainedFigure>
      {wallet.frozen !== '0' && (
        <ExplainedFigure
          name={w.frozen}
          amount={wallet.frozen}
          text={pool ? e.frozenOfPool : e.frozen}
        />
      )}
      <ExplainedFigure
        name={w.owed}
        amount={wallet.owed}
        text={e.owed}
        alarming={wallet.owed !== '0'}
      />
      <ExplainedFigure name={w.expiring} amount={soon.total} text={e.expiring}>
        <ExpiringDays days={soon.days} />
      </ExplainedFigure>
    </SimpleGrid>
  );
}

function Kinds({ wallet }: { wallet: Wallet }) {
  const parts = Object.entries(wallet.by_kind).filter(([, amount]) => amount !== '0');
  if (parts.length === 0) return null;
  return (
    <Text size="sm" c="dimmed" mt="md">
      {w.madeOf}{' '}
      {parts
        .map(
          ([kind, amount]) => `${formatCredits(amount)} ${(w.kinds[kind] ?? kind).toLowerCase()}`,
        )
        .join(' · ')}
    </Text>
  );
}
