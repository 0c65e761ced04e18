import { Stack, Table, Text } from '@mantine/core';
import { ApiProblem } from '../../../api/problem.ts';
import { t } from '../../../texts/index.ts';

const texts = t.billing.transfer;
const SHOWN = 50;

/** What is wrong in which line of a list, so that it can be mended there. */
export function ListFaults({ error }: { error: Error }) {
  const faults = error instanceof ApiProblem ? error.errors.filter(isOfLine) : [];
  if (faults.length === 0) return null;
  return (
    <Stack gap="xs">
      <Table>
        <Table.Caption className="visually-hidden">{texts.faults(faults.length)}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={90}>{texts.line}</Table.Th>
            <Table.Th>{texts.fault}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {faults.slice(0, SHOWN).map(({ parameter, message }) => (
            <Table.Tr key={`${parameter} ${message}`}>
              <Table.Td>{parameter?.replace('line ', '')}</Table.Td>
              <Table.Td>{message}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {faults.length > SHOWN && <Text size="sm">{texts.faultsMore(faults.length - SHOWN)}</Text>}
    </Stack>
  );
}

const isOfLine = ({ parameter }: { parameter?: string }): boolean =>
  parameter?.startsWith('line ') === true;
