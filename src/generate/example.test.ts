import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { generate } from './generate.ts';
import { EXAMPLE, exampleAccess } from './testing.ts';

const REFRESH = 'npm run try -- generate examples/two-accounts/access.yaml -o examples/two-accounts';

// Readers take the files without running anything, so they must be what the tool writes today.
it.each(generate(exampleAccess()).map(({ path, content }) => [path, content]))(
  'examples/two-accounts/%s is fresh',
  (path, content) => {
    const file = join(EXAMPLE, path);
    const found = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    expect(
      found === content,
      `${path} is ${found === undefined ? 'missing' : 'stale'}; refresh with: ${REFRESH}`,
    ).toBe(true);
  },
);

it('has the layout that the guides name', () => {
  for (const path of [
    'terraform/main.tf',
    'terraform/variables.tf',
    'terraform/terraform.tfvars',
    'policies/trust-policy.json',
    'policies/permission-policy.json',
    'policies/assume-policy.json',
    'cloudformation.yaml',
    'cloudtrail/detect-misuse.md',
    'cloudtrail/alerts.json',
    'docs/PROJECT_DOCUMENTATION.md',
    'docs/ARCHITECTURE.md',
    'docs/SCALING.md',
  ])
    expect(existsSync(join(EXAMPLE, path)), path).toBe(true);
});
