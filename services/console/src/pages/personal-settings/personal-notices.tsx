import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { bareId, useChange } from '../../api/organization.ts';
import { read } from '../../api/request.ts';
import { useSession } from '../../api/session.ts';
import { t } from '../../texts/for-management.ts';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { Section } from '../../ui/section.tsx';
import { NoticeTable, type Channel } from './notice-table.tsx';

interface Preference {
  kind: string;
  mail: boolean;
  in_app: boolean;
  webhook: boolean;
  fixed: readonly Channel[];
}

const texts = t.settings.notices;

/** What a person is told, and how. */
export function PersonalNotices() {
  const { user } = useSession();
  const change = useChange(user.id);
  const path = `/v1/users/${bareId(user.id)}/notification-preferences`;
  const { data, error, refetch } = useQuery({
    queryKey: ['of', user.id, 'notices'],
    queryFn: ({ signal }) => read<{ preferences: Preference[] }>(path, { signal }),
  });
  return (
    <Section title={texts.personTitle} text={texts.personText}>
      {error !== null && <ProblemAlert error={error} again={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton h={400} />}
      {data !== undefined && (
        <NoticeTable
          channels={['mail', 'in_app']}
          rows={data.preferences.map(({ kind, mail, in_app, fixed }) => ({
            kind,
            on: { mail, in_app },
            fixed,
          }))}
          onChange={(kind, channel, value) =>
            change(path, { method: 'PUT', body: { preferences: [{ kind, [channel]: value }] } })
          }
        />
      )}
    </Section>
  );
}
