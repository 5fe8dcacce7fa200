import type { Case } from '../load.ts';

/** Condition keys that the policies of a case mention, in conditions and in policy variables; lower case. */
export function mentionedKeys(policies: Case['policies']): ReadonlySet<string> {
  const keys = new Set<string>();
  const walk = (value: unknown, insideOperator: boolean): void => {
    if (typeof value === 'string') {
      for (const [, key = ''] of value.matchAll(/\$\{\s*([^{},\s]+)/g)) keys.add(key.toLowerCase());
    } else if (Array.isArray(value)) {
      for (const item of value) walk(item, false);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, member] of Object.entries(value)) {
        if (insideOperator) keys.add(name.toLowerCase());
        if (name === 'Condition' && typeof member === 'object' && member !== null)
          for (const clause of Object.values(member)) walk(clause, true);
        else walk(member, false);
      }
    }
  };
  walk(policies, false);
  return keys;
}

/** Keys that the engine itself derives from the principal and the resource. */
const derived = new Set([
  'aws:principalarn',
  'aws:principalaccount',
  'aws:principaltype',
  'aws:userid',
  'aws:username',
  'aws:principalisawsservice',
  'aws:principalservicename',
  'aws:principalservicenameslist',
]);

export const isPrincipalKey = (key: string): boolean => derived.has(key);
