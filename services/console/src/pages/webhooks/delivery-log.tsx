import { Badge, Button, Card, Code, Drawer, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { read } from '../../api/request.ts';
import { usePages } from '../../api/use-pages.ts';
import { t } from '../../texts/for-management.ts';
import { CopyId } from '../../ui/copy-id.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Moment } from '../../ui/moment.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { RecordList, type Column } from '../../ui/record-table.tsx';
import type { Delivery, Webhook } from './webhook.ts';

const w = t.webhooks;
/** What is on its way settles before one's eyes. */
const LOOK_EVERY_MS = 2_000;
const COLOURS = { pending: 'indigo', delivered: 'green', failed: 'red' };

/** What was sent to a webhook, with every attempt. */
export function DeliveryLog({ webhook }: { webhook: Webhook }) {
  const [shown, show] = useState<string | null>(null);
  const pages = usePages<Delivery>({
    queryKey: ['deliveries', webhook.id],
    path: `/v1/webhooks/${webhook.id}/deliveries`,
    everyMs: LOOK_EVERY_MS,
  });
  const delivery = pages.rows.find(({ id }) => id === shown);
  return (
    <>
      <RecordList
        framed
        caption={w.logCaption}
        pages={pages}
        columns={columnsFor(show)}
        keyOf={({ id }) => id}
        empty={<EmptyState {...w.noDeliveries} />}
      />
      {delivery && (
        <DeliveryDrawer delivery={delivery} webhook={webhook} close={() => show(null)} />
      )}
    </>
  );
}

const columnsFor = (show: (id: string) => void): Column<Delivery>[] => [
  { name: w.when, cell: ({ created_at: at }) => <Moment at={at} /> },
  { name: w.type, cell: ({ type }) => <Code>{type}</Code> },
  {
    name: w.status,
    cell: ({ status }) => (
      <Badge variant="light" color={COLOURS[status]}>
        {w.statuses[status]}
      </Badge>
    ),
  },
  { name: w.attempts, right: true, cell: ({ attempts }) => attempts },
  {
    name: w.next,
    cell: ({ next_attempt_at: at }) => (at === null ? '–' : <Moment at={at} />),
  },
  {
    name: w.details,
    right: true,
    cell: ({ id, type }) => (
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => show(id)}
        aria-label={`${w.details}: ${type}`}
      >
        {w.details}
      </Button>
    ),
  },
];

interface DeliveryDrawerProps {
  delivery: Delivery;
  webhook: Webhook;
  close: () => void;
}

function DeliveryDrawer({ delivery, webhook, close }: DeliveryDrawerProps) {
  const client = useQueryClient();
  const path = `/v1/webhooks/${webhook.id}/deliveries/${delivery.id}/replay`;
  const replay = useMutation({
    mutationFn: () => read(path, { method: 'POST', body: {} }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['deliveries', webhook.id] }),
  });
  return (
    <Drawer
      opened
      onClose={close}
      position="right"
      size="lg"
      title={delivery.type}
      closeButtonProps={{ 'aria-label': t.words.close }}
    >
      <Stack>
        <Group justify="space-between">
          <CopyId id={delivery.id} short />
          {webhook.enabled && (
            <Button size="compact-sm" onClick={() => replay.mutate()} loading={replay.isPending}>
              {w.replay}
            </Button>
          )}
        </Group>
        {replay.error && <ProblemAlert error={replay.error} />}
        {delivery.log.map((one) => (
          <Card key={one.number} padding="sm">
            <Text size="sm" fw={600}>
              {w.attempt(one.number)} · <Moment at={one.at} />
            </Text>
            <Text size="sm">
              {w.answered(one.status?.toString() ?? one.error ?? w.noAnswer, one.latency_ms)}
            </Text>
            {one.response !== null && one.response !== '' && (
              <Code block tabIndex={0}>
                {one.response}
              </Code>
            )}
          </Card>
        ))}
        <Text fw={600} size="sm">
          {w.body}
        </Text>
        <Code block tabIndex={0}>
          {JSON.stringify(delivery.message, null, 2)}
        </Code>
      </Stack>
    </Drawer>
  );
}
