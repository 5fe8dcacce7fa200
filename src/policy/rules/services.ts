import { suggest } from '../../base/index.ts';
import type { Catalog } from '../lint/catalog.ts';
import { type LintContext, MOST_SEARCHES, type Rule } from '../lint/rule.ts';
import { quote } from '../report.ts';
import type { Located, Statement } from '../types.ts';
import { serviceAlias } from './service-aliases.ts';

interface ActionUse {
  readonly action: Located;
  readonly statement: Statement;
  readonly service: string;
  readonly name: string;
}

function* actionUses({ statements }: LintContext): Generator<ActionUse> {
  for (const statement of statements) {
    for (const action of [...(statement.action ?? []), ...(statement.notAction ?? [])]) {
      const colon = action.value.indexOf(':');
      const service = action.value.slice(0, colon).toLowerCase();
      if (colon === -1 || service === '*') continue;
      yield { action, statement, service, name: action.value.slice(colon + 1) };
    }
  }
}

export const unknownService: Rule = {
  id: 'unknown-service',
  severity: 'warning',
  title: 'An action of a service that IAM does not know',
  explanation:
    'The part before the colon is the IAM prefix of a service, which is not always its name in conversation: VPC ' +
    'actions live under `ec2:`, Step Functions under `states:`. AWS accepts any prefix, and the statement does nothing.',
  fix: 'Use the prefix that the Service Authorization Reference gives.',
  example: {
    bad: '"Action": "vpc:Describe*"',
    good: '"Action": ["ec2:DescribeVpcs", "ec2:DescribeSubnets"]',
  },
  *check(context) {
    const remedies = new Map<string, string>();
    for (const { action, statement, service, name } of actionUses(context)) {
      if (context.catalog.hasService(service)) continue;
      const alias = serviceAlias(service);
      const known = `${service}:${name}`;
      if (!remedies.has(known)) {
        remedies.set(known, remedies.size < MOST_SEARCHES ? remedy(context.catalog, service, name) : LOOK_UP);
      }
      yield {
        span: action.span,
        statement,
        message:
          alias === undefined
            ? `${quote(service)} names no IAM service, so ${quote(action.value)} matches nothing`
            : `${quote(service)} names no IAM service; ${alias.what} live under ${quote(`${alias.prefix}:`)}`,
        help: remedies.get(known) ?? LOOK_UP,
      };
    }
  },
};

const LOOK_UP = 'look the prefix up in the Service Authorization Reference';

function remedy(catalog: Catalog, service: string, name: string): string {
  const alias = serviceAlias(service);
  if (alias !== undefined) {
    const same = `${alias.prefix}:${name}`;
    return alias.example === undefined
      ? `write ${quote(same)}`
      : `write ${quote(alias.example)}, or ${quote(same)} for all of them`;
  }
  const near = suggest(service, catalog.services);
  return near === undefined ? LOOK_UP : `write ${quote(`${near}:${name}`)}`;
}

export const unknownAction: Rule = {
  id: 'unknown-action',
  severity: 'warning',
  title: 'An action that the service does not have',
  explanation:
    'AWS accepts names of actions that do not exist, and wildcards that match none. In an Allow a permission is ' +
    'missing; in a Deny the protection is.',
  fix: 'Write the name as in the Service Authorization Reference; actions are not always called like API operations.',
  example: { bad: '"Action": "s3:ListAllBuckets"', good: '"Action": "s3:ListAllMyBuckets"' },
  *check(context) {
    const { catalog } = context;
    const verdicts = new Map<string, { readonly near: string | undefined } | undefined>();
    let searches = 0;
    for (const { action, statement, service, name } of actionUses(context)) {
      if (!catalog.hasService(service)) continue;
      const key = `${service}:${name.toLowerCase()}`;
      if (!verdicts.has(key)) {
        const exists = catalog.hasAction(service, name);
        const near = exists || searches++ >= MOST_SEARCHES ? undefined : nearest(catalog, service, name);
        verdicts.set(key, exists ? undefined : { near });
      }
      const verdict = verdicts.get(key);
      if (verdict === undefined) continue;
      yield {
        span: action.span,
        statement,
        message: /[*?]/.test(name)
          ? `${quote(action.value)} matches no action of ${service}`
          : `${service} has no action ${quote(name)}`,
        help:
          verdict.near === undefined
            ? `look it up among the actions of ${service}`
            : `write ${quote(`${service}:${verdict.near}`)}`,
      };
    }
  },
};

function nearest(catalog: Catalog, service: string, name: string): string | undefined {
  const actions = catalog.actions(service);
  if (!/[*?]/.test(name)) return suggest(name, actions);
  // `Descripe*`: find the nearest beginning of a name and keep the star.
  const stem = /^[^*?]+(?=\*$)/.exec(name)?.[0];
  if (stem === undefined || stem.length > 64) return undefined;
  const verb = suggest(stem, new Set(actions.map((a) => a.slice(0, stem.length))));
  return verb === undefined ? undefined : `${verb}*`;
}
