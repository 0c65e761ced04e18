import { randomUUID } from 'node:crypto';
import {
  formatAmount,
  fromPublicId,
  type LedgerCommand,
  type OperationHead,
  type Rejection,
} from '@bursar/contracts';
import type { Command, Keyed } from '../command.ts';
import type { Decision } from '../rules/ledger.ts';
import { bareId } from './cast.ts';
import { pricingOf } from './quantities.ts';

/** What the database calls that which the model counts. */
export interface Names {
  /** Ids in the order in which they were first seen. */
  holds: string[];
  requests: string[];
  allocations: string[];
  /** The transaction that a reversal is about. */
  charge: string | null;
  /** An instant of the scenario on the database's clock. */
  at(instant: number): string;
}

export const headOf = (
  { key, hash }: Omit<Keyed<unknown>, 'asked'>,
  caller = 'key_model',
): OperationHead => ({
  key,
  hash,
  caller,
  actor: 'user:model',
  accepted_at: new Date().toISOString(),
});

/** Only of what budgets count it matters who asks. */
export const callerOf = (command: Command): string | undefined =>
  command.type === 'hold' ? command.caller : undefined;

/** A command of the model as the operations door takes it. */
export function toWire(command: Command, names: Names): LedgerCommand {
  switch (command.type) {
    case 'grant':
      return {
        type: 'grant',
        wallet: command.wallet,
        amount: String(command.amount),
        kind: command.kind,
        priority: command.priority,
        reason: 'model',
        ...(command.expiresAt === Infinity ? {} : { expires_at: names.at(command.expiresAt) }),
        ...(command.effectiveAt === null ? {} : { effective_at: names.at(command.effectiveAt) }),
      };
    case 'transfer': {
      const { kind, amount, ...rest } = command;
      return { ...rest, amount: String(amount), ...(kind === null ? {} : { kind }) };
    }
    case 'allocation': {
      const { kind, amount, rising, recipients, ...rest } = command;
      const terms = { ...rest, ...(kind === null ? {} : { kind }) };
      if (!rising || recipients === 'all')
        return { ...terms, recipients, amount_per_recipient: String(amount) };
      const own = recipients.map((user, index) => ({
        user,
        amount: String(amount + BigInt(index)),
      }));
      return { ...terms, recipients: own };
    }
    case 'reversal': {
      const transaction = names.charge ?? randomUUID();
      return { type: 'reversal', transaction, reason: 'model', ...amountOf(command.amount) };
    }
    case 'hold':
      return {
        type: 'hold',
        wallet: command.wallet,
        amount: String(command.amount),
        product: command.product,
        expires_in: command.lifetimeMs / 1000,
        overdraft: String(command.overdraft),
        ...pricingOf(command.quantity),
        ...(command.onBehalfOf === null ? {} : { on_behalf_of: command.onBehalfOf }),
      };
    case 'hold_capture': {
      const { type, final, within, amount, quantity } = command;
      const hold = idAt(names.holds, command.hold);
      return { type, hold, final, within, ...amountOf(amount), ...pricingOf(quantity) };
    }
    case 'hold_release':
      return { type: 'hold_release', hold: idAt(names.holds, command.hold) };
    case 'hold_extension': {
      const { type, amount } = command;
      const expiry = { expires_in: command.lifetimeMs / 1000 };
      return { type, hold: idAt(names.holds, command.hold), ...expiry, ...amountOf(amount) };
    }
    case 'credit_request':
      return { ...command, amount: String(command.amount) };
    case 'credit_request_approval': {
      const request = idAt(names.requests, command.request);
      return { type: command.type, request, ...amountOf(command.amount) };
    }
    case 'credit_request_rejection':
    case 'credit_request_cancellation':
      return { type: command.type, request: idAt(names.requests, command.request) };
    case 'allocation_undo':
      return { type: command.type, allocation: idAt(names.allocations, command.allocation) };
    case 'default_allocation':
      return { ...command, amount: String(command.amount) };
    case 'seat_assignment':
    case 'seat_revocation':
    case 'member_removal':
      return command;
    case 'organization_deletion': {
      const { type, organization, forfeit } = command;
      const confirm = command.confirmed ? bareId(organization) : 'Something else';
      const given = forfeit === null ? {} : { forfeit: String(forfeit) };
      return { type, organization, confirm, ...given };
    }
  }
}

/** What of a result the model knows too. */
export function factsOf(command: Command, result: unknown, names: Names): Record<string, string> {
  const text = (...path: string[]) => textAt(result, path);
  switch (command.type) {
    case 'grant':
      return { settled: micro(text('settled')) };
    case 'transfer':
      return { amount: micro(text('transfer', 'amount')) };
    case 'allocation':
      numberOf(names.allocations, fromPublicId('alc', text('allocation', 'id')));
      return {
        recipients: text('allocation', 'recipients'),
        total: micro(text('allocation', 'total')),
      };
    case 'reversal':
      return { amount: micro(text('amount')) };
    case 'hold':
      return { hold: numberOf(names.holds, fromPublicId('hold', text('hold', 'id'))) };
    case 'hold_capture':
      return {
        amount: text('charge') === 'null' ? '0' : micro(text('charge', 'amount')),
        status: text('hold', 'status'),
        overdraftUsed: micro(text('hold', 'overdraft_used')),
      };
    case 'hold_extension':
      return { amount: micro(text('hold', 'amount')), added: micro(text('added')) };
    case 'hold_release':
      return { status: text('hold', 'status') };
    case 'credit_request':
      return {
        request: numberOf(names.requests, fromPublicId('req', text('credit_request', 'id'))),
        status: text('credit_request', 'status'),
      };
    case 'credit_request_approval':
      return { granted: micro(text('credit_request', 'granted')) };
    case 'credit_request_rejection':
    case 'credit_request_cancellation':
      return { status: text('credit_request', 'status') };
    case 'member_removal':
      return {
        returned: micro(text('returned', 'amount')),
        held: micro(text('held')),
        vacated: text('seat_revoked'),
        cancelled: text('requests_cancelled'),
        calledOff: micro(text('delayed_cancelled')),
      };
    case 'organization_deletion':
      return {
        forfeited: micro(text('deletion', 'forfeited')),
        kept: micro(text('deletion', 'members', 'amount')),
        requests: text('deletion', 'ending', 'pending_requests', 'count'),
      };
    case 'allocation_undo':
      return { returned: micro(text('undo', 'returned')), held: micro(text('undo', 'held')) };
    case 'default_allocation':
    case 'seat_assignment': {
      const paid = text('transfer', 'amount');
      return { paid: paid === 'null' ? 'nothing' : micro(paid) };
    }
    case 'seat_revocation':
      return { status: text('seat', 'status') };
  }
}

export function refusalOf(error: Rejection): Decision {
  const { code, required, available, subjects } = error;
  return {
    ok: false,
    error: {
      code,
      ...(required === undefined ? {} : { required: BigInt(micro(required)) }),
      ...(available === undefined ? {} : { available: BigInt(micro(available)) }),
      ...(subjects === undefined ? {} : { subjects }),
    },
  };
}

const amountOf = (amount: bigint | null) => (amount === null ? {} : { amount: String(amount) });

const idAt = (ids: string[], position: number | null): string =>
  ids[position ?? -1] ?? randomUUID();

/** The position of an id in the order of first sight. */
function numberOf(ids: string[], id: string | null): string {
  if (id === null) throw new Error('A result names no id.');
  if (!ids.includes(id)) ids.push(id);
  return String(ids.indexOf(id));
}

function textAt(value: unknown, path: string[]): string {
  const [name, ...rest] = path;
  if (name === undefined) return String(value);
  const inside =
    typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : null;
  return textAt(inside, rest);
}

/** Micro-credits of a canonical decimal string of any size. */
function micro(text: string): string {
  const [whole = '', decimals = ''] = text.split('.');
  const amount = BigInt(whole + decimals.padEnd(6, '0'));
  if (formatAmount(amount) !== text) throw new Error(`${text} is no canonical amount.`);
  return String(amount);
}
