import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { read, type RequestOptions } from './request.ts';
import { sessionQuery, type Membership } from './session.ts';

/** Amounts are credits; `null` is off. */
export interface OrganizationSettings {
  default_allocation: string | null;
  seat_allocation: string | null;
  request_expiry_days: number;
  auto_approve_below: string | null;
  auto_approve_monthly: string | null;
}

export interface Organization {
  id: string;
  wallet: string;
  name: string;
  /** Suspended people count, too. */
  members: number;
  settings: OrganizationSettings;
  created_at: string;
}

export interface Member {
  /** With prefix, `user:ana`. */
  user: string;
  name: string | null;
  email: string | null;
  role: Membership['role'];
  status: 'active' | 'suspended';
  joined_at: string;
}

/** @param id without prefix. */
export const organizationQuery = (id: string) =>
  queryOptions({
    queryKey: ['of', `org:${id}`, 'organization'],
    queryFn: ({ signal }) => read<Organization>(`/v1/organizations/${id}`, { signal }),
  });

export const bareId = (owner: string): string => owner.replace(/^(user|org):/, '');

/** How a person is called where others read it. */
export const nameOf = ({ user, name }: { user: string; name: string | null }): string =>
  name ?? bareId(user);

/**
 * Changes what is no movement of credits, such as a role, and renews what depends on it: everything
 * of this owner, and who one is in which organization.
 */
export function useChange(owner: string) {
  const client = useQueryClient();
  return async <Body>(path: string, options: RequestOptions): Promise<Body> => {
    try {
      return await read<Body>(path, options);
    } finally {
      await Promise.all([
        client.invalidateQueries({ queryKey: ['of', owner] }),
        client.invalidateQueries({ queryKey: sessionQuery.queryKey }),
      ]);
    }
  };
}
