import { readHold } from '@bursar/ledger/reads';
import { z } from 'zod';
import { permit, permitScope } from '../access/permit.ts';
import { ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { notFound } from '../problems/problem.ts';
import { HoldSchema, renderHold } from '../reads/render-wallet.ts';
import { publicIdParam } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';
import { hasPlaced } from './may-resolve.ts';

export const getHoldRoute = (services: Services): Route =>
  route({
    method: 'get',
    path: '/v1/holds/{id}',
    operationId: 'getHold',
    tag: 'Spending',
    summary: 'Show a hold',
    description: 'To whoever may read its wallet, and to the product that placed it.',
    params: z.strictObject({ id: publicIdParam('hold') }),
    answers: { 200: { description: 'The hold', schema: HoldSchema } },
    handle: async ({ caller, params }) => {
      const hold = await readHold(services.db, params.id);
      if (hold === null) return notFound('hold');
      const mayRead = (await permit(services.db, caller, 'read_wallet', hold.wallet)) === null;
      const mayPlace = permitScope(caller, 'resolve_hold') === null;
      const shown = mayRead || (mayPlace && (await hasPlaced(services, caller, hold)));
      return shown ? ok(renderHold(hold)) : notFound('hold');
    },
  });
