import { cloudformation } from './cloudformation.ts';
import { cloudtrail } from './cloudtrail.ts';
import { ec2 } from './ec2.ts';
import { events } from './events.ts';
import { iam } from './iam.ts';
import { logs } from './logs.ts';
import { monitoring } from './monitoring.ts';
import { organizations } from './organizations.ts';
import { s3 } from './s3.ts';
import { sns } from './sns.ts';
import { sts } from './sts.ts';
import type { ServiceConstraints } from './types.ts';

/** By signing name. */
export const constraints: Readonly<Record<string, ServiceConstraints>> = {
  cloudformation,
  cloudtrail,
  ec2,
  events,
  iam,
  logs,
  monitoring,
  organizations,
  s3,
  sns,
  sts,
};
