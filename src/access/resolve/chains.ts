import { formatDuration } from '../../base/index.ts';
import type { Source } from '../definition/source.ts';
import { limits } from '../limits.ts';
import type { Role } from '../types.ts';

/** Role chaining: no circles, and no session longer than the hour that AWS gives a chained one. */
export function checkChains(source: Source, roles: readonly Role[]): void {
  reportCycles(source, roles);
  for (const role of roles) {
    const chained = role.trust.filter((entry) => entry.roles.length > 0);
    if (chained.length === 0 || role.maxSessionDuration <= limits.chained) continue;
    const place = ['roles', role.name, 'session'];
    const asked = formatDuration(role.maxSessionDuration);
    const direct = role.trust.some((e) => e.operators.length + e.accounts.length + e.services.length > 0);
    if (direct) {
      const message = `sessions of ${role.name} that come through another role end after 1h, not ${asked}`;
      source.warn('chained-duration', place, message, 'AWS limits role chaining to one hour.');
    } else {
      const message = `${role.name} is entered through other roles only: its sessions end after 1h, not ${asked}`;
      source.error(
        'chained-duration',
        place,
        message,
        'Write `session: 1h`: AWS limits role chaining to one hour.',
      );
    }
  }
}

/** Depth-first with colours, iterative: each role and each edge is visited once. */
function reportCycles(source: Source, roles: readonly Role[]): void {
  const enteredBy = new Map(
    roles.map((r) => [r.name, [...new Set(r.trust.flatMap((e) => e.roles.map((x) => x.role)))]]),
  );
  const done = new Set<string>();
  for (const { name } of roles) {
    const trail: { name: string; next: number }[] = done.has(name) ? [] : [{ name, next: 0 }];
    const open = new Set(trail.map((t) => t.name));
    while (trail.length > 0) {
      const top = trail[trail.length - 1]!;
      const next = enteredBy.get(top.name)?.[top.next++];
      if (next === undefined) {
        open.delete(top.name);
        done.add(top.name);
        trail.pop();
      } else if (open.has(next)) {
        const circle = trail.slice(trail.findIndex((t) => t.name === next)).map((t) => t.name);
        const shown = [...circle, next].reverse().join(' → ');
        const message = `these roles enter each other in a circle: ${shown}`;
        source.error(
          'role-cycle',
          { key: ['roles', top.name] },
          message,
          'Remove one of these trust entries.',
        );
      } else if (!done.has(next)) {
        open.add(next);
        trail.push({ name: next, next: 0 });
      }
    }
  }
}
