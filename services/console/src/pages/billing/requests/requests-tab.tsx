import { Stack } from '@mantine/core';
import { DecidedRequests } from './decided-requests.tsx';
import { PendingRequests } from './pending-requests.tsx';

/** What waits for a decision, and below what was decided. */
export function RequestsTab({ owner }: { owner: string }) {
  return (
    <Stack gap="lg">
      <PendingRequests owner={owner} />
      <DecidedRequests owner={owner} />
    </Stack>
  );
}
