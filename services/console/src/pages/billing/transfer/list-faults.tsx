import { Stack, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ApiProblem, type FieldError } from '../../../api/problem.ts';
import { t } from '../../../texts/for-management.ts';

const texts = t.billing.transfer;
const SHOWN = 50;

/** The lines of a list that are wrong; `null` when something else is. */
export function listFaults(error: Error): ReactNode {
  const faults = error instanceof ApiProblem ? error.errors.filter(isOfLine) : [];
  return faults.length === 0 ? null : <ListFaults faults={faults} />;
}

/** What is wrong in which line of a list, so that it can be mended there. */
function ListFaults({ faults }: { faults: readonly FieldError[] }) {
  return (
    <Stack gap="xs" role="alert">
      <Text size="sm" fw={600} c="var(--mantine-color-error)">
        {texts.faults(faults.length)}
      </Text>
      <Text size="sm">{texts.mend}</Text>
      <Table>
        <Table.Caption className="visually-hidden">{texts.faultyLines}</Table.Caption>
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
