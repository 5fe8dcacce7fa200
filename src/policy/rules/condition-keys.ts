import { suggest } from '../../base/index.ts';
import type { Catalog } from '../lint/catalog.ts';
import type { Rule } from '../lint/rule.ts';
import { MOST_SEARCHES } from '../lint/rule.ts';
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
    let searches = 0;
    for (const statement of statements) {
      for (const clause of statement.conditions) {
        const key = clause.key.toLowerCase();
        let verdict = verdicts.get(key);
        if (verdict === undefined && !verdicts.has(key)) {
          verdict = isKnown(catalog, key)
            ? false
            : searches++ < MOST_SEARCHES
              ? remedy(catalog, key)
              : undefined;
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
      const near = nearest(`${prefix}:${key}`, catalog.conditionKeys(prefix));
      if (near !== undefined) return `write ${quote(near)}`;
    }
    return 'a key has a prefix: "aws:…" or that of its service';
  }
  const near =
    nearest(key, catalog.conditionKeys(key.slice(0, colon))) ??
    nearest(key, [...catalog.conditionKeys('aws'), ...catalog.conditionKeys('sts')]);
  return near === undefined ? undefined : `write ${quote(near)}`;
}

/** What follows a slash is a name of the writer's own (`aws:PrincipalTag/team`): only what stands before it is compared. */
function nearest(key: string, known: readonly string[]): string | undefined {
  const slash = key.indexOf('/');
  if (slash === -1)
    return suggest(
      key,
      known.filter((k) => !k.includes('/')),
    );
  const near = suggest(
    key.slice(0, slash),
    new Set(known.filter((k) => k.includes('/')).map((k) => k.slice(0, k.indexOf('/')))),
  );
  return near === undefined ? undefined : near + key.slice(slash);
}
