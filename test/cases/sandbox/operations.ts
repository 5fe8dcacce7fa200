import {
  DescribeInstancesCommand,
  DescribeVpcsCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteUserCommand,
  GetRoleCommand,
  GetUserCommand,
} from '@aws-sdk/client-iam';
import {
  DeleteBucketCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
} from '@aws-sdk/client-s3';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import type { AuthRequest } from '../../../src/engine/index.ts';
import type { Clients, Keys } from './clients.ts';
import { type Facts, requestTagsOf } from './facts.ts';

/** A call that is ready to be sent by the case's caller. */
export interface Asked {
  readonly clients: Clients;
  readonly keys: Keys;
  readonly request: AuthRequest;
  /** The request's resource with the sandbox's own ids. */
  readonly resource: string;
  readonly facts: Facts;
  readonly mfa?: { readonly serial: string; readonly code: string };
  /** As AssumeRole passes it; a caller that has one already can't name another. */
  readonly sourceIdentity?: string;
}

/** What must be there beside the caller before an operation makes sense. */
export type Needs = 'role' | 'user' | 'bucket' | 'object' | undefined;

interface Operation {
  /** Resources that the operation can name in this request. */
  readonly resource: RegExp;
  readonly needs?: Needs;
  send(asked: Asked): Promise<unknown>;
}

const last = (resource: string): string => resource.slice(resource.lastIndexOf('/') + 1);
const bucketOf = (resource: string): string => resource.slice(resource.lastIndexOf(':') + 1);
const tagList = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

const role = /^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+$/;
const user = /^arn:aws:iam::\d{12}:user\/[\w+=,.@/-]+$/;
const bucket = /^arn:aws:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const object = /^arn:aws:s3:::([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/([\w./-]+)$/;
const any = /^\*$/;

/** Bucket and key of an object's ARN. */
export function objectOf(resource: string): { Bucket: string; Key: string } {
  const [, Bucket = '', Key = ''] = object.exec(resource) ?? [];
  return { Bucket, Key };
}

const assume: Operation = {
  resource: role,
  needs: 'role',
  send: ({ clients, keys, facts, request, resource, mfa, sourceIdentity }) => {
    const tags = tagList(requestTagsOf(facts, request));
    return clients.sts(keys, facts.now).send(
      new AssumeRoleCommand({
        RoleArn: resource,
        RoleSessionName: facts.sessionName ?? 'case',
        ExternalId: facts.externalId,
        SourceIdentity: sourceIdentity,
        SerialNumber: mfa?.serial,
        TokenCode: mfa?.code,
        ...(tags.length > 0 && { Tags: tags }),
        ...(facts.transitive && { TransitiveTagKeys: [...facts.transitive] }),
      }),
    );
  },
};

const operations: Readonly<Record<string, Operation>> = {
  'sts:assumerole': assume,
  'sts:tagsession': assume,
  'sts:setsourceidentity': assume,
  'iam:getrole': {
    resource: role,
    needs: 'role',
    send: ({ clients, keys, facts, resource }) =>
      clients.iam(keys, facts.now).send(new GetRoleCommand({ RoleName: last(resource) })),
  },
  'iam:getuser': {
    resource: user,
    needs: 'user',
    send: ({ clients, keys, facts, resource }) =>
      clients.iam(keys, facts.now).send(new GetUserCommand({ UserName: last(resource) })),
  },
  'iam:deleteuser': {
    resource: user,
    needs: 'user',
    send: ({ clients, keys, facts, resource }) =>
      clients.iam(keys, facts.now).send(new DeleteUserCommand({ UserName: last(resource) })),
  },
  'iam:createaccesskey': {
    resource: user,
    needs: 'user',
    send: ({ clients, keys, facts, resource }) =>
      clients.iam(keys, facts.now).send(new CreateAccessKeyCommand({ UserName: last(resource) })),
  },
  'iam:createuser': {
    resource: user,
    send: ({ clients, keys, facts, resource, request }) => {
      const path = /:user(\/(?:.*\/)?)/.exec(resource)?.[1];
      const Tags = tagList(requestTagsOf(facts, request));
      return clients
        .iam(keys, facts.now)
        .send(
          new CreateUserCommand({ UserName: last(resource), Path: path, ...(Tags.length > 0 && { Tags }) }),
        );
    },
  },
  's3:listallmybuckets': {
    resource: any,
    send: ({ clients, keys, facts }) => clients.s3(keys, facts.now).send(new ListBucketsCommand({})),
  },
  // "To use this operation, you must have permissions to perform the s3:ListBucket action": HeadBucket.
  's3:listbucket': {
    resource: bucket,
    needs: 'bucket',
    send: ({ clients, keys, facts, resource }) =>
      clients.s3(keys, facts.now).send(new HeadBucketCommand({ Bucket: bucketOf(resource) })),
  },
  's3:getobject': {
    resource: object,
    needs: 'object',
    send: ({ clients, keys, facts, resource }) =>
      clients.s3(keys, facts.now).send(new GetObjectCommand(objectOf(resource))),
  },
  's3:deletebucket': {
    resource: bucket,
    needs: 'bucket',
    send: ({ clients, keys, facts, resource }) =>
      clients.s3(keys, facts.now).send(new DeleteBucketCommand({ Bucket: bucketOf(resource) })),
  },
  'ec2:describeinstances': {
    resource: any,
    send: ({ clients, keys, facts }) =>
      clients.ec2(keys, facts.now, facts.region).send(new DescribeInstancesCommand({})),
  },
  'ec2:describevpcs': {
    resource: any,
    send: ({ clients, keys, facts }) =>
      clients.ec2(keys, facts.now, facts.region).send(new DescribeVpcsCommand({})),
  },
  'ec2:terminateinstances': {
    resource: /^arn:aws:ec2:us-east-1:\d{12}:instance\/i-[0-9a-f]{17}$/,
    send: ({ clients, keys, facts, resource }) =>
      clients
        .ec2(keys, facts.now, facts.region)
        .send(new TerminateInstancesCommand({ InstanceIds: [last(resource)] })),
  },
};

/** The operation that asks for the request's action on its resource; undefined when the sandbox serves none. */
export function operationFor({ action, resource, principal }: AuthRequest): Operation | undefined {
  const operation = operations[action.toLowerCase()];
  if (operation === undefined || !operation.resource.test(resource)) return undefined;
  // IAM and EC2 act in the caller's own account only.
  const account = /^arn:aws:(?:iam|ec2):[^:]*:(\d{12}):/.exec(resource)?.[1];
  const own = 'accountId' in principal ? principal.accountId : undefined;
  if (!/^sts:/i.test(action) && account !== undefined && account !== own) return undefined;
  return operation;
}
