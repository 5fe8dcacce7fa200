import { encodeBase32 } from '../../../../base/index.ts';
import { uuid } from '../../../state/ids.ts';
import { AwsError } from '../../../types.ts';
import type { JsonObject } from '../model.ts';
import type { Answer, ResourceContext } from '../resources/types.ts';
import { finishStackSetOperation } from '../stacksets/finish.ts';
import { stateOf } from '../state.ts';
import { checkConstraints } from './constraints.ts';
import type { Run } from './run.ts';

/** An API call's refusal, in the words in which resource handlers hand it on. */
export class ApiFailure extends AwsError {
  readonly original: AwsError;

  constructor(original: AwsError, service: string, requestId: string, token: string) {
    const name = names[service] ?? service;
    super(
      original.code,
      `Resource handler returned message: "${original.message} (Service: ${name}, Status Code: ${original.status}, Request ID: ${requestId})" (RequestToken: ${token}, HandlerErrorCode: ${handlerCode(original)})`,
      original.status,
    );
    this.original = original;
  }
}

const names: Readonly<Record<string, string>> = {
  iam: 'Iam',
  s3: 'S3',
  sns: 'Sns',
  logs: 'CloudWatchLogs',
  monitoring: 'CloudWatch',
  events: 'EventBridge',
  cloudtrail: 'CloudTrail',
  organizations: 'Organizations',
  cloudformation: 'CloudFormation',
};

/** https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html */
function handlerCode({ code, status }: AwsError): string {
  if (/AccessDenied|Unauthorized|NotAuthorized/.test(code)) return 'AccessDenied';
  if (/AlreadyExists|AlreadyOwned|Duplicate|ResourceConflict/.test(code)) return 'AlreadyExists';
  if (/NoSuch|NotFound/.test(code)) return 'NotFound';
  if (/LimitExceeded/.test(code)) return 'ServiceLimitExceeded';
  if (/Throttl/.test(code)) return 'Throttling';
  if (status >= 500) return 'ServiceInternalError';
  return /Validation|Invalid|Malformed/.test(code) ? 'InvalidRequest' : 'GeneralServiceException';
}

/** What a resource handler works with. `made` is told of physical ids early. */
export function contextOf(
  run: Run,
  logicalId: string,
  made: (physicalId: string) => void,
  tags: {
    readonly now: ResourceContext['tags'];
    readonly previous: ResourceContext['tags'];
  },
  again = false,
): ResourceContext {
  const { world, stack } = run;
  const { random } = world.store;
  const api = (service: string, operation: string, given: Readonly<Record<string, unknown>>): Answer => {
    const requestId = uuid(random);
    const input = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    try {
      checkConstraints(service, operation, input);
      return world.invoke(
        {
          ...run.credentials,
          requestId,
          service,
          operation,
          host: `${service}.${stack.region}.amazonaws.com`,
        },
        input,
      );
    } catch (error) {
      if (!(error instanceof AwsError) || error instanceof ApiFailure) throw error;
      throw new ApiFailure(error, service, requestId, uuid(random));
    }
  };
  return {
    accountId: stack.accountId,
    region: stack.region,
    stackName: stack.name,
    stackId: stack.id,
    logicalId,
    tags: tags.now,
    previousTags: tags.previous,
    now: run.now,
    api,
    apiUnless: (codes, service, operation, input) => {
      try {
        return api(service, operation, input);
      } catch (error) {
        if (error instanceof AwsError && codes.includes(error.code)) return undefined;
        throw error;
      }
    },
    generatedName: (longest) => generatedName(stack.name, logicalId, longest, random.bytes(8)),
    made,
    capabilities: (run.operation.recipe ?? stack.recipe)?.capabilities ?? [],
    again,
    finishStackSet: (id, operationId) => finishStackSetOperation(world, id, operationId, run.now),
    finishStack: (stackId) => {
      const nested = stateOf(world).stacks.get(stackId);
      if (nested === undefined) throw new AwsError('ValidationError', `Stack [${stackId}] does not exist`);
      if (nested.parentId === undefined) {
        nested.parentId = stack.id;
        nested.rootId = stack.rootId ?? stack.id;
        nested.terminationProtection = stack.terminationProtection;
      }
      run.finish(nested, run.now);
      const why = nested.events.findLast(
        ({ physicalId, reason }) => physicalId === nested.id && reason !== undefined,
      )?.reason;
      return {
        status: nested.status,
        ...(why !== undefined && { reason: why }),
        outputs: Object.fromEntries(nested.outputs.map(({ key, value }) => [key, value])) as JsonObject,
      };
    },
  };
}

/** `stack-Logical-1A2B3C4D5E6F`: both names are cut so that the random part fits. */
export function generatedName(stack: string, logicalId: string, longest: number, bytes: Uint8Array): string {
  const random = encodeBase32(bytes).slice(0, 12);
  const room = longest - random.length - 2;
  const half = Math.floor(room / 2);
  const logical = logicalId.slice(0, Math.max(half, room - stack.length));
  return `${stack.slice(0, room - logical.length)}-${logical}-${random}`;
}
