/** What a child policy may do with a setting: https://docs.aws.amazon.com/organizations/latest/userguide/policy-operators.html */
type Operator = '@@assign' | '@@append' | '@@remove';
const OPERATORS: readonly Operator[] = ['@@assign', '@@append', '@@remove'];
const CONTROL = '@@operators_allowed_for_child_policies';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** A setting (with a value) or a section (with others below), as inherited so far. */
interface Node {
  readonly allowed: ReadonlySet<Operator>;
  readonly value?: Json;
  readonly below: ReadonlyMap<string, Node>;
}

const everything: ReadonlySet<Operator> = new Set(OPERATORS);
export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: Json | undefined): readonly Json[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as Json];

/**
 * The effective policy: documents of one management policy type by level, from the root to the account, each level in
 * the order in which they were attached. undefined: nothing is set. Pure.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_inheritance_mgmt.html
 */
export function effectivePolicy(levels: readonly (readonly JsonObject[])[]): JsonObject | undefined {
  let root: Node | undefined;
  for (const policies of levels) {
    if (policies.length > 0) root = inherit(root, policies, everything);
  }
  const shown = root && show(root);
  return isObject(shown) ? shown : undefined;
}

/**
 * One level's policies upon what is inherited. `above`: what the section around it allows, where it is new. Controls of
 * this level are for the levels below only.
 */
function inherit(
  inherited: Node | undefined,
  policies: readonly JsonObject[],
  above: ReadonlySet<Operator>,
): Node | undefined {
  const may = inherited?.allowed ?? above;
  // A locked section takes nothing new; what it has already is each governed by its own control.
  if (inherited === undefined && may.size === 0) return undefined;
  const below = new Map(inherited?.below);
  for (const key of new Set(policies.flatMap((policy) => Object.keys(policy)))) {
    if (key.startsWith('@@')) continue;
    const sections = policies.map((policy) => policy[key]).filter(isObject);
    const child = sections.length === 0 ? undefined : inherit(below.get(key), sections, may);
    if (child !== undefined) below.set(key, child);
  }
  const value = settle(inherited?.value, policies, may);
  let allowed = inherited?.allowed ?? everything;
  for (const policy of policies) allowed = limit(allowed, policy[CONTROL]);
  return { allowed, below, ...(value !== undefined && { value }) };
}

/**
 * The first of a level's values stands ("the policy that defined it was attached to the organization root first"); what
 * the others append and remove counts in any case. unverified: the order of appending and removing in one level.
 */
function settle(
  inherited: Json | undefined,
  policies: readonly JsonObject[],
  may: ReadonlySet<Operator>,
): Json | undefined {
  const given = (operator: Operator): readonly Json[] =>
    may.has(operator)
      ? policies.flatMap((policy) => (policy[operator] === undefined ? [] : [policy[operator]]))
      : [];
  const [value = inherited] = given('@@assign');
  const added = given('@@append').flatMap(listOf);
  const gone = new Set(given('@@remove').flatMap(listOf));
  if (added.length === 0 && gone.size === 0) return value;
  return [...new Set([...listOf(value), ...added])].filter((one) => !gone.has(one));
}

/** "You can't reverse that rule in a child policy", and of two at one level "the intersection … is used". */
function limit(allowed: ReadonlySet<Operator>, control: Json | undefined): ReadonlySet<Operator> {
  if (control === undefined) return allowed;
  const named = listOf(control);
  if (named.includes('@@all')) return allowed;
  return new Set([...allowed].filter((operator) => named.includes(operator)));
}

/** Without operators; sections and lists with nothing in them are left out. */
function show({ value, below }: Node): Json | undefined {
  if (value !== undefined) return Array.isArray(value) && value.length === 0 ? undefined : value;
  const entries = [...below].flatMap(([key, node]): [string, Json][] => {
    const shown = show(node);
    return shown === undefined ? [] : [[key, shown]];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
