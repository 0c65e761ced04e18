import { Button, Group } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { usePages } from '../../api/use-pages.ts';
import { manages, useOrganization } from '../../app/workspace.ts';
import { t } from '../../texts/for-management.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Moment } from '../../ui/moment.tsx';
import { PageHeading } from '../../ui/page-heading.tsx';
import { RecordList, type Column } from '../../ui/record-table.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';
import { ManagersOnly } from '../billing/managers-only.tsx';
import { commandFor, type ApiKey } from './api-key.ts';
import { KeyDialog, type KeyAct } from './key-dialogs.tsx';

const k = t.keys;

/** The keys that products use for an organization, for who manages it. */
export function KeysPage() {
  return manages(useOrganization()) ? <Keys /> : <ManagersOnly title={k.title} />;
}

function Keys() {
  const { owner, name } = useOrganization();
  const client = useQueryClient();
  const queryKey = ['api-keys', owner];
  const pages = usePages<ApiKey>({
    queryKey,
    path: '/v1/api-keys',
    filters: { organization: owner },
  });
  const [made, setMade] = useState<ApiKey | null>(null);
  const [act, setAct] = useState<KeyAct | null>(null);
  const settled = (key: ApiKey | null): void => {
    setMade(key);
    void client.invalidateQueries({ queryKey });
  };
  const create = <Button onClick={() => setAct({ kind: 'create' })}>{k.create}</Button>;
  return (
    <>
      <PageHeading title={k.title} text={k.text(name)}>
        {create}
      </PageHeading>
      {made?.key !== undefined && (
        <ShownOnce
          words={k.once}
          secret={made.key}
          command={{ label: k.once.try, line: commandFor(made, owner, window.location.origin) }}
          done={() => setMade(null)}
        />
      )}
      <RecordList
        framed
        caption={k.caption}
        pages={pages}
        columns={columnsFor(setAct)}
        keyOf={({ id }) => id}
        empty={<EmptyState {...k.none} />}
      />
      {act && <KeyDialog act={act} owner={owner} close={() => setAct(null)} settled={settled} />}
    </>
  );
}

/** It ends with the midnight after its last day. */
const justBefore = (at: string): string => new Date(Date.parse(at) - 1).toISOString();

const columnsFor = (ask: (act: KeyAct) => void): Column<ApiKey>[] => [
  { name: k.name, cell: ({ name }) => name },
  { name: k.key, cell: ({ last_four: last }) => `…${last}` },
  { name: k.scopes, cell: ({ scopes }) => scopes.join(', ') },
  { name: k.created, cell: ({ created_at: at }) => <Moment at={at} dateOnly /> },
  {
    name: k.lastUsed,
    cell: ({ last_used_at: at }) => (at === null ? k.notUsed : <Moment at={at} />),
  },
  {
    name: k.ends,
    cell: ({ expires_at: at }) =>
      at === null ? t.words.never : <Moment at={justBefore(at)} dateOnly />,
  },
  {
    name: k.actions,
    right: true,
    cell: (key) => (
      <Group gap="xs" justify="flex-end" wrap="nowrap">
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => ask({ kind: 'rotate', key })}
          aria-label={k.rotateTitle(key.name)}
        >
          {k.rotate}
        </Button>
        <Button
          size="compact-sm"
          variant="light"
          color="red"
          onClick={() => ask({ kind: 'revoke', key })}
          aria-label={k.revokeTitle(key.name)}
        >
          {k.revoke}
        </Button>
      </Group>
    ),
  },
];
