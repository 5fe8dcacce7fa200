import type { NamedPolicy } from '../../../../engine/index.ts';

/** `${key}` and `${key, 'default'}`, not the quotes `${*}`, `${?}` and `${$}`. */
const variable = /\$\{([^{}]+)\}/g;

function* variablesIn(text: string): Generator<string> {
  for (const [, inner = ''] of text.matchAll(variable)) {
    const [key = ''] = inner.split(',');
    if (!['*', '?', '$'].includes(inner)) yield key.trim();
  }
}

function* keysIn({ document }: NamedPolicy): Generator<string> {
  // Version 2008-10-17 has no variables.
  const variables = document.version === '2012-10-17';
  for (const { resource = [], notResource = [], conditions } of document.statements) {
    if (variables) for (const { value } of [...resource, ...notResource]) yield* variablesIn(value);
    for (const { key, values } of conditions) {
      yield key;
      if (variables) for (const { value } of values) yield* variablesIn(value);
    }
  }
}

/**
 * The condition keys and policy variables of policies, each once, as first written, in the order of the text
 * (https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForCustomPolicy.html).
 */
export function contextKeysOf(policies: readonly NamedPolicy[]): readonly string[] {
  const found = new Map<string, string>();
  for (const policy of policies)
    for (const key of keysIn(policy)) if (!found.has(key.toLowerCase())) found.set(key.toLowerCase(), key);
  return [...found.values()];
}
