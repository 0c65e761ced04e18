import { useQuery } from '@tanstack/react-query';
import { read } from './request.ts';
import { useSession } from './session.ts';

const LOOK_EVERY_MS = 60_000;
/** What nobody has read among so many of the newest is news; what lies below them is not. */
const NEWEST = 20;

/** Whether the person who is signed in was told something that they have not read. */
export function useUnreadNotices(): boolean {
  const { user } = useSession();
  const { data } = useQuery({
    queryKey: ['of', user.id, 'notifications', 'newest'],
    queryFn: ({ signal }) =>
      read<{ data: { read_at: string | null }[] }>(`/v1/notifications?limit=${NEWEST}`, { signal }),
    refetchInterval: LOOK_EVERY_MS,
  });
  return data?.data.some(({ read_at: at }) => at === null) ?? false;
}
