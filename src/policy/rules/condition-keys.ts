import { suggest } from '../../base/index.ts';
import type { Catalog } from '../lint/catalog.ts';
import type { Rule } from '../lint/rule.ts';
import { quote } from '../report.ts';

export const unknownConditionKey: Rule = {
  id: 'unknown-condition-key',
  severity: 'warning',
  title: 'A condition key that AWS does not know',
  explanation:
    'AWS stores policies with unknown condition keys without complaint. The key is then absent from every request: a ' +
    'positive condition never matches, so an Allow grants nothing; a negated or `IfExists` condition always matches. ' +
    'Keys compare without case, so `sts:ExternalID` is right and `sts:ExternalID2` is not.',
  fix: 'Use a key of the service’s page in the Service Authorization Reference, or a global `aws:` key.',
  example: { bad: '"sts:ExternalID2": "…"', good: '"sts:ExternalId": "…"' },
  *check({ statements, catalog }) {
    const verdicts = new Map<string, string | undefined | false>();
    for (const statement of statements) {
      for (const clause of statement.conditions) {
        const key = clause.key.toLowerCase();
        let verdict = verdicts.get(key);
        if (verdict === undefined && !verdicts.has(key)) {
          verdict = isKnown(catalog, key) ? false : remedy(catalog, key);
          verdicts.set(key, verdict);
        }
        if (verdict === false) continue;
        yield {
          span: clause.span,
          statement,
          message: `AWS knows no condition key ${quote(clause.key)}`,
          help: verdict ?? 'look the key up in the Service Authorization Reference',
        };
      }
    }
  },
};

function isKnown(catalog: Catalog, key: string): boolean {
  const prefix = key.slice(0, key.indexOf(':'));
  // OpenID Connect providers bring keys of their own: `oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE:sub`.
  if (key.includes(':') && prefix.includes('.')) return true;
  return key.length <= 512 && catalog.hasConditionKey(key);
}

function remedy(catalog: Catalog, key: string): string | undefined {
  const colon = key.indexOf(':');
  if (colon === -1) {
    for (const prefix of ['aws', 'sts']) {
      const near = suggest(`${prefix}:${key}`, catalog.conditionKeys(prefix));
      if (near !== undefined) return `write ${quote(near)}`;
    }
    return 'a key has a prefix: "aws:…" or that of its service';
  }
  const prefix = key.slice(0, colon);
  const near =
    suggest(key, catalog.conditionKeys(prefix)) ??
    suggest(key, [...catalog.conditionKeys('aws'), ...catalog.conditionKeys('sts')]);
  return near === undefined ? undefined : `write ${quote(near)}`;
}
