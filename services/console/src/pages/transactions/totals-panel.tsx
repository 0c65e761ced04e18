import { Button, Card, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { parseAmount } from '@bursar/contracts/amounts';
import { read } from '../../api/request.ts';
import { withFilters } from '../../api/use-pages.ts';
import { t } from '../../texts/index.ts';
import { Credits, formatCredits } from '../../ui/amounts.tsx';
import { formatMoment } from '../../ui/moment.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';

interface Standing {
  balance: string;
  owed: string;
}
interface Totals {
  from: string;
  to: string;
  opening: Standing;
  closing: Standing;
  change: string;
  kinds: readonly { kind: string; count: number; amount: string }[];
}

interface TotalsOf {
  owner: string;
  from: string | undefined;
  to: string | undefined;
}

const a = t.activity.totals;

/** Sums of a time by kind, between the balances that they explain. */
export function TotalsPanel(props: TotalsOf) {
  const [open, { toggle }] = useDisclosure();
  return (
    <Stack mb="md" align="flex-start" gap="xs">
      <Button variant="subtle" size="compact-sm" onClick={toggle} aria-expanded={open}>
        {open ? a.hide : a.show}
      </Button>
      {open && <Sums {...props} />}
    </Stack>
  );
}

function Sums({ owner, from, to }: TotalsOf) {
  const path = `/v1/wallets/${owner}/totals`;
  const { data, error } = useQuery({
    queryKey: ['of', owner, 'totals', from, to],
    queryFn: ({ signal }) => read<Totals>(withFilters(path, { from, to }), { signal }),
  });
  if (data === undefined) return error && <ProblemAlert error={error} />;
  const ties = worth(data.opening) + microOf(data.change) === worth(data.closing);
  return (
    <Card w="100%" maw={560}>
      <Text fw={600}>{a.period(formatMoment(data.from), formatMoment(data.to))}</Text>
      <Table verticalSpacing={6}>
        <caption className="visually-hidden">{a.caption}</caption>
        <Table.Tbody>
          <Row name={a.opening} {...data.opening} />
          {data.kinds.map(({ kind, count, amount }) => (
            <Table.Tr key={kind}>
              <Table.Td>
                {t.activity.kinds[kind] ?? kind} × {count}
              </Table.Td>
              <Table.Td ta="right">
                <Credits amount={amount} signed />
              </Table.Td>
            </Table.Tr>
          ))}
          <Row name={a.closing} {...data.closing} />
        </Table.Tbody>
      </Table>
      <Text size="sm" c={ties ? 'dimmed' : 'var(--mantine-color-error)'} mt="xs">
        {ties ? a.ties : a.breaks}
      </Text>
    </Card>
  );
}

function Row({ name, balance, owed }: Standing & { name: string }) {
  return (
    <Table.Tr>
      <Table.Th scope="row">{name}</Table.Th>
      <Table.Td ta="right" fw={650}>
        <Credits amount={balance} /> {owed !== '0' && a.owing(formatCredits(owed))}
      </Table.Td>
    </Table.Tr>
  );
}

const worth = ({ balance, owed }: Standing): bigint => microOf(balance) - microOf(owed);

/** Of what the API wrote: signed, and nothing may be zero. */
function microOf(amount: string): bigint {
  const negative = amount.startsWith('-');
  const parsed = parseAmount(negative ? amount.slice(1) : amount);
  const size = parsed.ok ? parsed.micro : 0n;
  return negative ? -size : size;
}
