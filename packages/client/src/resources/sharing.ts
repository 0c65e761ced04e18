import type { CallOptions, CommandOptions, Settings } from '../options.ts';
import { ROUTES } from '../routes.ts';
import type { FollowOptions } from '../transport/command.ts';
import { newIdempotencyKey } from '../transport/idempotency-key.ts';
import { listing } from '../transport/listing.ts';
import type {
  AllocationInput,
  ApprovalInput,
  CreditRequestInput,
  DecisionsInput,
  ReasonInput,
  TransferInput,
} from '../types/inputs.ts';
import type { Allocation, AllocationRecipient, CreditRequest } from '../types/resources.ts';
import type {
  AllocationResult,
  ApprovalResult,
  CreditRequestResult,
  DecisionOutcome,
  TransferResult,
  UndoResult,
} from '../types/results.ts';
import { ask, issue, many, preview, type ManyOptions } from './issue.ts';

export const transfers = (settings: Settings) => ({
  create: issue<[transfer: TransferInput], TransferResult>(settings, 1, (body) => ({
    route: ROUTES.createTransfer,
    body,
  })),
  preview: (transfer: TransferInput, options?: CallOptions) =>
    preview<TransferResult>(settings, { route: ROUTES.createTransfer, body: transfer }, options),
});

/** An allocation takes a while; `onProgress` is told how far it is. */
type AllocationOptions = CommandOptions & Pick<FollowOptions, 'onProgress'>;

export const allocations = (settings: Settings) => ({
  create: issue<[allocation: AllocationInput], AllocationResult, AllocationOptions>(
    settings,
    1,
    (body) => ({ route: ROUTES.createAllocation, body }),
  ),
  preview: (allocation: AllocationInput, options?: CallOptions) =>
    preview<AllocationResult>(
      settings,
      { route: ROUTES.createAllocation, body: allocation },
      options,
    ),
  /** Takes back what the recipients have not spent. */
  undo: issue<[id: string, reason: ReasonInput], UndoResult, AllocationOptions>(
    settings,
    2,
    (id, body) => ({ route: ROUTES.undoAllocation, params: { id }, body }),
  ),
  get: (id: string, options?: CallOptions) =>
    ask<Allocation>(settings, { route: ROUTES.getAllocation, params: { id } }, options),
  recipients: (id: string, options?: CallOptions) =>
    listing<AllocationRecipient>(
      settings,
      { route: ROUTES.listAllocationRecipients, params: { id } },
      options,
    ),
  /** Here `org` is the caller's own id, without `org:`. */
  list: (org: string, options?: CallOptions) =>
    listing<Allocation>(settings, { route: ROUTES.listAllocations, params: { org } }, options),
});

type DecideOptions = ManyOptions & Pick<CommandOptions, 'idempotencyKey'>;

export const creditRequests = (settings: Settings) => ({
  /** Asks an organization for credits; needs `actAs`. */
  create: issue<[request: CreditRequestInput], CreditRequestResult>(settings, 1, (body) => ({
    route: ROUTES.createCreditRequest,
    body,
  })),
  approve: issue<[id: string, approval: ApprovalInput], ApprovalResult>(
    settings,
    2,
    (id, body) => ({ route: ROUTES.approveCreditRequest, params: { id }, body }),
  ),
  reject: issue<[id: string, reason: ReasonInput], CreditRequestResult>(
    settings,
    2,
    (id, body) => ({ route: ROUTES.rejectCreditRequest, params: { id }, body }),
  ),
  /** Decides up to 200, approvals first; each outcome stands alone, in the order sent. */
  async decide(decisions: DecisionsInput, options: DecideOptions = {}): Promise<DecisionOutcome[]> {
    const key = options.idempotencyKey ?? newIdempotencyKey();
    const answered = await ask<{ data: DecisionOutcome[] }>(
      settings,
      { route: ROUTES.decideCreditRequests, body: decisions, key, ...many(options) },
      options,
    );
    return answered.data;
  },
  cancel: issue<[id: string], CreditRequestResult>(settings, 1, (id) => ({
    route: ROUTES.cancelCreditRequest,
    params: { id },
    body: {},
  })),
  list: (
    organization: string,
    filter: {
      /** `decided` is every status but `pending`. */
      status?: CreditRequest['status'] | 'decided' | undefined;
      member?: string | undefined;
    } = {},
    options?: CallOptions,
  ) =>
    listing<CreditRequest>(
      settings,
      { route: ROUTES.listCreditRequests, params: { id: organization }, query: { ...filter } },
      options,
    ),
});
