import { invalid } from './fail.ts';
import { collect, noMentions } from './functions.ts';
import type { Template, TemplateResource } from './model.ts';

/** Logical ids that a resource needs first: what it mentions in the branches taken, and its DependsOn. */
export function dependenciesOf(
  resource: TemplateResource,
  template: Template,
  condition?: (name: string) => boolean,
): readonly string[] {
  const mentions = collect(resource.properties, noMentions(), condition);
  const names = new Set([
    ...resource.dependsOn,
    ...mentions.refs,
    ...mentions.attributes.map(({ logicalId }) => logicalId),
  ]);
  return [...names].filter((name) => {
    const other = template.resources.get(name);
    if (other === undefined) return false;
    return condition === undefined || other.condition === undefined || condition(other.condition);
  });
}

/** Resources in the order of creation, each after all that it needs. Throws ValidationError for a cycle. */
export function creationOrder(
  template: Template,
  condition?: (name: string) => boolean,
): readonly TemplateResource[] {
  const waiting = new Map<string, Set<string>>();
  const neededBy = new Map<string, string[]>();
  for (const resource of template.resources.values()) {
    if (condition !== undefined && resource.condition !== undefined && !condition(resource.condition))
      continue;
    const needs = dependenciesOf(resource, template, condition);
    waiting.set(resource.logicalId, new Set(needs));
    for (const need of needs) {
      const users = neededBy.get(need);
      if (users === undefined) neededBy.set(need, [resource.logicalId]);
      else users.push(resource.logicalId);
    }
  }
  const order: TemplateResource[] = [];
  const ready = [...waiting].filter(([, needs]) => needs.size === 0).map(([id]) => id);
  for (let id = ready.shift(); id !== undefined; id = ready.shift()) {
    const resource = template.resources.get(id);
    if (resource !== undefined) order.push(resource);
    waiting.delete(id);
    for (const user of neededBy.get(id) ?? []) {
      const needs = waiting.get(user);
      needs?.delete(id);
      if (needs?.size === 0) ready.push(user);
    }
  }
  if (waiting.size === 0) return order;
  throw invalid(`Circular dependency between resources: [${[...cycle(waiting)].join(', ')}]`);
}

/** What is left may also hang on the cycle without being in it: follow needs until a name comes back. */
function cycle(waiting: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const path: string[] = [];
  let [at] = waiting.keys();
  while (at !== undefined && !path.includes(at)) {
    path.push(at);
    [at] = waiting.get(at) ?? [];
  }
  return at === undefined ? path : path.slice(path.indexOf(at));
}
