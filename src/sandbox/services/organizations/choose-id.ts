import { AwsError, type ControlRoute } from '../../types.ts';
import { type OrganizationsState, organizationIdPattern } from './state.ts';

/** Control route `organization-id`: AWS has no way to choose an organization's id, and definitions name the real one. */
export const chooseId = (state: OrganizationsState): ControlRoute => ({
  PUT: ({ id }) => {
    if (typeof id !== 'string' || !organizationIdPattern.test(id)) {
      throw new AwsError('ValidationError', 'id must be an organization id, like "o-a1b2c3d4e5".');
    }
    if (state.organizations.has(id))
      throw new AwsError('ValidationError', `There is an organization ${id}.`, 409);
    state.nextId = id;
    return { ok: true };
  },
});
