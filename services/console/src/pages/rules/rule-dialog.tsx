import { Button, Group, Modal, Paper, Radio, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../api/organization.ts';
import { useOrganization } from '../../app/workspace.ts';
import { t } from '../../texts/for-management.ts';
import { useAct } from '../../ui/confirm-dialog.tsx';
import { FormActions } from '../../ui/form-actions.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { bodyOf, EMPTY_RULE, sentenceOf, type RuleDraft } from './rule.ts';
import { RuleFields } from './rule-fields.tsx';
import { SimulationResult } from './simulation-result.tsx';
import { useSimulation } from './use-simulation.ts';

const texts = t.rules;
const STARTS = ['next_period', 'now'] as const;

/** Writes a rule, reads it back as a sentence, tries it over the past, and switches it on. */
export function RuleDialog({ kind, onClose }: { kind: RuleDraft['kind']; onClose: () => void }) {
  const { id, owner } = useOrganization();
  const change = useChange(owner);
  const [draft, setDraft] = useState<RuleDraft>({ ...EMPTY_RULE, kind });
  const body = bodyOf(draft);
  const simulation = useSimulation(body);
  const { run, running, error } = useAct(
    () =>
      change(`/v1/organizations/${id}/rules/${draft.kind}-${crypto.randomUUID().slice(0, 8)}`, {
        method: 'PUT',
        body: { ...body, start: draft.start },
      }),
    onClose,
  );
  return (
    <Modal opened onClose={onClose} title={texts.createTitle} size="xl">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (body !== null) void run();
        }}
      >
        <Stack>
          <RuleFields draft={draft} error={error ?? simulation.error} onChange={setDraft} />
          <Paper withBorder p="md" bg="var(--bursar-inset)">
            <Text fw={600} aria-live="polite">
              {body === null ? texts.incomplete : sentenceOf(body)}
            </Text>
            <Text size="sm" c="dimmed">
              {texts.utc}
            </Text>
          </Paper>
          <Group justify="space-between" align="flex-end">
            <Text size="sm" c="dimmed" maw={440}>
              {texts.simulateText}
            </Text>
            <Button
              variant="light"
              onClick={() => void simulation.run()}
              loading={simulation.running}
              disabled={body === null}
            >
              {texts.simulate}
            </Button>
          </Group>
          {simulation.error !== null && <ProblemAlert error={simulation.error} />}
          {simulation.result !== null && <SimulationResult simulation={simulation.result} />}
          <Radio.Group
            label={texts.start}
            value={draft.start}
            onChange={(next) =>
              setDraft({ ...draft, start: STARTS.find((one) => one === next) ?? 'next_period' })
            }
          >
            <Stack gap="xs" mt={6}>
              {STARTS.map((value) => (
                <Radio key={value} value={value} label={texts.starts[value]} />
              ))}
            </Stack>
          </Radio.Group>
          {error !== null && <ProblemAlert error={error} />}
          <FormActions
            action={texts.switchOn}
            running={running}
            disabled={body === null}
            onCancel={onClose}
          />
        </Stack>
      </form>
    </Modal>
  );
}
