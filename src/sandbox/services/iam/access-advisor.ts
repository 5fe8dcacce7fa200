import type * as iam from '@aws-sdk/client-iam';
import { uuid } from '../../state/ids.ts';
import type { Call, Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { page } from '../page.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { accountOf, noSuchEntity } from './find.ts';
import { findSubject, lastAccessed, serviceName } from './last-accessed.ts';
import { type AccessedService, type AccessJob, iamAccount } from './state.ts';

/** AWS keeps a job's answer for a week; here the last ones are kept. */
const MOST_JOBS = 1_000;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html */
export function accessAdvisorOperations(world: World, ask: Ask): readonly Operation[] {
  const { store } = world;
  const find = (id: string, call: Call): AccessJob => {
    const job = iamAccount(world, call.caller.accountId).jobs.get(id);
    // "The JobId … must be used by the same role within a session, or by the same user". unverified: the error.
    if (job === undefined || job.by !== makerOf(call))
      throw noSuchEntity(`The job with id ${id} cannot be found.`);
    return job;
  };
  return [
    operation<iam.GenerateServiceLastAccessedDetailsRequest, iam.GenerateServiceLastAccessedDetailsResponse>({
      name: 'GenerateServiceLastAccessedDetails',
      readOnly: true,
      authorize: ({ Arn }, call) => ask.entity('GenerateServiceLastAccessedDetails', call, Arn),
      handle: ({ Arn, Granularity }, call) => {
        const account = accountOf(store, call);
        const subject = findSubject(store, account, Arn);
        if (subject === undefined) throw noSuchEntity(`ARN ${Arn} cannot be found.`);
        const { jobs } = iamAccount(world, account.id);
        const id = uuid(store.random);
        const [oldest] = jobs.keys();
        if (jobs.size >= MOST_JOBS && oldest !== undefined) jobs.delete(oldest);
        jobs.set(id, {
          id,
          arn: Arn,
          by: makerOf(call),
          createdAt: call.now,
          granularity: Granularity === 'ACTION_LEVEL' ? 'ACTION_LEVEL' : 'SERVICE_LEVEL',
          services: lastAccessed(subject, world.trail.history(account.id)),
        });
        return { JobId: id };
      },
    }),
    operation<iam.GetServiceLastAccessedDetailsRequest, iam.GetServiceLastAccessedDetailsResponse>({
      name: 'GetServiceLastAccessedDetails',
      readOnly: true,
      authorize: () => ask.any('GetServiceLastAccessedDetails'),
      handle: (input, call) => {
        const job = find(input.JobId, call);
        const { items, rest } = page(job.services, input);
        return {
          ...completed(job),
          JobType: job.granularity,
          ServicesLastAccessed: items.map((service) => serviceShape(service, job)),
          ...rest,
        };
      },
    }),
    operation<
      iam.GetServiceLastAccessedDetailsWithEntitiesRequest,
      iam.GetServiceLastAccessedDetailsWithEntitiesResponse
    >({
      name: 'GetServiceLastAccessedDetailsWithEntities',
      readOnly: true,
      authorize: () => ask.any('GetServiceLastAccessedDetailsWithEntities'),
      handle: (input, call) => {
        const job = find(input.JobId, call);
        const service = job.services.find(({ namespace }) => namespace === input.ServiceNamespace);
        const entities = (service?.entities ?? []).flatMap(({ id, at }): iam.EntityDetails[] => {
          const entity = store.users.get(id) ?? store.roles.get(id);
          if (entity === undefined) return [];
          const { arn, name, kind, path } = entity;
          const Type = kind === 'user' ? 'USER' : 'ROLE';
          return [
            {
              EntityInfo: { Arn: arn, Name: name, Type, Id: id, Path: path },
              LastAuthenticated: new Date(at),
            },
          ];
        });
        const { items, rest } = page(entities, input);
        return { ...completed(job), EntityDetailsList: [...items], ...rest };
      },
    }),
  ];
}

/** A user, the root user, or one session of a role. */
function makerOf({ caller: { principal, accountId } }: Call): string {
  if (principal.type === 'role-session') return `${principal.roleId}:${principal.sessionName}`;
  return principal.type === 'user' ? principal.id : accountId;
}

const completed = ({ createdAt }: AccessJob) => ({
  JobStatus: 'COMPLETED' as const,
  JobCreationDate: new Date(createdAt),
  JobCompletionDate: new Date(createdAt),
});

function serviceShape(service: AccessedService, { granularity }: AccessJob): iam.ServiceLastAccessed {
  const { namespace, last, entities, actions } = service;
  return {
    ServiceName: serviceName(namespace),
    ServiceNamespace: namespace,
    TotalAuthenticatedEntities: entities.length,
    ...(last && {
      LastAuthenticated: new Date(last.at),
      LastAuthenticatedEntity: last.arn,
      LastAuthenticatedRegion: last.region,
    }),
    ...(granularity === 'ACTION_LEVEL' && {
      TrackedActionsLastAccessed: actions.map(({ name, at, region, arn }) => ({
        ActionName: name,
        LastAccessedTime: new Date(at),
        LastAccessedEntity: arn,
        LastAccessedRegion: region,
      })),
    }),
  };
}
