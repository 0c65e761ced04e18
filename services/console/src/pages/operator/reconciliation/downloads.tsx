import { Button, Group, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { downloadAsOperator } from '../../../api/download.ts';
import { t } from '../../../texts/for-operators.ts';
import { Icon } from '../../../ui/icon.tsx';
import { ProblemAlert } from '../../../ui/problem-alert.tsx';
import type { Run } from './reconciliation.ts';

const r = t.reconciliation;

/** The report as files, for whoever keeps books. */
export function Downloads({ run }: { run: Run }) {
  const path = `/v1/reconciliations/${run.id}`;
  const proven = run.report?.money_proof?.statement !== undefined;
  const files = [
    { label: r.csv, from: `${path}/findings.csv`, name: `${run.id}-findings.csv` },
    ...(proven
      ? [{ label: r.statementCsv, from: `${path}/statement.csv`, name: `${run.id}-money.csv` }]
      : []),
    { label: r.json, from: path, name: `${run.id}.json` },
  ];
  const keep = useMutation({
    mutationFn: ({ from, name }: { from: string; name: string }) => downloadAsOperator(from, name),
  });
  return (
    <Stack gap="xs" align="flex-end">
      <Group gap="sm">
        {files.map((file) => (
          <Button
            key={file.name}
            variant="default"
            leftSection={<Icon name="download" size={16} />}
            onClick={() => keep.mutate(file)}
          >
            {file.label}
          </Button>
        ))}
      </Group>
      {keep.error && <ProblemAlert error={keep.error} />}
    </Stack>
  );
}
