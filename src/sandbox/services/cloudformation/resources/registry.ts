import { cloudformationTypes } from './cloudformation.ts';
import { cloudtrailTypes } from './cloudtrail.ts';
import { cloudwatchTypes } from './cloudwatch.ts';
import { eventsTypes } from './events.ts';
import { iamGroup, iamUserToGroupAddition } from './iam/group.ts';
import { iamHolderPolicies, iamPolicy } from './iam/inline-policies.ts';
import { iamManagedPolicy } from './iam/managed-policy.ts';
import {
  iamAccessKey,
  iamInstanceProfile,
  iamOidcProvider,
  iamSamlProvider,
  iamServiceLinkedRole,
  iamVirtualMfaDevice,
} from './iam/others.ts';
import { iamRole } from './iam/role.ts';
import { iamUser } from './iam/user.ts';
import { logsTypes } from './logs.ts';
import { organizationsTypes } from './organizations.ts';
import { s3Types } from './s3/bucket.ts';
import { snsTypes } from './sns.ts';
import type { ResourceType } from './types.ts';

const all: readonly ResourceType[] = [
  iamRole,
  iamUser,
  iamGroup,
  iamUserToGroupAddition,
  iamManagedPolicy,
  iamPolicy,
  ...iamHolderPolicies,
  iamAccessKey,
  iamInstanceProfile,
  iamServiceLinkedRole,
  iamOidcProvider,
  iamSamlProvider,
  iamVirtualMfaDevice,
  ...s3Types,
  ...cloudtrailTypes,
  ...logsTypes,
  ...cloudwatchTypes,
  ...eventsTypes,
  ...snsTypes,
  ...organizationsTypes,
  ...cloudformationTypes,
];

const byName = new Map(all.map((type) => [type.type, type]));

/** The types that templates may use, by name. */
export const resourceType = (name: string): ResourceType | undefined => byName.get(name);
