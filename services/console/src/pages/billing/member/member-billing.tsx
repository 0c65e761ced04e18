import { Stack } from '@mantine/core';
import { useOrganization } from '../../../app/workspace.ts';
import { t } from '../../../texts/for-management.ts';
import { PageHeading } from '../../../ui/page-heading.tsx';
import { BudgetList } from '../../organization-settings/budgets/budget-list.tsx';
import { OwnPart } from './own-part.tsx';
import { OwnRequests } from './own-requests.tsx';
import { RequestPanel } from './request-panel.tsx';

/** What a plain member sees of an organization: their part, and asking for more. */
export function MemberBilling() {
  const organization = useOrganization();
  return (
    <>
      <PageHeading title={t.billing.title} text={t.billing.member.text(organization.name)} />
      <Stack gap="lg">
        <OwnPart />
        {!organization.suspended && <RequestPanel />}
        <OwnRequests owner={organization.owner} />
        <BudgetList owner={organization.owner} />
      </Stack>
    </>
  );
}
