import { suggest } from '../../base/index.ts';
import { describeNode, type JsonNode, type JsonObject } from '../json/node.ts';
import { quote, type Report } from '../report.ts';
import type { Located } from '../types.ts';

/** A string of the model, with its place. */
export const located = (node: { value: string; start: number; end: number }, report: Report): Located => ({
  value: node.value,
  span: report.span(node),
});

/** The string or the strings of an element that takes one or a list; faults are reported and left out. */
export function readStrings(node: JsonNode, element: string, report: Report): readonly Located[] {
  if (node.type === 'string') return [located(node, report)];
  if (node.type !== 'array') {
    wrongType(node, element, 'a string or a list of strings', report);
    return [];
  }
  if (node.items.length === 0) {
    report.error(
      'empty-list',
      node,
      `${element} is an empty list`,
      'name at least one value, or leave the element out',
    );
  }
  const values: Located[] = [];
  for (const item of node.items) {
    if (item.type === 'string') values.push(located(item, report));
    else wrongType(item, `an entry of ${element}`, 'a string', report);
  }
  return values;
}

export function wrongType(node: JsonNode, what: string, wanted: string, report: Report): void {
  report.error(
    'wrong-type',
    node,
    `${what} is ${describeNode(node)}`,
    node.type === 'number' || node.type === 'boolean' ? `write ${wanted}: "${node.raw}"` : `write ${wanted}`,
  );
}

/** The known members of an object by name; unknown names are reported with the nearest known one. */
export function readMembers<Name extends string>(
  node: JsonObject,
  known: readonly Name[],
  where: string,
  report: Report,
): { readonly [K in Name]?: JsonNode } {
  const found = new Map<string, JsonNode>();
  for (const { key, value } of node.members) {
    if ((known as readonly string[]).includes(key.value)) {
      // The first of duplicates is kept: the JSON parser has reported the second.
      if (!found.has(key.value)) found.set(key.value, value);
      continue;
    }
    const near = suggest(key.value, known);
    const sameLetters = near !== undefined && near.toLowerCase() === key.value.toLowerCase();
    // What was meant is plain: read on under the right name, so that faults inside of it show in the same run.
    if (sameLetters && !found.has(near)) found.set(near, value);
    report.error(
      sameLetters ? 'element-case' : 'unknown-element',
      key,
      sameLetters
        ? `${quote(key.value)} is written ${quote(near)}: AWS compares element names with case`
        : `${where} knows no element ${quote(key.value)}`,
      near !== undefined ? `write ${quote(near)}` : `${where} can hold ${known.join(', ')}`,
    );
  }
  return Object.fromEntries(found) as { [K in Name]?: JsonNode };
}
