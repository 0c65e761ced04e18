import { Switch, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { t } from '../../texts/for-management.ts';
import { ProblemAlert } from '../../ui/problem-alert.tsx';

const texts = t.settings.notices;

export type Channel = 'mail' | 'in_app' | 'webhook';

interface NoticeRow {
  kind: string;
  on: Readonly<Partial<Record<Channel, boolean>>>;
  /** Channels that cannot be changed. */
  fixed: readonly Channel[];
}

interface NoticeTableProps {
  channels: readonly Channel[];
  rows: readonly NoticeRow[];
  onChange: (kind: string, channel: Channel, value: boolean) => Promise<unknown>;
}

/** Each kind of notice, and a switch for each way it may come. */
export function NoticeTable({ channels, rows, onChange }: NoticeTableProps) {
  const [error, setError] = useState<Error | null>(null);
  const change = async (kind: string, channel: Channel, value: boolean): Promise<void> => {
    setError(null);
    try {
      await onChange(kind, channel, value);
    } catch (failure) {
      if (!(failure instanceof Error)) throw failure;
      setError(failure);
    }
  };
  return (
    <>
      {error !== null && <ProblemAlert error={error} />}
      <Table verticalSpacing={6} horizontalSpacing="xs">
        <Table.Caption className="visually-hidden">{texts.personTitle}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{texts.kind}</Table.Th>
            {channels.map((channel) => (
              <Table.Th key={channel} w={{ base: 76, sm: 100 }} className="in-one-line">
                {texts[channel]}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        {inGroups(rows).map(([group, members]) => (
          <Table.Tbody key={group}>
            <Table.Tr>
              <Table.Th scope="rowgroup" colSpan={channels.length + 1} pt="md" c="dimmed" fz="xs">
                {group}
              </Table.Th>
            </Table.Tr>
            {members.map((row) => (
              <Table.Tr key={row.kind}>
                <Table.Th scope="row" fw={400}>
                  {texts.kinds[row.kind] ?? row.kind}
                </Table.Th>
                {channels.map((channel) => (
                  <Table.Td key={channel}>
                    <NoticeSwitch row={row} channel={channel} change={change} />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        ))}
      </Table>
    </>
  );
}

/** Rows under what they are about, in the order of the texts; what no group names comes last. */
function inGroups(rows: readonly NoticeRow[]): [string, NoticeRow[]][] {
  const named = texts.groups.flatMap(({ kinds }) => kinds);
  return [...texts.groups, { name: texts.others, kinds: null }]
    .map(({ name, kinds }): [string, NoticeRow[]] => [
      name,
      rows.filter(({ kind }) => (kinds === null ? !named.includes(kind) : kinds.includes(kind))),
    ])
    .filter(([, members]) => members.length > 0);
}

interface NoticeSwitchProps {
  row: NoticeRow;
  channel: Channel;
  change: (kind: string, channel: Channel, value: boolean) => Promise<void>;
}

function NoticeSwitch({ row, channel, change }: NoticeSwitchProps) {
  const [asked, ask] = useState<boolean | null>(null);
  const on = row.on[channel] ?? false;
  if (row.fixed.includes(channel)) {
    return (
      <Text size="sm" c="dimmed" className="in-one-line">
        {on ? texts.fixed : texts.never}
      </Text>
    );
  }
  const toggle = async (value: boolean): Promise<void> => {
    ask(value);
    await change(row.kind, channel, value);
    ask(null);
  };
  return (
    <Switch
      checked={asked ?? on}
      disabled={asked !== null}
      onChange={(event) => void toggle(event.currentTarget.checked)}
      aria-label={texts.switch(texts.kinds[row.kind] ?? row.kind, texts[channel])}
      withThumbIndicator={false}
    />
  );
}
