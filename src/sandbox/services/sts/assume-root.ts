import type { AssumeRootRequest, AssumeRootResponse } from '@aws-sdk/client-sts';
import { isAccountId, rootArn } from '../../../base/index.ts';
import { AwsError, type Operation } from '../../types.ts';
import { rootManagement } from '../iam/root-features.ts';
import { operation } from '../operation.ts';
import { structureOf } from '../organizations/structure.ts';
import type { World } from '../world.ts';
import { credentialElements } from './trail.ts';

const LONGEST = 900;

/** `arn:aws:iam::aws:policy/root-task/…`: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html */
const TASKS = 'arn:aws:iam::aws:policy/root-task/';

const GLOBAL_ENDPOINT = 'sts.amazonaws.com';
/** Root access is central only as long as the organization gives IAM trusted access: id_root-enable-root-access.html */
const IAM = 'iam.amazonaws.com';

const refused = (): AwsError => new AwsError('AccessDenied', 'Not authorized to perform sts:AssumeRoot', 403);

/** The account that TargetPrincipal names, by its id or its root user's ARN. */
function targetOf(principal: string): string {
  const account = /^arn:aws:iam::(\d{12}):root$/.exec(principal)?.[1] ?? principal;
  if (!isAccountId(account)) throw new AwsError('ValidationError', `${principal} is invalid`);
  return account;
}

/** A short root session in a member account, for one of the tasks that only root can do. */
export const assumeRoot = (world: World): Operation =>
  operation<AssumeRootRequest, AssumeRootResponse>({
    name: 'AssumeRoot',
    readOnly: true,
    authorize: ({ TargetPrincipal, TaskPolicyArn }, { caller, host }) => {
      // "The STS global endpoint is not supported for AssumeRoot", "You cannot use root user credentials to make this
      // call": API reference of AssumeRoot. unverified: the words of both.
      if (host === GLOBAL_ENDPOINT)
        throw new AwsError('InvalidAction', 'AssumeRoot is not supported on the global endpoint.');
      if (caller.principal.type === 'root') throw refused();
      const target = targetOf(TargetPrincipal);
      return [
        {
          action: 'sts:AssumeRoot',
          resource: rootArn('aws', target),
          // No policy of the member account has a say: only the caller's own account decides.
          resourceAccount: caller.accountId,
          context: { 'sts:TaskPolicyArn': TaskPolicyArn.arn, 'aws:ResourceAccount': target },
        },
      ];
    },
    handle: ({ TargetPrincipal, TaskPolicyArn, DurationSeconds = LONGEST }, call) => {
      const { store } = world;
      const target = targetOf(TargetPrincipal);
      const { accountId, session } = call.caller;
      const structure = structureOf(world);
      const organization = structure.organizationOf(accountId);
      if (organization === undefined || structure.organizationOf(target) !== organization) throw refused();
      if (structure.isManagement(target) || !structure.isActive(target)) throw refused();
      if (!structure.trusts(organization, IAM) || !mayManage(world, accountId)) throw refused();
      const task = TaskPolicyArn.arn ?? '';
      if (!task.startsWith(TASKS) || store.policy(store.account(target), task) === undefined)
        throw new AwsError('ValidationError', `${task} is not a task policy`);
      const { sourceIdentity } = session ?? {};
      const credentials = store.tokens.issue(
        {
          accountId: target,
          holder: { kind: 'root' },
          policyArns: [task],
          task,
          ...(sourceIdentity !== undefined && { sourceIdentity }),
        },
        call.now,
        DurationSeconds === 0 ? LONGEST : DurationSeconds,
      );
      return {
        Credentials: credentials,
        ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
      };
    },
    trail: (input, output) => ({
      requestParameters: {
        targetPrincipal: input.TargetPrincipal,
        taskPolicyArn: { arn: input.TaskPolicyArn.arn },
        ...(input.DurationSeconds !== undefined && { durationSeconds: input.DurationSeconds }),
      },
      ...(output && {
        responseElements: { credentials: credentialElements(output.Credentials) },
        sharedWith: targetOf(input.TargetPrincipal),
      }),
    }),
  });

/** Root sessions must be switched on in the organization, and the caller must speak for it. */
function mayManage(world: World, accountId: string): boolean {
  try {
    return rootManagement(world, accountId).features.has('RootSessions');
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}
