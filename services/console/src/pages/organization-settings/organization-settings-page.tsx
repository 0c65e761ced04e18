import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { organizationQuery } from '../../api/organization.ts';
import { manages, useOrganization } from '../../app/workspace.ts';
import { t } from '../../texts/for-management.ts';
import { PageHeading } from '../../ui/page-heading.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { Section } from '../../ui/section.tsx';
import { ManagersOnly } from '../billing/managers-only.tsx';
import { SeatCredits } from '../seats/seat-credits.tsx';
import { AmountSetting } from './amount-setting.tsx';
import { BudgetList } from './budgets/budget-list.tsx';
import { DeleteOrganization } from './delete-organization.tsx';
import { NameForm } from './name-form.tsx';
import { RequestRules } from './request-rules.tsx';
import { WebhookNotices } from './webhook-notices.tsx';

const texts = t.settings;

/** How an organization is called, what it gives by itself, what limits it, and its end. */
export function OrganizationSettingsPage() {
  const organization = useOrganization();
  const { data, error, refetch } = useQuery(organizationQuery(organization.id));
  if (!manages(organization)) return <ManagersOnly title={texts.title} />;
  return (
    <>
      <PageHeading title={texts.title} text={texts.organizationText(organization.name)} />
      {error !== null && <ProblemAlert error={error} again={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton h={320} radius="lg" />}
      {data !== undefined && (
        <Stack gap="lg" maw={860}>
          <NameForm name={data.name} />
          <Section title={texts.newcomers.title} text={texts.newcomers.text}>
            <AmountSetting
              name="default_allocation"
              value={data.settings.default_allocation}
              label={texts.newcomers.amount}
              hint={texts.newcomers.hint}
            />
          </Section>
          <SeatCredits />
          <RequestRules settings={data.settings} />
          <BudgetList owner={organization.owner} manage />
          <WebhookNotices />
          <DeleteOrganization />
        </Stack>
      )}
    </>
  );
}
