import { Badge, Button, Card, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useChange } from '../../api/organization.ts';
import { read } from '../../api/request.ts';
import { useOrganization } from '../../app/workspace.ts';
import { t } from '../../texts/for-management.ts';
import { formatCredits } from '../../ui/amounts.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { formatDay } from '../../ui/moment.tsx';
import { sentenceOf, type Rule, type RuleRun } from './rule.ts';

const texts = t.rules;

/** One rule as a sentence, how its last run went, and switching it off. */
export function RuleCard({ rule }: { rule: Rule }) {
  const { id, owner } = useOrganization();
  const change = useChange(owner);
  const [ending, end] = useState(false);
  const sentence = sentenceOf(rule);
  const path = `/v1/organizations/${id}/rules/${rule.id}`;
  return (
    <Card component="li" style={{ listStyle: 'none' }}>
      <Group justify="space-between" align="flex-start" gap="md">
        <Stack gap={6} maw={620}>
          <Group gap="xs">
            <Badge variant="light" color="green">
              {texts.on}
            </Badge>
            <Text size="sm" c="dimmed">
              {texts.kinds[rule.kind]} · {texts.since} {formatDay(rule.starts_on)}
            </Text>
          </Group>
          <Text fw={600}>{sentence}</Text>
          <LastRun path={path} rule={rule} />
        </Stack>
        <Button
          variant="default"
          size="xs"
          onClick={() => end(true)}
          aria-label={texts.switchOffOf(sentence)}
        >
          {texts.switchOff}
        </Button>
      </Group>
      {ending && (
        <ConfirmDialog
          title={texts.switchOffTitle}
          action={texts.switchOff}
          danger
          onConfirm={() => change(path, { method: 'DELETE' })}
          onClose={() => end(false)}
        >
          <Text size="sm" fw={600}>
            {sentence}
          </Text>
          <Text size="sm">{texts.switchOffText}</Text>
        </ConfirmDialog>
      )}
    </Card>
  );
}

/** What a rule did last, or what it waits for. */
function LastRun({ path, rule }: { path: string; rule: Rule }) {
  const { owner } = useOrganization();
  const { data } = useQuery({
    queryKey: ['of', owner, 'rules', rule.id],
    queryFn: ({ signal }) => read<Rule>(path, { signal }),
  });
  const run = data?.runs?.[0];
  // A cap refuses at any time and has no runs.
  if (data === undefined || rule.kind === 'cap') return null;
  return (
    <Group gap="xs">
      {run?.status === 'delayed' && (
        <Badge variant="light" color="orange">
          {texts.waits}
        </Badge>
      )}
      <Text size="sm" c="dimmed">
        {run === undefined ? texts.noRun : `${texts.lastRun}: ${inWords(run)}`}
      </Text>
    </Group>
  );
}

function inWords(run: RuleRun): string {
  const period = formatDay(run.period);
  switch (run.status) {
    case 'done':
      return texts.run.done(period, formatCredits(run.moved), run.members);
    case 'delayed':
      return texts.run.delayed(
        period,
        formatCredits(run.required ?? '0'),
        formatCredits(run.available ?? '0'),
      );
    case 'missed':
      return texts.run.missed(period);
  }
}
