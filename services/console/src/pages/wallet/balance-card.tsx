import { Card, Group, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { walletQuery } from '../../api/wallet.ts';
import { t } from '../../texts/index.ts';
import { Credits } from '../../ui/amounts.tsx';
import { Moment } from '../../ui/moment.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';

/** What can be spent, large; what it is made of, beside it. */
export function BalanceCard({ owner }: { owner: string }) {
  const { data, error, refetch } = useQuery(walletQuery(owner));
  if (error) return <ProblemAlert error={error} again={() => void refetch()} />;
  if (data === undefined) return <Skeleton h={170} radius="lg" />;
  return (
    <Card>
      <Group justify="space-between" align="flex-end">
        <Stack gap={0}>
          <Text c="dimmed">{t.wallet.available}</Text>
          <Text fz={44} fw={700} lh={1.1}>
            <Credits amount={data.available} />
          </Text>
          <Text size="sm" c="dimmed">
            {t.wallet.asOf} <Moment at={data.as_of} />
          </Text>
        </Stack>
        <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="lg">
          <Figure name={t.wallet.balance} amount={data.balance} />
          <Figure name={t.wallet.held} amount={data.held} />
          <Figure name={t.wallet.frozen} amount={data.frozen} />
          <Figure name={t.wallet.owed} amount={data.owed} />
        </SimpleGrid>
      </Group>
    </Card>
  );
}

function Figure({ name, amount }: { name: string; amount: string }) {
  return (
    <Stack gap={0}>
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Text fw={600}>
        <Credits amount={amount} />
      </Text>
    </Stack>
  );
}
