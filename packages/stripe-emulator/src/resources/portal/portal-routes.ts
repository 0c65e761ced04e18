import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { flag } from '../../protocol/fields.ts';
import { listRoute } from '../../protocol/list-page.ts';
import { route, type Route } from '../../protocol/route.ts';
import { noSuchResource } from '../../protocol/stripe-error.ts';
import { CONFIGURATION_CREATE, CONFIGURATION_UPDATE } from './configuration-fields.ts';
import { blankConfiguration, withParams } from './configuration.ts';
import { createPortalSession, PORTAL_SESSION } from './create-portal-session.ts';

export const PORTAL_ROUTES: Route[] = [
  route(
    'POST',
    '/v1/billing_portal/configurations',
    CONFIGURATION_CREATE,
    ({ emulator, params, cause }) => {
      const configuration = emulator.state.portalConfigurations.put(
        withParams(emulator, blankConfiguration(emulator), params),
      );
      emitEvent(emulator, cause, 'billing_portal.configuration.created', configuration);
      return configuration;
    },
  ),
  route('GET', '/v1/billing_portal/configurations/{id}', {}, ({ emulator, id }) =>
    configurationAt(emulator, id),
  ),
  route(
    'POST',
    '/v1/billing_portal/configurations/{id}',
    CONFIGURATION_UPDATE,
    ({ emulator, params, id, cause }) => {
      const before = configurationAt(emulator, id);
      const after = emulator.state.portalConfigurations.put(withParams(emulator, before, params));
      emitEvent(emulator, cause, 'billing_portal.configuration.updated', after, before);
      return after;
    },
  ),
  listRoute('/v1/billing_portal/configurations', {
    noun: 'configuration',
    filters: { active: flag(), is_default: flag() },
    table: ({ emulator }) => emulator.state.portalConfigurations,
    matches: (configuration, filter) =>
      (filter.active === undefined || configuration.active === filter.active) &&
      (filter.is_default === undefined || configuration.is_default === filter.is_default),
    present: (configuration) => configuration,
  }),
  route(
    'POST',
    '/v1/billing_portal/sessions',
    PORTAL_SESSION,
    ({ emulator, params, cause }) => createPortalSession(emulator, params, cause).session,
  ),
];

function configurationAt(emulator: Emulator, id: string): Stripe.BillingPortal.Configuration {
  const configuration = emulator.state.portalConfigurations.get(id);
  if (!configuration) throw noSuchResource('configuration', id);
  return configuration;
}
