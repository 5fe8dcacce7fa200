import { names } from '../kind.ts';
import type { Rule } from '../lint/rule.ts';
import { policySize } from '../size.ts';

export const policySizeRule: Rule = {
  id: 'policy-size',
  severity: 'error',
  title: 'The policy is larger than AWS takes',
  explanation:
    'AWS counts the characters of a policy without the white space outside of strings and refuses what exceeds the ' +
    'quota of its kind: 6,144 for managed policies, 2,048 for inline policies of a user, trust policies and session ' +
    'policies, 10,240 for all inline policies of a role together, 10,240 for SCPs and 5,120 for RCPs (white space counts there ' +
    'unless the console saves them). From 90 % on the rule warns, since the next account breaks it.',
  fix:
    'Merge statements, use wildcards that stay precise, or split the policy. The quota of trust policies can be ' +
    'raised to 8,192 characters (service quota "Role trust policy length").',
  *check({ document, kind, quota }) {
    // "All characters in your SCP count against its maximum size" (orgs_manage_policies_scps_syntax.html).
    const raw = kind === 'scp' || kind === 'rcp' ? document.text.length : policySize(document.text);
    const size = policySize(document.text);
    const first = document.statements[0];
    if (first === undefined) return;
    const span = { start: { offset: 0, line: 1, column: 1 }, end: { offset: 1, line: 1, column: 2 } };
    if (size > quota) {
      yield {
        span,
        message: `the policy has ${format(size)} characters; ${names[kind]} may have ${format(quota)}`,
        help:
          kind === 'trust'
            ? 'have the quota raised (up to 8,192), or trust the account with a condition on aws:PrincipalArn'
            : 'split it, or merge statements',
      };
    } else if (raw > quota) {
      yield {
        span,
        severity: 'warning',
        message: `the policy has ${format(raw)} characters with its white space, which counts unless the console saves it; ${format(quota)} are possible`,
        help: 'deploy it without white space',
      };
    } else if (size > quota * 0.9) {
      yield {
        span,
        severity: 'warning',
        message: `the policy has ${format(size)} of ${format(quota)} characters that ${names[kind]} may have`,
        help: 'make room before the next entry is added',
      };
    }
  },
};

const format = (n: number): string => n.toLocaleString('en-US');
