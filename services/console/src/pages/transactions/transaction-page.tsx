import { Badge, Button, Card, Group, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { read } from '../../api/request.ts';
import { useSession } from '../../api/session.ts';
import { useNameOf } from '../../app/names.ts';
import { t } from '../../texts/index.ts';
import { Credits, formatCredits } from '../../ui/amounts.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { FactList } from '../../ui/fact-list.tsx';
import { Moment } from '../../ui/moment.tsx';
import { NotYet } from '../../ui/not-yet.tsx';
import { PageHeading } from '../../ui/page-heading.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import type { TransactionProvenance } from './provenance/lot-link.ts';
import { ProvenancePicture } from './provenance/provenance-picture.tsx';
import { ReverseDialog } from './reverse-dialog.tsx';
import { factsOf } from './transaction-facts.tsx';
import type { Transaction } from './transaction.ts';

const a = t.activity;
const p = t.transaction;

/** One transaction: who, what and why, and the way of its credits; operators see everybody's. */
export function TransactionPage() {
  const { id } = useParams({ from: '/shell/transactions/$id' });
  const { operator } = useSession();
  const { data, error, refetch } = useQuery({
    queryKey: ['transaction', id],
    queryFn: ({ signal }) =>
      read<{ sides: readonly Transaction[] }>(`/v1/transactions/${id}`, { signal, operator }),
  });
  const [first] = data?.sides ?? [];
  return (
    <>
      <PageHeading title={first ? (a.kinds[first.kind] ?? first.kind) : p.title}>
        <CopyId id={id} />
        {first?.kind === 'charge' && <Reverse charge={first} />}
      </PageHeading>
      {error && <ProblemAlert error={error} again={() => void refetch()} />}
      {data === undefined && !error && <Skeleton h={260} radius="lg" />}
      <Stack>
        <SimpleGrid cols={{ base: 1, lg: data?.sides.length === 1 ? 1 : 2 }}>
          {data?.sides.map((side) => (
            <Side key={side.wallet} side={side} />
          ))}
        </SimpleGrid>
        {first && <Chain transaction={first} />}
      </Stack>
    </>
  );
}

function Side({ side }: { side: Transaction }) {
  const nameOf = useNameOf(organizationOf(side));
  return (
    <Card>
      <Stack>
        <Group justify="space-between" align="baseline">
          <Stack gap={0}>
            <Text size="sm" c="dimmed">
              {nameOf(side.wallet)}
            </Text>
            <Text fz={32} fw={700} lh={1.2}>
              <Credits amount={side.amount} signed />
            </Text>
          </Stack>
          <Badge variant="light" size="lg">
            {a.kinds[side.kind] ?? side.kind}
          </Badge>
        </Group>
        <Text size="sm" c="dimmed">
          {p.meaning[side.kind]}
        </Text>
        <FactList label={p.facts(nameOf(side.wallet))} facts={factsOf(side, nameOf)} />
        <Stack gap={4}>
          <Text fw={600} size="sm">
            {p.lots}
          </Text>
          {side.lots.map(({ lot, kind, amount }) => (
            <Group key={lot} justify="space-between" maw={640}>
              <Text size="sm" component={Link} to={`/lots/${lot}`} c="var(--mantine-color-anchor)">
                {p.lotOf(t.provenance.lotKinds[kind] ?? kind)}
              </Text>
              <Text size="sm">
                <Credits amount={amount} />
              </Text>
            </Group>
          ))}
          {side.lots.length === 0 && <Text size="sm">{p.noLots}</Text>}
        </Stack>
        <Text size="sm">
          {t.activity.balanceAfter}: <Moment at={side.created_at} /> ·{' '}
          {formatCredits(side.balance_after)}
        </Text>
      </Stack>
    </Card>
  );
}

/** The organization that gave or received, if one did. */
const organizationOf = ({ wallet, counterparty }: Transaction): string | null =>
  [wallet, counterparty].find((owner) => owner?.startsWith('org:')) ?? null;

function Chain({ transaction }: { transaction: Transaction }) {
  const { operator } = useSession();
  const { data, error } = useQuery({
    queryKey: ['transaction', transaction.id, 'provenance'],
    queryFn: ({ signal }) =>
      read<TransactionProvenance>(`/v1/transactions/${transaction.id}/provenance`, {
        signal,
        operator,
      }),
  });
  if (data === undefined) return <NotYet h={180} error={error} />;
  return <ProvenancePicture chain={data} about={transaction} />;
}

function Reverse({ charge }: { charge: Transaction }) {
  const { operator } = useSession();
  const [open, { open: show, close }] = useDisclosure();
  if (!operator) return null;
  return (
    <>
      <Button variant="default" onClick={show}>
        {p.reverse.open}
      </Button>
      {open && <ReverseDialog charge={charge} close={close} />}
    </>
  );
}
