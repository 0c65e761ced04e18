import type * as contracts from '@bursar/contracts';
import type { z } from 'zod';
import { describe, expectTypeOf, it } from 'vitest';
import type * as client from '../src/node.ts';

/**
 * What the server's schema takes, as the client spells it: amounts, which the schema reads by hand,
 * are text or integers, and `preview` has methods of its own.
 */
type Taken<Schema extends z.ZodType> = Spelled<Omit<z.input<Schema>, 'preview'>>;
type Spelled<Body> = {
  [Key in keyof Body]: unknown extends Body[Key]
    ? client.CreditsInput | (Body extends Record<Key, unknown> ? never : undefined)
    : Body[Key];
};

/**
 * Both ways: each field that the server takes can be given, and none that it would refuse. When this
 * fails to compile, a body has changed in packages/contracts: change the client's input with it.
 */
describe('the bodies of commands', () => {
  it('are those that the server takes', () => {
    expectTypeOf<Taken<typeof contracts.ChargeBody>>().toEqualTypeOf<Flat<client.ChargeInput>>();
    expectTypeOf<Taken<typeof contracts.ReversalBody>>().toEqualTypeOf<
      Flat<client.ReversalInput>
    >();
    expectTypeOf<Taken<typeof contracts.HoldBody>>().toEqualTypeOf<Flat<client.HoldInput>>();
    expectTypeOf<Taken<typeof contracts.CaptureBody>>().toEqualTypeOf<Flat<client.CaptureInput>>();
    expectTypeOf<Taken<typeof contracts.TransferBody>>().toEqualTypeOf<
      Flat<client.TransferInput>
    >();
    expectTypeOf<Taken<typeof contracts.AllocationBody>>().toEqualTypeOf<
      Flat<client.AllocationInput>
    >();
    expectTypeOf<Taken<typeof contracts.PurchaseBody>>().toEqualTypeOf<
      Flat<client.PurchaseInput>
    >();
    expectTypeOf<Taken<typeof contracts.GrantBody>>().toEqualTypeOf<Flat<client.GrantInput>>();
    expectTypeOf<Taken<typeof contracts.CreditRequestBody>>().toEqualTypeOf<
      Flat<client.CreditRequestInput>
    >();
    expectTypeOf<Taken<typeof contracts.ApprovalBody>>().toEqualTypeOf<
      Flat<client.ApprovalInput>
    >();
    expectTypeOf<Taken<typeof contracts.ReasonBody>>().toEqualTypeOf<Flat<client.ReasonInput>>();
    expectTypeOf<Taken<typeof contracts.UserBody>>().toEqualTypeOf<Flat<client.UserInput>>();
    expectTypeOf<Taken<typeof contracts.OrganizationBody>>().toEqualTypeOf<
      Flat<client.OrganizationInput>
    >();
    expectTypeOf<Taken<typeof contracts.MemberBody>>().toEqualTypeOf<Flat<client.MemberInput>>();
    expectTypeOf<Taken<typeof contracts.ApiKeyBody>>().toEqualTypeOf<Flat<client.ApiKeyInput>>();
  });
});

type Flat<Body> = { [Key in keyof Body]: Body[Key] };
