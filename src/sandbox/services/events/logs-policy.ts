import type { NamedPolicy } from '../../../engine/index.ts';
import { parsePolicy } from '../../../policy/index.ts';
import { logsState, placeOf } from '../logs/state.ts';
import type { World } from '../world.ts';

/** The resource policies of CloudWatch Logs in an account and region, as one: any of their statements may allow. */
export function logsPolicy(world: World, accountId: string, region: string): NamedPolicy {
  const texts = [...placeOf(logsState(world), accountId, region).policies.values()].map(
    ({ document }) => document,
  );
  const statements = texts.flatMap((text) => {
    const read = parsePolicy(text, { kind: 'resource' });
    return read.ok ? read.value.statements : [];
  });
  return {
    name: `log resource policies of ${accountId}`,
    document: { version: '2012-10-17', statements, text: '' },
  };
}
