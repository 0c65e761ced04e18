import { Anchor, Button, Card, Group, SimpleGrid, Stack, Tabs, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { usePages } from '../../../api/use-pages.ts';
import { useOneOf } from '../../../app/use-one-of.ts';
import { t } from '../../../texts/for-operators.ts';
import { formatCredits, formatMoney } from '../../../ui/amounts.tsx';
import { Moment } from '../../../ui/moment.tsx';
import { NotYet } from '../../../ui/not-yet.tsx';
import { PageHeading } from '../../../ui/page-heading.tsx';
import { CaseList } from './case-list.tsx';
import { atRiskQuery, isOver, type AtRisk, type Run } from './reconciliation.ts';
import { RunDialog } from './run-dialog.tsx';
import { RunList } from './run-list.tsx';
import { formatAge } from './words.ts';

const r = t.reconciliation;
const LOOK_EVERY_MS = 5_000;
const TABS = ['cases', 'runs'] as const;

/** How Stripe and the ledger stand to each other: what is at risk, open cases, and every run. */
export function ReconciliationPage() {
  const [asking, { open, close }] = useDisclosure();
  const { chosen, choose } = useOneOf('tab', TABS);
  const runs = usePages<Run>({
    queryKey: ['operator', 'reconciliation', 'runs'],
    path: '/v1/reconciliations',
    limit: 25,
    operator: true,
    everyMs: LOOK_EVERY_MS,
  });
  return (
    <>
      <PageHeading title={r.title} text={r.text}>
        <Button onClick={open}>{r.run}</Button>
      </PageHeading>
      <Stack>
        <Standing latest={runs.rows.find(isOver)} />
        <Tabs value={chosen} onChange={choose} keepMounted={false}>
          <Tabs.List mb="md">
            <Tabs.Tab value="cases">{r.tabs.cases}</Tabs.Tab>
            <Tabs.Tab value="runs">{r.tabs.runs}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="cases">
            <CaseList />
          </Tabs.Panel>
          <Tabs.Panel value="runs">
            <RunList pages={runs} />
          </Tabs.Panel>
        </Tabs>
      </Stack>
      {asking && <RunDialog close={close} />}
    </>
  );
}

/** The figures that say at a glance whether all is well. */
function Standing({ latest }: { latest: Run | undefined }) {
  const { data, error, refetch } = useQuery(atRiskQuery);
  if (data === undefined) return <NotYet h={104} error={error} again={() => void refetch()} />;
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }}>
      <Figure name={r.atRisk} note={data.cases === 0 ? r.nothingAtRisk : r.atRiskText}>
        {riskOf(data)}
      </Figure>
      <Figure
        name={r.openCases}
        note={
          data.oldest_seconds === null
            ? r.parkedOf(data.parked)
            : `${r.parkedOf(data.parked)} · ${r.oldest} ${formatAge(data.oldest_seconds)}`
        }
      >
        {data.cases}
      </Figure>
      <Figure name={r.lastFull} note={latest && <Moment at={latest.finished_at ?? ''} />}>
        {latest === undefined ? (
          '–'
        ) : (
          <Anchor
            component={Link}
            to={`/operator/reconciliation/runs/${latest.id}`}
            inherit
            underline="hover"
          >
            {r.states[latest.state]}
          </Anchor>
        )}
      </Figure>
    </SimpleGrid>
  );
}

function Figure({ name, note, children }: { name: string; note: ReactNode; children: ReactNode }) {
  return (
    <Card padding="md">
      <Group justify="space-between" gap={4}>
        <Text size="sm" c="dimmed">
          {name}
        </Text>
      </Group>
      <Text fz={24} fw={650}>
        {children}
      </Text>
      <Text size="sm" c="dimmed" component="div">
        {note}
      </Text>
    </Card>
  );
}

function riskOf({ credits, money }: AtRisk): string {
  const parts = [
    ...money.map((one) => formatMoney(one)),
    ...(credits === '0' ? [] : [`${formatCredits(credits)} ${t.words.credits}`]),
  ];
  return parts.join(' + ') || '0';
}
