import { Anchor, Badge, Button, Card, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { read } from '../../api/request.ts';
import { useSession } from '../../api/session.ts';
import { usePages } from '../../api/use-pages.ts';
import { t } from '../../texts/for-management.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatCredits, formatMoney } from '../../ui/amounts.tsx';
import { formatDay, formatMoment, Moment } from '../../ui/moment.tsx';
import { PageHeading } from '../../ui/page-heading.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { LoadingRows } from '../../ui/record-table.tsx';
import { detailsOf, type Formats } from './notice-details.ts';
import { placeOf, type Notice } from './notice.ts';

const n = t.notifications;

const FORMATS: Formats = {
  credits: formatCredits,
  money: formatMoney,
  day: formatDay,
  moment: formatMoment,
};

/** What somebody was told, the newest first. */
export function NotificationsPage() {
  const { user } = useSession();
  const client = useQueryClient();
  const queryKey = ['of', user.id, 'notifications'];
  const pages = usePages<Notice>({ queryKey, path: '/v1/notifications' });
  const marking = useMutation({
    mutationFn: (ids: readonly string[] | null) =>
      read('/v1/notifications/read', { method: 'POST', body: ids === null ? {} : { ids } }),
    onSuccess: () => client.invalidateQueries({ queryKey }),
  });
  const unread = pages.rows.some(({ read_at: at }) => at === null);
  return (
    <>
      <PageHeading title={n.title} text={n.text}>
        <Button
          variant="default"
          disabled={!unread}
          loading={marking.isPending}
          onClick={() => marking.mutate(null)}
        >
          {n.markAll}
        </Button>
      </PageHeading>
      {marking.error && <ProblemAlert error={marking.error} />}
      {pages.error && <ProblemAlert error={pages.error} again={pages.again} />}
      {pages.loading && !pages.error && <LoadingRows />}
      {!pages.loading && pages.rows.length === 0 && !pages.error && <EmptyState {...n.none} />}
      <Stack component="ul" gap="sm" p={0} m={0} aria-label={n.caption} className="plain-list">
        {pages.rows.map((notice) => (
          <One key={notice.id} notice={notice} mark={() => marking.mutate([notice.id])} />
        ))}
      </Stack>
      {pages.more && (
        <Group justify="center" mt="md">
          <Button variant="default" onClick={pages.more} loading={pages.loadingMore}>
            {t.words.loadMore}
          </Button>
        </Group>
      )}
      <Text size="sm" c="dimmed" mt="md">
        <Anchor component={Link} to="/me/settings" size="sm">
          {n.preferences}
        </Anchor>
      </Text>
    </>
  );
}

function One({ notice, mark }: { notice: Notice; mark: () => void }) {
  const { kind, created_at: at, read_at: readAt } = notice;
  const words = n.kinds[kind] ?? n.other;
  const place = placeOf(notice);
  return (
    <Card component="li" padding="md">
      <Stack gap={2}>
        <Group justify="space-between" wrap="nowrap" gap="xs">
          <Group gap="xs">
            <Text fw={readAt === null ? 650 : 500}>{words.title}</Text>
            {readAt === null && (
              <Badge variant="light" color="indigo">
                {n.unread}
              </Badge>
            )}
          </Group>
          {readAt === null && (
            <Button size="compact-sm" variant="subtle" flex="none" onClick={mark}>
              {n.mark}
            </Button>
          )}
        </Group>
        <Text size="sm">{detailsOf(notice, FORMATS)}</Text>
        <Text size="sm" c="dimmed">
          {words.text}
        </Text>
        <Group gap="md">
          <Text size="sm" c="dimmed" span>
            <Moment at={at} />
          </Text>
          {place !== null && (
            <Anchor
              component={Link}
              to={place.to}
              search={place.search as never}
              size="sm"
              onClick={() => readAt === null && mark()}
              aria-label={`${n.open}: ${words.title}`}
            >
              {n.open}
            </Anchor>
          )}
        </Group>
      </Stack>
    </Card>
  );
}
