import type { PolicyType } from './state.ts';

interface Quota {
  /** Characters, white space too: "the policy is saved exactly as you provided". */
  readonly size: number;
  readonly perOrganization: number;
  /** Attached directly to one root, OU or account. */
  readonly perTarget: number;
}

const common: Quota = { size: 10_000, perOrganization: 1_000, perTarget: 10 };

/** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html */
const quotas: Readonly<Record<string, Quota>> = {
  SERVICE_CONTROL_POLICY: { size: 10_240, perOrganization: 10_000, perTarget: 10 },
  RESOURCE_CONTROL_POLICY: { size: 5_120, perOrganization: 2_000, perTarget: 5 },
  CHATBOT_POLICY: { ...common, perTarget: 5 },
  AISERVICES_OPT_OUT_POLICY: { size: 2_500, perOrganization: 1_000, perTarget: 5 },
};

export const quotaOf = (type: PolicyType): Quota => quotas[type] ?? common;
