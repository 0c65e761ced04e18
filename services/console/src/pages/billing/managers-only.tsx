import { Anchor, Card } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useOrganization } from '../../app/workspace.ts';
import { t } from '../../texts/for-management.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { PageHeading } from '../../ui/page-heading.tsx';

/** Instead of a page that owners and admins have, for somebody who came by its address. */
export function ManagersOnly({ title }: { title: string }) {
  const { base } = useOrganization();
  return (
    <>
      <PageHeading title={title} />
      <Card>
        <EmptyState
          title={t.billing.managersOnly.title}
          text={t.billing.managersOnly.text}
          action={
            <Anchor component={Link} to={`${base}/billing`}>
              {t.billing.managersOnly.billing}
            </Anchor>
          }
        />
      </Card>
    </>
  );
}
