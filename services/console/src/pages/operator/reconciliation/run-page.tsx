import { Alert, Anchor, Card, Group, List, Loader, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { usePages } from '../../../api/use-pages.ts';
import { t } from '../../../texts/for-operators.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { FactList } from '../../../ui/fact-list.tsx';
import { Moment } from '../../../ui/moment.tsx';
import { PageHeading } from '../../../ui/page-heading.tsx';
import { ProblemAlert } from '../../../ui/problem-alert.tsx';
import { RecordList, RecordTable, type Column } from '../../../ui/record-table.tsx';
import { Section } from '../../../ui/section.tsx';
import { CASE_COLUMNS } from './case-list.tsx';
import { Downloads } from './downloads.tsx';
import { MoneyProof } from './money-proof.tsx';
import { isOver, runQuery, type Finding, type Pass, type Run } from './reconciliation.ts';
import { RunState } from './run-list.tsx';
import { formatAge, formatRisk } from './words.ts';

const r = t.reconciliation;

/** One run: its progress while it goes on, then everything that it compared, found and proved. */
export function RunPage() {
  const { run: id } = useParams({ from: '/shell/operator/reconciliation/runs/$run' });
  const { data, error, refetch } = useQuery(runQuery(id));
  return (
    <>
      <PageHeading
        title={data ? r.runTitleOf(r.kinds[data.kind] ?? data.kind) : r.title}
        text={
          <Anchor component={Link} to="/operator/reconciliation?tab=runs" size="sm">
            {r.back}
          </Anchor>
        }
      >
        {data && isOver(data) && <Downloads run={data} />}
      </PageHeading>
      {error && <ProblemAlert error={error} again={() => void refetch()} />}
      {data === undefined && !error && <Skeleton h={260} radius="lg" />}
      {data !== undefined && (
        <Stack>
          <Summary run={data} />
          {isOver(data) && <Outcome run={data} />}
        </Stack>
      )}
    </>
  );
}

function Summary({ run }: { run: Run }) {
  const { report } = run;
  const oldest = report?.oldest_waiting_event_seconds ?? null;
  const took =
    run.started_at !== null && run.finished_at !== null
      ? (Date.parse(run.finished_at) - Date.parse(run.started_at)) / 1_000
      : null;
  return (
    <Card maw={760}>
      <Stack>
        <Group gap="sm" component="output">
          <RunState run={run} />
          {!isOver(run) && (
            <>
              <Loader size="xs" />
              <Text size="sm">{run.progress}</Text>
            </>
          )}
          {report?.reason !== undefined && <Text size="sm">{report.reason}</Text>}
        </Group>
        <FactList
          label={r.title}
          facts={[
            { name: r.mode, value: r.modes[run.mode] ?? run.mode },
            ...(run.from !== null && run.to !== null
              ? [
                  {
                    name: r.window,
                    value: (
                      <>
                        <Moment at={run.from} /> – <Moment at={run.to} />
                      </>
                    ),
                  },
                ]
              : []),
            { name: r.askedBy, value: run.asked_by },
            ...(took === null ? [] : [{ name: r.took, value: formatAge(took) }]),
            ...(report?.findings === undefined
              ? []
              : [
                  { name: r.findings, value: report.findings, strong: true },
                  { name: r.repaired, value: report.repaired },
                  { name: r.unresolved, value: report.unresolved, strong: true },
                  { name: r.parked, value: report.parked ?? 0 },
                  { name: r.calls, value: report.api_calls },
                  { name: r.deadLetters, value: report.dead_letters },
                  {
                    name: r.oldestEvent,
                    value: oldest === null ? r.none : formatAge(oldest),
                  },
                ]),
          ]}
        />
      </Stack>
    </Card>
  );
}

function Outcome({ run }: { run: Run }) {
  const { passes = [], partial_reasons: reasons = [], money_proof: proof } = run.report ?? {};
  return (
    <>
      {reasons.length > 0 && (
        <Alert color="orange" variant="light" title={r.partialTitle}>
          <List size="sm">
            {reasons.map((reason) => (
              <List.Item key={reason}>{reason}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      {passes.length > 0 && (
        <Section title={r.passes}>
          <RecordTable
            caption={r.passesCaption}
            rows={passes}
            columns={PASS_COLUMNS}
            keyOf={({ name }) => name}
          />
        </Section>
      )}
      {proof?.statement && <MoneyProof statement={proof.statement} />}
      <Findings run={run.id} />
    </>
  );
}

const PASS_COLUMNS: readonly Column<Pass>[] = [
  { name: r.pass, cell: ({ name }) => name.replaceAll(/[-_]/g, ' ') },
  { name: r.compared, right: true, cell: ({ compared }) => compared },
  { name: r.matched, right: true, cell: ({ matched }) => matched },
  { name: r.findings, right: true, cell: ({ findings }) => findings },
  { name: r.repaired, right: true, cell: ({ repaired }) => repaired },
  { name: r.parked, right: true, cell: ({ parked }) => parked },
  { name: r.unresolved, right: true, cell: ({ unresolved }) => unresolved },
  { name: r.risk, right: true, cell: formatRisk },
];

function Findings({ run }: { run: string }) {
  const pages = usePages<Finding>({
    queryKey: ['operator', 'reconciliation', 'findings', run],
    path: `/v1/reconciliations/${run}/findings`,
    operator: true,
  });
  return (
    <Section title={r.findingsTitle}>
      <RecordList
        caption={r.findingsCaption}
        pages={pages}
        columns={FINDING_COLUMNS}
        keyOf={({ id }) => id}
        to={({ id }) => `/operator/reconciliation/cases/${id}`}
        empty={<EmptyState {...r.noFindings} />}
      />
    </Section>
  );
}

const FINDING_COLUMNS: readonly Column<Finding>[] = [
  ...CASE_COLUMNS.filter(({ name }) => name !== r.state && name !== r.age),
  {
    name: r.result,
    cell: ({ result, detail }) => (
      <>
        {r.results[result] ?? result}
        {detail !== null && (
          <Text size="xs" c="dimmed" className="breakable">
            {detail}
          </Text>
        )}
      </>
    ),
  },
];
