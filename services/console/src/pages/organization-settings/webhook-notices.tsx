import { useQuery } from '@tanstack/react-query';
import { Skeleton } from '@mantine/core';
import { useChange } from '../../api/organization.ts';
import { read } from '../../api/request.ts';
import { useOrganization } from '../../app/workspace.ts';
import { t } from '../../texts/for-management.ts';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { Section } from '../../ui/section.tsx';
import { NoticeTable } from '../personal-settings/notice-table.tsx';

interface WebhookPreference {
  kind: string;
  webhook: boolean;
  fixed: boolean;
}

const texts = t.settings.notices;

/** What the organization's webhooks hear of. */
export function WebhookNotices() {
  const { id, owner } = useOrganization();
  const change = useChange(owner);
  const path = `/v1/organizations/${id}/notification-preferences`;
  const { data, error, refetch } = useQuery({
    queryKey: ['of', owner, 'notices'],
    queryFn: ({ signal }) => read<{ preferences: WebhookPreference[] }>(path, { signal }),
  });
  return (
    <Section title={texts.organizationTitle} text={texts.organizationText}>
      {error !== null && <ProblemAlert error={error} again={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton h={200} />}
      {data !== undefined && (
        <NoticeTable
          channels={['webhook']}
          rows={data.preferences.map(({ kind, webhook, fixed }) => ({
            kind,
            on: { webhook },
            fixed: fixed ? ['webhook'] : [],
          }))}
          onChange={(kind, channel, value) =>
            change(path, { method: 'PUT', body: { preferences: [{ kind, [channel]: value }] } })
          }
        />
      )}
    </Section>
  );
}
