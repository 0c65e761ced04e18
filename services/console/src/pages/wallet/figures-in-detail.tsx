import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Page } from '../../api/billing.ts';
import { read } from '../../api/request.ts';
import { t } from '../../texts/index.ts';
import { Credits } from '../../ui/amounts.tsx';
import { formatMoment, Moment } from '../../ui/moment.tsx';

interface Hold {
  id: string;
  amount: string;
  product: string;
  expires_at: string;
}

const e = t.wallet.explained;

/** The work that credits are set aside for. */
export function OpenHolds({ owner }: { owner: string }) {
  const { data } = useQuery({
    queryKey: ['of', owner, 'holds', 'open'],
    queryFn: ({ signal }) =>
      read<Page<Hold>>(`/v1/wallets/${owner}/holds?status=open&limit=10`, { signal }),
  });
  if (data === undefined) return null;
  if (data.data.length === 0) return <Text size="sm">{e.heldNone}</Text>;
  return (
    <Stack gap={4}>
      {data.data.map((hold) => (
        <Group key={hold.id} justify="space-between" gap="xs">
          <Text size="sm">
            {hold.product}{' '}
            <Text span size="xs" c="dimmed">
              {e.holdUntil(formatMoment(hold.expires_at))}
            </Text>
          </Text>
          <Text size="sm" fw={600}>
            <Credits amount={hold.amount} />
          </Text>
        </Group>
      ))}
    </Stack>
  );
}

/** What lapses, day by day. */
export function ExpiringDays({ days }: { days: readonly { at: string; amount: string }[] }) {
  if (days.length === 0) return <Text size="sm">{e.expiringNone}</Text>;
  return (
    <Stack gap={4}>
      {days.map(({ at, amount }) => (
        <Group key={at} justify="space-between">
          <Text size="sm">
            <Moment at={at} dateOnly />
          </Text>
          <Text size="sm" fw={600}>
            <Credits amount={amount} />
          </Text>
        </Group>
      ))}
    </Stack>
  );
}
