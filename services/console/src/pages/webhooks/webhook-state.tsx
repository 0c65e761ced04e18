import { Badge } from '@mantine/core';
import { t } from '../../texts/for-management.ts';
import type { Webhook } from './webhook.ts';

const w = t.webhooks;

export function WebhookState({ webhook }: { webhook: Webhook }) {
  const { enabled, failing_since: failing } = webhook;
  if (!enabled) {
    return (
      <Badge variant="light" color="red">
        {w.off}
      </Badge>
    );
  }
  return (
    <Badge variant="light" color={failing === null ? 'green' : 'orange'}>
      {failing === null ? w.on : w.failing}
    </Badge>
  );
}
