export {
  startDevIdentity,
  type DevClient,
  type DevIdentity,
  type DevIdentityOptions,
} from './start-dev-identity.ts';
export { type DevPerson } from './people.ts';
