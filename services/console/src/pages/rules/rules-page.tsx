import { Button, Card, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { read } from '../../api/request.ts';
import { manages, useOrganization } from '../../app/workspace.ts';
import { t } from '../../texts/index.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import { PageHeading } from '../../ui/page-heading.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { ManagersOnly } from '../billing/managers-only.tsx';
import type { Rule } from './rule.ts';
import { RuleCard } from './rule-card.tsx';
import { RuleDialog } from './rule-dialog.tsx';

const texts = t.rules;

/** What the organization does by itself. */
export function RulesPage() {
  const organization = useOrganization();
  const [creating, create] = useState(false);
  if (!manages(organization)) return <ManagersOnly title={texts.title} />;
  return (
    <>
      <PageHeading title={texts.title} text={texts.text}>
        <Button leftSection={<Icon name="plus" size={16} />} onClick={() => create(true)}>
          {texts.create}
        </Button>
      </PageHeading>
      <Rules />
      {creating && <RuleDialog onClose={() => create(false)} />}
    </>
  );
}

function Rules() {
  const { id, owner } = useOrganization();
  const { data, error, refetch } = useQuery({
    queryKey: ['of', owner, 'rules'],
    queryFn: ({ signal }) => read<{ data: Rule[] }>(`/v1/organizations/${id}/rules`, { signal }),
  });
  if (error !== null) return <ProblemAlert error={error} again={() => void refetch()} />;
  if (data === undefined) return <Skeleton h={160} radius="lg" />;
  if (data.data.length === 0) {
    return (
      <Card>
        <EmptyState title={texts.none} text={texts.noneText} />
      </Card>
    );
  }
  return (
    <Stack component="ul" gap="md" p={0} m={0} aria-label={texts.list}>
      {data.data.map((rule) => (
        <RuleCard key={rule.id} rule={rule} />
      ))}
    </Stack>
  );
}
