import type { Operator } from '../access/index.ts';
import type { CodeSource } from '../session/index.ts';
import { KeyStore } from './keystore.ts';
import { homeDirectory } from './workspace.ts';

/** A code given on the command line, else from a seed that is at hand (rehearsals), else asked for on the terminal. */
export async function codeSource(
  operator: Operator,
  env: Readonly<Record<string, string | undefined>>,
  given: string | undefined,
): Promise<CodeSource> {
  const { givenCode, promptCodes, seedCodes, seedFromEnvironment } = await import('../session/index.ts');
  if (given !== undefined) return givenCode(given);
  const seed =
    (await seedFromEnvironment(env)) ?? (await new KeyStore(homeDirectory(env)).get(operator.arn))?.seed;
  return seed === undefined ? promptCodes() : seedCodes(seed);
}
