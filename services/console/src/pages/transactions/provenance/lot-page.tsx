import { Card, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { read } from '../../../api/request.ts';
import { useSession } from '../../../api/session.ts';
import { usePages } from '../../../api/use-pages.ts';
import { t } from '../../../texts/index.ts';
import { Credits } from '../../../ui/amounts.tsx';
import { CopyId } from '../../../ui/copy-id.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { FlowPicture } from '../../../ui/flow-picture.tsx';
import { Moment } from '../../../ui/moment.tsx';
import { PageHeading } from '../../../ui/page-heading.tsx';
import { ProblemAlert } from '../../../ui/problem-alert.tsx';
import { RecordList, type Column } from '../../../ui/record-table.tsx';
import { drawLot } from './draw-provenance.ts';
import type { LotProvenance, LotUse } from './lot-link.ts';

const p = t.provenance;
/** Steps beyond so many make no picture; the table goes on. */
const DRAWN = '12';

/** A lot: where it came from, and everything that was taken from it or came back; operators see every one. */
export function LotPage() {
  const { id } = useParams({ from: '/shell/lots/$id' });
  const { operator } = useSession();
  const path = `/v1/lots/${id}/provenance`;
  const { data, error, refetch } = useQuery({
    queryKey: ['lot', id],
    queryFn: ({ signal }) => read<LotProvenance>(`${path}?limit=${DRAWN}`, { signal, operator }),
  });
  const uses = usePages<LotUse>({ queryKey: ['lot', id, 'uses'], path, operator });
  return (
    <>
      <PageHeading title={p.lotTitle} text={p.lotText}>
        <CopyId id={id} />
      </PageHeading>
      {error && <ProblemAlert error={error} again={() => void refetch()} />}
      <Stack>
        {data === undefined && !error && <Skeleton h={180} radius="lg" />}
        {data !== undefined && (
          <Card>
            <FlowPicture label={p.picture} {...drawLot(id, data)} />
          </Card>
        )}
        <Title order={2} size="h4">
          {p.uses.title}
        </Title>
        <RecordList
          framed
          caption={p.uses.caption}
          pages={uses}
          columns={COLUMNS}
          keyOf={(use) => use.transaction}
          to={(use) => `/transactions/${use.transaction}`}
          empty={<EmptyState {...p.uses.none} />}
        />
      </Stack>
    </>
  );
}

const COLUMNS: readonly Column<LotUse>[] = [
  { name: p.when, cell: (use) => <Moment at={use.created_at} /> },
  {
    name: p.uses.what,
    cell: (use) => (
      <>
        {t.activity.kinds[use.kind] ?? use.kind}{' '}
        <Text span size="sm" c="dimmed">
          {use.product ??
            (use.into.length > 0
              ? p.uses.into(use.into.map(({ wallet }) => wallet).join(', '))
              : '')}
        </Text>
      </>
    ),
  },
  { name: p.amount, right: true, cell: (use) => <Credits amount={use.amount} signed /> },
];
