import { Anchor, Badge, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { purchasesQuery, type Purchase } from '../../../api/billing.ts';
import { useCommands } from '../../../api/commands-provider.tsx';
import { t } from '../../../texts/index.ts';
import { formatCredits, formatMoney } from '../../../ui/amounts.tsx';
import { ProblemAlert } from '../../../ui/problem-alert.tsx';

const o = t.buying.open;

/** Orders that wait for their payment. Those seen waiting stay in sight until it is known how they ended. */
export function OpenOrders({ owner }: { owner: string }) {
  const { data } = useQuery(purchasesQuery(owner));
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  const orders = data?.data ?? [];
  const unseen = orders.filter(({ id, status }) => status === 'awaiting_payment' && !seen.has(id));
  if (unseen.length > 0) setSeen(new Set([...seen, ...unseen.map(({ id }) => id)]));
  const shown = orders.filter(({ id }) => seen.has(id));
  if (shown.length === 0) return null;
  return (
    <Stack component="section" gap="xs" mb="lg" aria-labelledby="open-orders">
      <Title order={3} size="h5" id="open-orders">
        {o.title}
      </Title>
      <Stack gap="xs" aria-live="polite">
        {shown.map((order) => (
          <OpenOrder key={order.id} owner={owner} order={order} />
        ))}
      </Stack>
    </Stack>
  );
}

function OpenOrder({ owner, order }: { owner: string; order: Purchase }) {
  const credits = formatCredits(order.credits);
  return (
    <Group justify="space-between" gap="xs" className="open-order">
      <div>
        <Text size="sm" fw={600}>
          {o.of(credits, formatMoney(order.total))}
        </Text>
        <Standing order={order} />
      </div>
      {order.checkout_url !== null && (
        <Group gap="xs">
          <Anchor href={order.checkout_url} target="_blank" rel="noreferrer" size="sm">
            {o.pay}
          </Anchor>
          <CancelOrder owner={owner} order={order} />
        </Group>
      )}
    </Group>
  );
}

function Standing({ order }: { order: Purchase }) {
  if (order.status === 'awaiting_payment') {
    const underWay = order.processing_since !== null;
    return (
      <Stack gap={2} align="flex-start">
        <Badge variant="light" color="indigo">
          {underWay ? o.processing : o.waiting}
        </Badge>
        {underWay && <Text size="xs">{o.processingText}</Text>}
      </Stack>
    );
  }
  const paid = order.status === 'paid';
  return (
    <Group gap="xs">
      <Badge variant="light" color={paid ? 'green' : 'gray'}>
        {paid ? o.paid(formatCredits(order.credits)) : t.buying.status[order.status]}
      </Badge>
      {NEVER_PAID.has(order.status) && <Text size="xs">{o.ended}</Text>}
    </Group>
  );
}

const NEVER_PAID: ReadonlySet<Purchase['status']> = new Set(['expired', 'cancelled', 'failed']);

function CancelOrder({ owner, order }: { owner: string; order: Purchase }) {
  const { give } = useCommands();
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const credits = formatCredits(order.credits);
  const cancel = async (): Promise<void> => {
    setPending(true);
    try {
      await give({
        title: t.buying.cancelled(credits),
        owners: [owner],
        path: `/v1/purchases/${order.id}/cancel`,
        body: {},
      });
    } catch (refused) {
      setError(refused as Error);
    } finally {
      setPending(false);
    }
  };
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        loading={pending}
        onClick={() => void cancel()}
        aria-label={o.cancelLabel(credits)}
      >
        {o.cancel}
      </Button>
      {error && <ProblemAlert error={error} />}
    </>
  );
}
