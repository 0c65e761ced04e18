import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { read } from '../../api/request.ts';
import { t } from '../../texts/for-management.ts';
import { useAct } from '../../ui/confirm-dialog.tsx';
import { Moment } from '../../ui/moment.tsx';
import { NotYet } from '../../ui/not-yet.tsx';
import { PageHeading } from '../../ui/page-heading.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';
import { DeliveryLog } from './delivery-log.tsx';
import { WebhookDialog, type WebhookAct } from './webhook-dialogs.tsx';
import { WebhookState } from './webhook-state.tsx';
import type { Webhook } from './webhook.ts';

const w = t.webhooks;

/** One webhook: how it does, what was sent to it, and what can be done about it. */
export function WebhookPage() {
  const { webhook: id } = useParams({ strict: false });
  const path = `/v1/webhooks/${id}`;
  const client = useQueryClient();
  const queryKey = ['webhook', id];
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: ({ signal }) => read<Webhook>(path, { signal }),
  });
  const [act, setAct] = useState<WebhookAct | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const settled = (made: string | null): void => {
    setSecret(made);
    void client.invalidateQueries({ queryKey });
    void client.invalidateQueries({ queryKey: ['webhooks'] });
  };
  if (data === undefined) return <NotYet h={260} error={error} again={() => void refetch()} />;
  return (
    <>
      <PageHeading title={new URL(data.url).host} text={data.description ?? data.url}>
        <Actions webhook={data} ask={setAct} settled={() => settled(null)} />
      </PageHeading>
      {secret !== null && (
        <ShownOnce words={w.secret} secret={secret} done={() => setSecret(null)} />
      )}
      <Standing webhook={data} />
      <Group justify="space-between" mt="lg" mb="sm">
        <Title order={2} size="h4">
          {w.log}{' '}
          <Text span size="sm" c="dimmed" fw={400}>
            {w.logText}
          </Text>
        </Title>
        <Button variant="default" size="compact-sm" onClick={() => setAct('replay')}>
          {w.replayRange}
        </Button>
      </Group>
      <DeliveryLog webhook={data} />
      {act && (
        <WebhookDialog act={act} webhook={data} close={() => setAct(null)} settled={settled} />
      )}
    </>
  );
}

interface ActionsProps {
  webhook: Webhook;
  ask: (act: WebhookAct) => void;
  settled: () => void;
}

function Actions({ webhook, ask, settled }: ActionsProps) {
  const { id, enabled } = webhook;
  const client = useQueryClient();
  const path = `/v1/webhooks/${id}`;
  const done = (): void => {
    settled();
    void client.invalidateQueries({ queryKey: ['deliveries', id] });
  };
  const test = useAct(() => read(`${path}/test`, { method: 'POST', body: {} }), done);
  const turn = useAct(() => read(path, { method: 'PATCH', body: { enabled: !enabled } }), done);
  const error = test.error ?? turn.error;
  return (
    <Stack gap="xs" align="flex-end">
      <Group gap="xs" justify="flex-end">
        {enabled && (
          <Button onClick={() => void test.run()} loading={test.running} disabled={turn.running}>
            {w.test}
          </Button>
        )}
        <Button
          variant={enabled ? 'default' : 'filled'}
          onClick={() => void turn.run()}
          loading={turn.running}
          disabled={test.running}
        >
          {enabled ? w.switchOff : w.switchOn}
        </Button>
        <Button variant="default" onClick={() => ask('rotate')}>
          {w.rotate}
        </Button>
        <Button variant="light" color="red" onClick={() => ask('remove')}>
          {w.remove}
        </Button>
      </Group>
      {error && <ProblemAlert error={error} />}
    </Stack>
  );
}

/** On or off, and why; what a failing one needs. */
function Standing({ webhook }: { webhook: Webhook }) {
  const { disabled_reason: reason, failing_since: failing, previous_secret_until: both } = webhook;
  return (
    <Stack gap="xs">
      <Group gap="sm">
        <WebhookState webhook={webhook} />
        <Text size="sm" className="breakable">
          {webhook.url}
        </Text>
      </Group>
      {reason !== null && (
        <Alert color="red" variant="light">
          {w.reasons[reason] ?? reason}
        </Alert>
      )}
      {failing !== null && (
        <Text size="sm">
          {w.failingSince} <Moment at={failing} />
        </Text>
      )}
      {both !== null && (
        <Text size="sm">
          {w.bothUntil} <Moment at={both} />
        </Text>
      )}
    </Stack>
  );
}
