/**
 * Policies compare by meaning: AWS doesn't care for the order of statements, actions, resources, principals and
 * values, for one value against a list of one, for the case of actions and condition keys, nor whether an account
 * is written as its id or as its root ARN. Principals keep `"*"` and `{"AWS": "*"}` apart.
 */
export const samePolicy = (a: unknown, b: unknown): boolean =>
  JSON.stringify(canonicalPolicy(a)) === JSON.stringify(canonicalPolicy(b));

/** The normal form that `samePolicy` compares. Unknown elements stay: they make documents differ. */
const canonicalPolicy = (policy: unknown): unknown => normalise(policy, (text) => text.toLowerCase());

/** Lines of a policy for a diff: normal in everything but the case of actions and keys. */
export const policyLines = (policy: unknown): string[] =>
  JSON.stringify(
    normalise(policy, (text) => text),
    null,
    2,
  ).split('\n');

type Fold = (text: string) => string;

const ORDER = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
];

function normalise(policy: unknown, fold: Fold): unknown {
  if (!isObject(policy)) return policy ?? null;
  const { Version, Statement, ...rest } = policy;
  const statements = (Array.isArray(Statement) ? Statement : [Statement]).map((s) => statement(s, fold));
  return {
    Version: Version ?? '2008-10-17',
    ...sorted(rest),
    Statement: statements.sort(byJson),
  };
}

function statement(value: unknown, fold: Fold): unknown {
  if (!isObject(value)) return value ?? null;
  const result: Record<string, unknown> = {};
  const names = [...ORDER, ...Object.keys(value).sort()];
  for (const name of new Set(names)) {
    const element = value[name];
    if (element === undefined) continue;
    if (name === 'Action' || name === 'NotAction') result[name] = list(element, fold);
    else if (name === 'Principal' || name === 'NotPrincipal') result[name] = principal(element);
    else if (name === 'Condition') result[name] = condition(element, fold);
    else if (name === 'Resource' || name === 'NotResource') result[name] = list(element);
    else result[name] = element;
  }
  return result;
}

const ROOT = /^arn:[a-z-]+:iam::(\d{12}):root$/;

function principal(value: unknown): unknown {
  if (!isObject(value)) return value;
  return sorted(value, (element) => list(element, (text) => ROOT.exec(text)?.[1] ?? text));
}

function condition(value: unknown, fold: Fold): unknown {
  if (!isObject(value)) return value;
  return sorted(value, (keys) =>
    isObject(keys)
      ? sorted(Object.fromEntries(Object.entries(keys).map(([k, v]) => [fold(k), list(v)])))
      : keys,
  );
}

/** Sorted, without duplicates, all as text (`true` and `"true"` are one value to AWS). */
const list = (value: unknown, fold: Fold = (text) => text): string[] =>
  [...new Set((Array.isArray(value) ? value : [value]).map((item) => fold(String(item))))].sort();

const sorted = (value: Record<string, unknown>, change: (element: unknown) => unknown = (e) => e) =>
  Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, element]) => [key, change(element)]),
  );

function byJson(a: unknown, b: unknown): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
