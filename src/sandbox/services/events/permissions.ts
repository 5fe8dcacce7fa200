import type * as eb from '@aws-sdk/client-eventbridge';
import { hasErrors, rootArn } from '../../../base/index.ts';
import { parsePolicy, policySize } from '../../../policy/index.ts';
import { StoredPolicy } from '../../state/stored-policy.ts';
import { AwsError, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { Events } from './context.ts';
import { invalid, notFound } from './errors.ts';
import type { Bus } from './state.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html: "Policy size", 10,240 bytes. */
const LARGEST = 10_240;

type Statements = { Sid?: string }[];

export const permissionOperations = (events: Events): readonly Operation[] => [
  operation<eb.PutPermissionRequest, object>({
    name: 'PutPermission',
    readOnly: false,
    authorize: ({ EventBusName }, call) => events.onBus('PutPermission', EventBusName, call),
    handle: (input, call) => {
      const bus = events.bus(input.EventBusName, call);
      const { Policy, Action, Principal, StatementId, Condition } = input;
      if (Policy !== undefined) {
        if (Action ?? Principal ?? StatementId ?? Condition) {
          throw invalid(
            'Parameter Policy cannot be used together with Action, Principal, StatementId or Condition.',
          );
        }
        bus.policy = readPolicy(Policy);
        return {};
      }
      if (Action !== 'events:PutEvents')
        throw invalid("Provided value in parameter 'action' is not supported.");
      if (Principal === undefined || StatementId === undefined) {
        throw invalid('Parameters Action, Principal and StatementId must be specified.');
      }
      if (
        Condition !== undefined &&
        (Condition.Type !== 'StringEquals' || Condition.Key !== 'aws:PrincipalOrgID' || Principal !== '*')
      ) {
        throw invalid(
          'Parameter Condition is only for Principal *, of type StringEquals with key aws:PrincipalOrgID.',
        );
      }
      const statement = {
        Sid: StatementId,
        Effect: 'Allow',
        Principal: Principal === '*' ? '*' : { AWS: rootArn('aws', Principal) },
        Action,
        Resource: bus.arn,
        ...(Condition !== undefined && {
          Condition: { [Condition.Type ?? '']: { [Condition.Key ?? '']: Condition.Value } },
        }),
      };
      const { Statement, ...rest } = json(bus);
      const others = Statement.filter(({ Sid }) => Sid !== StatementId);
      bus.policy = readPolicy(JSON.stringify({ ...rest, Statement: [...others, statement] }));
      return {};
    },
  }),
  operation<eb.RemovePermissionRequest, object>({
    name: 'RemovePermission',
    readOnly: false,
    authorize: ({ EventBusName }, call) => events.onBus('RemovePermission', EventBusName, call),
    handle: ({ EventBusName, StatementId, RemoveAllPermissions }, call) => {
      const bus = events.bus(EventBusName, call);
      if (RemoveAllPermissions === true) {
        delete bus.policy;
        return {};
      }
      if (bus.policy === undefined) throw notFound('EventBus does not have a policy.');
      const { Statement, ...rest } = json(bus);
      const left = Statement.filter(({ Sid }) => Sid !== StatementId);
      if (left.length === Statement.length) {
        throw notFound('Statement with the provided id does not exist.');
      }
      if (left.length === 0) delete bus.policy;
      else bus.policy = readPolicy(JSON.stringify({ ...rest, Statement: left }));
      return {};
    },
  }),
];

function json({ policy }: Bus): { Version: string; Statement: Statements } {
  if (policy === undefined) return { Version: '2012-10-17', Statement: [] };
  const value = JSON.parse(policy.text) as { Version: string; Statement: Statements | Statements[number] };
  return { ...value, Statement: [value.Statement].flat() };
}

function readPolicy(text: string): StoredPolicy {
  if (policySize(text) > LARGEST) {
    throw new AwsError('PolicyLengthExceededException', 'Total policy size is over the limit.');
  }
  const read = parsePolicy(text, { kind: 'resource' });
  if (read.ok && !hasErrors(read.diagnostics)) return new StoredPolicy(text, 'resource', read.value);
  const wrong = read.diagnostics.find(({ severity }) => severity === 'error');
  throw invalid(`Provided policy is not valid: ${wrong?.message ?? 'syntax error'}`);
}
