import { Card, Group, Button, Stack, Table, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useDisclosure } from '@mantine/hooks';
import { t } from '../../../texts/index.ts';
import { Credits } from '../../../ui/amounts.tsx';
import { FlowPicture } from '../../../ui/flow-picture.tsx';
import { Moment } from '../../../ui/moment.tsx';
import { drawTransaction, kindOfLot } from './draw-provenance.ts';
import type { LotLink, TransactionProvenance } from './lot-link.ts';

const p = t.provenance;

interface ProvenancePictureProps {
  chain: TransactionProvenance;
  about: { kind: string; amount: string; wallet: string };
}

/** The chain of lots around a transaction, drawn; the same as a table on demand. */
export function ProvenancePicture({ chain, about }: ProvenancePictureProps) {
  const [asTable, { toggle }] = useDisclosure();
  if (chain.origin.length + chain.results.length === 0) return null;
  return (
    <Card>
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h4">
            {p.title}
          </Title>
          <Button variant="subtle" size="compact-sm" onClick={toggle}>
            {asTable ? t.words.chart : t.words.table}
          </Button>
        </Group>
        {asTable ? (
          <StepsTable chain={chain} />
        ) : (
          <FlowPicture label={p.picture} {...drawTransaction(chain, about)} />
        )}
        {chain.truncated && <Text size="sm">{p.many}</Text>}
      </Stack>
    </Card>
  );
}

function StepsTable({ chain: { origin, results } }: { chain: TransactionProvenance }) {
  return (
    <Table className="stacking-table">
      <caption className="visually-hidden">{p.table}</caption>
      <Table.Thead>
        <Table.Tr>
          {[p.lot, p.step, p.wallet, p.lotKind, p.amount, p.remaining, p.when].map((name) => (
            <Table.Th key={name}>{name}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {origin
          .toSorted((a, b) => b.distance - a.distance)
          .map((link) => (
            <Step key={link.lot} link={link} side={p.side.before} />
          ))}
        {results.map((link) => (
          <Step key={link.lot} link={link} side={p.side.after} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Step({ link, side }: { link: LotLink; side: string }) {
  const kind = link.purchase === null ? t.activity.kinds[link.transaction_kind] : p.payment;
  return (
    <Table.Tr>
      <Table.Td data-column={p.lot}>
        {link.remaining === null ? (
          side
        ) : (
          <Link to="/lots/$id" params={{ id: link.lot }}>
            {side}
          </Link>
        )}
      </Table.Td>
      <Table.Td data-column={p.step}>
        <Link to="/transactions/$id" params={{ id: link.transaction }}>
          {kind ?? link.transaction_kind}
        </Link>
      </Table.Td>
      <Table.Td data-column={p.wallet}>{link.wallet}</Table.Td>
      <Table.Td data-column={p.lotKind}>{kindOfLot(link.kind)}</Table.Td>
      <Table.Td data-column={p.amount}>
        <Credits amount={link.amount} />
      </Table.Td>
      <Table.Td data-column={p.remaining}>
        {link.remaining === null ? p.notYours : <Credits amount={link.remaining} />}
      </Table.Td>
      <Table.Td data-column={p.when}>
        <Moment at={link.created_at} />
      </Table.Td>
    </Table.Tr>
  );
}
