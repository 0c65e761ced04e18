import {
  Alert,
  Badge,
  Button,
  Card,
  Group,
  List,
  Loader,
  Skeleton,
  Stack,
  Text,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { read } from '../../../api/request.ts';
import { usePages } from '../../../api/use-pages.ts';
import { t } from '../../../texts/for-operators.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Moment } from '../../../ui/moment.tsx';
import { PageHeading } from '../../../ui/page-heading.tsx';
import { ProblemAlert } from '../../../ui/problem-alert.tsx';
import { RecordTable, type Column } from '../../../ui/record-table.tsx';
import { Section } from '../../../ui/section.tsx';
import { CHECK_COLUMNS, isBroken } from './check-columns.tsx';
import type { Audit } from './audit.ts';

const a = t.operator.audit;
const LOOK_EVERY_MS = 1_500;
const QUERY_KEY = ['operator', 'audits'];

/** Whether every rule of the ledger holds: the last proof, running another, and earlier ones. */
export function AuditPage() {
  const client = useQueryClient();
  const pages = usePages<Audit>({
    queryKey: QUERY_KEY,
    path: '/v1/audits',
    limit: 20,
    operator: true,
    everyMs: LOOK_EVERY_MS,
  });
  const run = useMutation({
    mutationFn: () => read<Audit>('/v1/audits', { method: 'POST', body: {}, operator: true }),
    onSuccess: () => client.invalidateQueries({ queryKey: QUERY_KEY }),
  });
  const underWay = pages.rows.find(({ state }) => state === 'waiting' || state === 'running');
  const ended = pages.rows.filter((one) => one !== underWay);
  const [latest] = ended;
  return (
    <>
      <PageHeading title={a.title} text={a.text}>
        <Button
          onClick={() => run.mutate()}
          loading={run.isPending}
          disabled={underWay !== undefined}
        >
          {a.run}
        </Button>
      </PageHeading>
      <Stack>
        {(run.error ?? pages.error) && (
          <ProblemAlert error={(run.error ?? pages.error) as Error} again={pages.again} />
        )}
        {underWay && <UnderWay audit={underWay} />}
        {pages.loading && pages.error === null && <Skeleton h={200} radius="lg" />}
        {!pages.loading && pages.rows.length === 0 && <EmptyState {...a.none} />}
        {latest && <Verdict key={latest.id} audit={latest} />}
        {ended.length > 1 && (
          <Section title={a.earlier}>
            <RecordTable
              caption={a.earlierCaption}
              rows={ended}
              columns={AUDIT_COLUMNS}
              keyOf={({ id }) => id}
            />
          </Section>
        )}
      </Stack>
    </>
  );
}

function UnderWay({ audit }: { audit: Audit }) {
  return (
    <Card padding="md">
      <Group gap="sm" component="output">
        <Loader size="xs" />
        <Text size="sm">
          {audit.state === 'waiting' ? a.waiting : (audit.progress ?? a.running)}
        </Text>
      </Group>
    </Card>
  );
}

function Verdict({ audit }: { audit: Audit }) {
  const [all, { toggle }] = useDisclosure(audit.sound === false);
  const checks = audit.checks ?? [];
  const broken = checks.filter(isBroken);
  return (
    <Card component="section" aria-label={wordOf(audit)}>
      <Stack>
        <Group justify="space-between">
          <Group gap="sm">
            <State audit={audit} />
            <Text size="sm" c="dimmed">
              <Moment at={audit.finished_at ?? audit.created_at} />
            </Text>
          </Group>
          {checks.length > 0 && broken.length === 0 && (
            <Button variant="subtle" size="compact-sm" onClick={toggle} aria-expanded={all}>
              {a.all}
            </Button>
          )}
        </Group>
        {audit.took_ms !== null && (
          <Text>{a.provenAt(checks.length, (audit.took_ms / 1_000).toFixed(1))}</Text>
        )}
        {audit.state === 'failed' && <Text>{audit.progress}</Text>}
        {broken.map((check) => (
          <Alert key={check.name} color="red" variant="light" title={check.statement}>
            <Text size="sm">{check.failure ?? a.more(check.count)}</Text>
            <List size="sm">
              {check.violations.map(({ subject, detail }) => (
                <List.Item key={`${subject} ${detail}`} className="breakable">
                  {subject}: {detail}
                </List.Item>
              ))}
            </List>
          </Alert>
        ))}
        {all && (
          <RecordTable
            caption={a.caption}
            rows={checks}
            columns={CHECK_COLUMNS}
            keyOf={({ name }) => name}
          />
        )}
      </Stack>
    </Card>
  );
}

function State({ audit }: { audit: Audit }) {
  const colour = audit.sound === true ? 'green' : 'red';
  return (
    <Badge color={audit.state === 'failed' ? 'orange' : colour} variant="light" size="lg">
      {wordOf(audit)}
    </Badge>
  );
}

const wordOf = ({ state, sound }: Audit): string => {
  if (state === 'failed') return a.failed;
  return sound === true ? a.sound : a.unsound;
};

const AUDIT_COLUMNS: readonly Column<Audit>[] = [
  { name: a.when, cell: ({ created_at: at }) => <Moment at={at} /> },
  { name: a.verdict, cell: (audit) => <State audit={audit} /> },
  { name: a.by, cell: ({ asked_by: by }) => (by === 'system:timetable' ? a.timetable : by) },
  {
    name: a.took,
    right: true,
    cell: ({ took_ms: took }) =>
      took === null ? '–' : t.operator.queues.seconds(Math.round(took / 100) / 10),
  },
];
