import { Anchor, Stack } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useSession } from '../../../api/session.ts';
import { organizationWorkspace } from '../../../app/workspace.ts';
import { t } from '../../../texts/index.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { OwnRequests } from '../../billing/member/own-requests.tsx';

const r = t.requests;

/** What somebody asked their organizations for, and how that stands. */
export function MyRequests() {
  const { organizations } = useSession();
  if (organizations.length === 0) return <EmptyState title={r.mine} text={r.noOrganization} />;
  return (
    <Stack>
      {organizations.map((membership) => {
        const { owner, name, base } = organizationWorkspace(membership);
        const suspended = membership.status === 'suspended';
        return (
          <OwnRequests
            key={owner}
            owner={owner}
            title={name}
            text={suspended ? r.suspended : r.text}
            actions={
              suspended || (
                <Anchor component={Link} to={`${base}/billing`} size="sm">
                  {r.ask(name)}
                </Anchor>
              )
            }
          />
        );
      })}
    </Stack>
  );
}
