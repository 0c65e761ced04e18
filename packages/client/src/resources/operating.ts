import type { CallOptions, Settings } from '../options.ts';
import { ROUTES } from '../routes.ts';
import { follow, type FollowOptions } from '../transport/command.ts';
import { listing } from '../transport/listing.ts';
import type { ApiKeyInput, GrantInput, RateLimits } from '../types/inputs.ts';
import type { Operation, Succeeded } from '../types/operation.ts';
import type { ApiKey } from '../types/resources.ts';
import type { GrantResult } from '../types/results.ts';
import { ask, issue } from './issue.ts';

export const grants = (settings: Settings) => ({
  /** Gives credits that nobody paid for. */
  create: issue<[grant: GrantInput], GrantResult>(settings, 1, (body) => ({
    route: ROUTES.createGrant,
    body,
  })),
});

export const operations = (settings: Settings) => {
  const get = <Result = Record<string, unknown>>(id: string, options?: CallOptions) =>
    ask<Operation<Result>>(settings, { route: ROUTES.getOperation, params: { id } }, options);
  return {
    /** The operation, whatever became of it. */
    get,
    /** Resolves when it succeeded, throws a BursarRejection when it was rejected. */
    async wait<Result = Record<string, unknown>>(
      id: string,
      options: FollowOptions = {},
    ): Promise<Succeeded<Result>> {
      const deadline = Date.now() + (options.deadlineMs ?? settings.deadlineMs);
      const operation = await get<Result>(id, options);
      return follow(settings, operation, null, { ...options, deadlineMs: deadline - Date.now() });
    },
    /** Refused commands of everybody, latest first; for operators. */
    rejected: (options?: CallOptions) =>
      listing<Operation<never> & { command: Record<string, unknown> | null }>(
        settings,
        { route: ROUTES.listOperations, query: { status: 'rejected' } },
        options,
      ),
  };
};

/** For operators. Making and rotating a key have no Idempotency-Key, so they are not repeated after a lost answer. */
export const apiKeys = (settings: Settings) => ({
  create: (body: ApiKeyInput, options?: CallOptions) =>
    ask<ApiKey>(settings, { route: ROUTES.createApiKey, body, repeat: 'if_refused' }, options),
  /** Without their secrets; owners and administrators name their organization. */
  list: (filter: { organization?: string } = {}, options?: CallOptions) =>
    listing<Omit<ApiKey, 'key'>>(
      settings,
      { route: ROUTES.listApiKeys, query: { ...filter } },
      options,
    ),
  change: (id: string, body: { rate_limit: RateLimits | null }, options?: CallOptions) =>
    ask<Omit<ApiKey, 'key'>>(
      settings,
      { route: ROUTES.changeApiKey, params: { id }, body },
      options,
    ),
  /** The key before works for 24 hours more. */
  rotate: (id: string, options?: CallOptions) =>
    ask<ApiKey>(
      settings,
      { route: ROUTES.rotateApiKey, params: { id }, body: {}, repeat: 'if_refused' },
      options,
    ),
  revoke: (id: string, options?: CallOptions) =>
    ask<null>(settings, { route: ROUTES.revokeApiKey, params: { id } }, options),
});
