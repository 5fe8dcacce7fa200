import { iam } from './iam.ts';
import { cloudtrail, ec2, s3 } from './others.ts';
import { sts } from './sts.ts';
import type { ServiceConstraints } from './types.ts';

/** By signing name. */
export const constraints: Readonly<Record<string, ServiceConstraints>> = { sts, iam, ec2, cloudtrail, s3 };
