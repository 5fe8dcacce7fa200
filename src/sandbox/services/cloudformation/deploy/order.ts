import type { StackResource } from '../model.ts';

/** Resources with their users first: the order of deletion. What is left of a cycle comes last. */
export function deletionOrder(resources: readonly StackResource[]): readonly StackResource[] {
  const there = new Map(resources.map((resource) => [resource.logicalId, resource]));
  const users = new Map<string, number>();
  for (const { dependsOn } of resources) {
    for (const id of dependsOn) users.set(id, (users.get(id) ?? 0) + 1);
  }
  const order: StackResource[] = [];
  // From the end: without dependencies, what came last goes first.
  const ready = resources.filter(({ logicalId }) => (users.get(logicalId) ?? 0) === 0).reverse();
  const done = new Set<string>();
  for (let resource = ready.shift(); resource !== undefined; resource = ready.shift()) {
    order.push(resource);
    done.add(resource.logicalId);
    for (const id of resource.dependsOn) {
      const left = (users.get(id) ?? 0) - 1;
      users.set(id, left);
      const need = there.get(id);
      if (left === 0 && need !== undefined) ready.push(need);
    }
  }
  return [...order, ...resources.filter(({ logicalId }) => !done.has(logicalId))];
}
