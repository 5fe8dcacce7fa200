import { type Json, matches, type PatternNode, readPattern } from '../events/pattern/index.ts';
import { isJsonObject } from './attributes.ts';
import { invalid } from './errors.ts';
import { filterable, type SentAttribute } from './message-attributes.ts';
import type { Subscription } from './state.ts';

/** https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html */
const MOST_KEYS = 5;
const MOST_COMBINATIONS = 150;
/** "The maximum size of a policy is 256 KB." */
const LARGEST = 262_144;
/** "A numeric policy attribute can have a value from -10^9 to 10^9" */
const LARGEST_NUMBER = 1e9;

/** Throws InvalidParameter unless the text is a filter policy; '' and {} remove it. */
export function checkFilterPolicy(text: string, scope: string): void {
  if (Buffer.byteLength(text) > LARGEST) throw invalid('FilterPolicy: Filter policy is too large');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw invalid('FilterPolicy: failed to parse JSON.');
  }
  const read = readPattern(json as Json);
  if (!read.ok) throw invalid(`FilterPolicy: ${read.reason}`);
  checkNumbers(text);
  const leaves = leavesOf(read.pattern);
  if (scope !== 'MessageBody' && leaves.some(({ depth }) => depth > 1)) {
    throw invalid(
      'FilterPolicy: Filter policy scope MessageAttributes does not support nested filter policy',
    );
  }
  if (new Set(leaves.map(({ name }) => name)).size > MOST_KEYS) {
    throw invalid(`FilterPolicy: Filter policy can not have more than ${MOST_KEYS} keys`);
  }
  // Of a nested key, its depth counts as well.
  const combinations = leaves.reduce((product, { values, depth }) => product * values * depth, 1);
  if (combinations > MOST_COMBINATIONS) throw invalid('FilterPolicy: Filter policy is too complex');
}

/** unverified: the words. After the pattern was read: it is no deeper than a call for each level can be. */
function checkNumbers(text: string): void {
  JSON.parse(text, (_, value: unknown) => {
    if (typeof value === 'number' && Math.abs(value) > LARGEST_NUMBER) {
      throw invalid('FilterPolicy: Value must be between -1.0E9 and 1.0E9, inclusive');
    }
    return value;
  });
}

interface Leaf {
  readonly name: string;
  readonly depth: number;
  readonly values: number;
}

function leavesOf(node: PatternNode): Leaf[] {
  if (node.kind === 'leaf') {
    const values = node.tests.length + (node.absent ? 1 : 0);
    return [{ name: node.path.join('\0'), depth: node.path.length, values }];
  }
  return [...node.fields.flatMap((field) => leavesOf(field.node)), ...node.either.flat().flatMap(leavesOf)];
}

/** Does the subscription want this message? */
export function wants(
  subscription: Subscription,
  message: string,
  attributes: Readonly<Record<string, SentAttribute>>,
): boolean {
  const text = subscription.attributes.get('FilterPolicy');
  if (text === undefined) return true;
  const pattern = patternOf(subscription, text);
  if (subscription.attributes.get('FilterPolicyScope') !== 'MessageBody') {
    return matches(pattern, filterable(attributes));
  }
  // "The message body must be a well-formed JSON object": anything else fits no policy, not even `exists: false`.
  return isJsonObject(message) && matches(pattern, JSON.parse(message) as Json);
}

const compiled = new WeakMap<Subscription, { readonly text: string; readonly pattern: PatternNode }>();

function patternOf(subscription: Subscription, text: string): PatternNode {
  const known = compiled.get(subscription);
  if (known?.text === text) return known.pattern;
  const read = readPattern(JSON.parse(text) as Json);
  // INVARIANT: it was checked when it was set.
  if (!read.ok) throw new Error(`a filter policy that can't be read: ${read.reason}`);
  compiled.set(subscription, { text, pattern: read.pattern });
  return read.pattern;
}
