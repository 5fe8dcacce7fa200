import * as z from 'zod';
import type { Diagnostic, Result } from '../../base/index.ts';

/*
 * What `aws iam get-account-authorization-details` prints
 * (https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html). The AWS CLI decodes
 * policy documents to objects; other tools keep the URL-encoded strings of the API. Further members are let pass.
 */

const documentText = z.union([z.string(), z.record(z.string(), z.unknown())]);
const inline = z.looseObject({ PolicyName: z.string(), PolicyDocument: documentText });
const attached = z.looseObject({ PolicyArn: z.string() });
const holder = {
  Arn: z.string(),
  AttachedManagedPolicies: z.array(attached).default([]),
};
const boundary = z.looseObject({ PermissionsBoundaryArn: z.string() }).optional();
const tags = z.array(z.looseObject({ Key: z.string(), Value: z.string() })).default([]);

const user = z.looseObject({
  ...holder,
  UserName: z.string(),
  UserId: z.string(),
  UserPolicyList: z.array(inline).default([]),
  GroupList: z.array(z.string()).default([]),
  PermissionsBoundary: boundary,
  Tags: tags,
});
const group = z.looseObject({
  ...holder,
  GroupName: z.string(),
  GroupPolicyList: z.array(inline).default([]),
});
const role = z.looseObject({
  ...holder,
  RoleName: z.string(),
  RoleId: z.string(),
  AssumeRolePolicyDocument: documentText,
  RolePolicyList: z.array(inline).default([]),
  PermissionsBoundary: boundary,
  Tags: tags,
});
const policy = z.looseObject({
  Arn: z.string(),
  PolicyVersionList: z
    .array(z.looseObject({ Document: documentText.optional(), IsDefaultVersion: z.boolean() }))
    .default([]),
});

const details = z
  .looseObject({
    UserDetailList: z.array(user),
    GroupDetailList: z.array(group),
    RoleDetailList: z.array(role),
    Policies: z.array(policy),
    IsTruncated: z.boolean(),
  })
  .partial();

export type UserDetail = z.infer<typeof user>;
export type GroupDetail = z.infer<typeof group>;
export type RoleDetail = z.infer<typeof role>;
export type DocumentText = z.infer<typeof documentText>;

export interface Details {
  readonly users: readonly UserDetail[];
  readonly groups: readonly GroupDetail[];
  readonly roles: readonly RoleDetail[];
  readonly policies: readonly z.infer<typeof policy>[];
}

const lists = ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies'] as const;
const remedy = 'write it with `aws iam get-account-authorization-details --output json > FILE`';

/** Reads one file; an account with many users and roles is one file too, for the AWS CLI joins the pages. */
export function parseDetails(text: string, file: string): Result<Details> {
  const fail = (code: string, message: string, help = remedy): Result<Details> => ({
    ok: false,
    diagnostics: [{ code, severity: 'error', message, file, help }],
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return fail('details-json', `no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const read = details.safeParse(json);
  if (!read.success) {
    const [issue] = read.error.issues;
    const path = issue?.path.length ? `${issue.path.join('.')}: ` : '';
    return fail('details-shape', `no account authorization details: ${path}${issue?.message}`);
  }
  const { data } = read;
  if (lists.every((list) => data[list] === undefined)) {
    return fail('details-shape', `no account authorization details: it has none of ${lists.join(', ')}`);
  }
  const diagnostics: Diagnostic[] = [];
  if (data.IsTruncated === true) {
    diagnostics.push({
      code: 'details-truncated',
      severity: 'warning',
      message: 'this is one page of several (IsTruncated): users, roles or policies may be missing',
      file,
      help: 'name the files of the other pages with further --details, or let the AWS CLI join them',
    });
  }
  return {
    ok: true,
    value: {
      users: data.UserDetailList ?? [],
      groups: data.GroupDetailList ?? [],
      roles: data.RoleDetailList ?? [],
      policies: data.Policies ?? [],
    },
    diagnostics,
  };
}
