import { Kbd, Modal, Table } from '@mantine/core';
import { t } from '../../texts/index.ts';
import type { Destination } from './navigation.ts';

/** The keys that pages listen to. */
export function KeyboardHelp({
  destinations,
  close,
}: {
  destinations: readonly Destination[];
  close: () => void;
}) {
  const jumps = destinations.filter(({ key }) => key !== undefined);
  return (
    <Modal opened onClose={close} title={t.shell.keys.title}>
      <Table>
        <Table.Tbody>
          <Key keys={['/']} label={t.shell.keys.search} />
          <Key keys={['?']} label={t.shell.keys.help} />
          {jumps.map(({ key = '', label, to }) => (
            <Key key={to} keys={['g', key]} label={label} />
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}

function Key({ keys, label }: { keys: readonly string[]; label: string }) {
  return (
    <Table.Tr>
      <Table.Td>
        {keys.map((key) => (
          <Kbd key={key} mr={4}>
            {key}
          </Kbd>
        ))}
      </Table.Td>
      <Table.Td>{label}</Table.Td>
    </Table.Tr>
  );
}
