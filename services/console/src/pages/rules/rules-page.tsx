import { Button, Card, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { read } from '../../api/request.ts';
import { manages, useOrganization } from '../../app/workspace.ts';
import { t } from '../../texts/for-management.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import { NotYet } from '../../ui/not-yet.tsx';
import { PageHeading } from '../../ui/page-heading.tsx';
import { ManagersOnly } from '../billing/managers-only.tsx';
import { KINDS, type Rule, type RuleDraft } from './rule.ts';
import { RuleCard } from './rule-card.tsx';
import { RuleDialog } from './rule-dialog.tsx';

const texts = t.rules;

/** What the organization does by itself. */
export function RulesPage() {
  const organization = useOrganization();
  const [creating, create] = useState<RuleDraft['kind'] | null>(null);
  if (!manages(organization)) return <ManagersOnly title={texts.title} />;
  return (
    <>
      <PageHeading title={texts.title} text={texts.text}>
        <Button leftSection={<Icon name="plus" size={16} />} onClick={() => create('refill')}>
          {texts.create}
        </Button>
      </PageHeading>
      <Rules create={create} />
      {creating !== null && <RuleDialog kind={creating} onClose={() => create(null)} />}
    </>
  );
}

function Rules({ create }: { create: (kind: RuleDraft['kind']) => void }) {
  const { id, owner } = useOrganization();
  const { data, error, refetch } = useQuery({
    queryKey: ['of', owner, 'rules'],
    queryFn: ({ signal }) => read<{ data: Rule[] }>(`/v1/organizations/${id}/rules`, { signal }),
  });
  if (data === undefined) return <NotYet h={160} error={error} again={() => void refetch()} />;
  if (data.data.length === 0) return <FirstRule create={create} />;
  return (
    <Stack component="ul" gap="md" p={0} m={0} aria-label={texts.list}>
      {data.data.map((rule) => (
        <RuleCard key={rule.id} rule={rule} />
      ))}
    </Stack>
  );
}

/** What rules are for, with one of each kind to begin with. */
function FirstRule({ create }: { create: (kind: RuleDraft['kind']) => void }) {
  return (
    <Card>
      <EmptyState title={texts.none} text={texts.noneText} />
      <SimpleGrid cols={{ base: 1, md: 3 }}>
        {KINDS.map((kind) => (
          <Card key={kind} padding="md" bg="var(--bursar-inset)">
            <Stack gap="xs" h="100%" align="flex-start">
              <Text fw={650}>{texts.kinds[kind]}</Text>
              <Text size="sm" c="dimmed" flex={1}>
                {texts.kindsExplained[kind]}
              </Text>
              <Button size="xs" variant="light" onClick={() => create(kind)}>
                {texts.begin(texts.kinds[kind])}
              </Button>
            </Stack>
          </Card>
        ))}
      </SimpleGrid>
    </Card>
  );
}
