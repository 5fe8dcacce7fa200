import { AwsError } from '../../../types.ts';
import { constraints } from '../../../wire/constraints/index.ts';
import type { Rule } from '../../../wire/constraints/types.ts';

/**
 * What the wire checks of a request's own members, for calls that don't come over it: a role's name in a template is
 * held to the same pattern as one in CreateRole. Throws ValidationError in the services' words.
 */
export function checkConstraints(
  service: string,
  operation: string,
  input: Readonly<Record<string, unknown>>,
): void {
  const rules = constraints[service];
  const own = rules?.operations?.[operation];
  const ruleOf = (member: string): Rule | undefined => own?.[member] ?? rules?.members?.[member];
  const found: string[] = [];
  for (const [member, value] of Object.entries(input)) {
    const at = member.charAt(0).toLowerCase() + member.slice(1);
    found.push(...violations(ruleOf(member), value, at));
    if (!Array.isArray(value)) continue;
    for (const [i, item] of value.entries()) {
      found.push(...violations(ruleOf(`${member}[]`), item, `${at}.${i + 1}.member`));
    }
  }
  if (found.length === 0) return;
  const head = `${found.length} validation error${found.length === 1 ? '' : 's'} detected: `;
  throw new AwsError('ValidationError', head + found.join('; '));
}

function violations(rule: Rule | undefined, value: unknown, at: string): string[] {
  if (rule === undefined) return [];
  const fail = (what: string) =>
    `Value '${String(value).slice(0, 2048)}' at '${at}' failed to satisfy constraint: Member must ${what}`;
  const number = typeof value === 'number';
  const size = number ? value : typeof value === 'string' || Array.isArray(value) ? value.length : undefined;
  const what = number ? 'value' : 'length';
  const found: string[] = [];
  if (size !== undefined && rule.min !== undefined && size < rule.min) {
    found.push(fail(`have ${what} greater than or equal to ${rule.min}`));
  }
  if (size !== undefined && rule.max !== undefined && size > rule.max) {
    found.push(fail(`have ${what} less than or equal to ${rule.max}`));
  }
  if (typeof value !== 'string') return found;
  if (rule.pattern !== undefined && !new RegExp(`^(?:${rule.pattern})$`, 'u').test(value)) {
    found.push(fail(`satisfy regular expression pattern: ${rule.pattern}`));
  }
  if (rule.values !== undefined && !rule.values.includes(value)) {
    found.push(fail(`satisfy enum value set: [${rule.values.join(', ')}]`));
  }
  return found;
}
