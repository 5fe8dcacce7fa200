import type { Access } from '../access/index.ts';
import { accountsCsv } from './accounts.ts';
import { awsConfig } from './aws-config.ts';
import { stackSetScript } from './cloudformation/stackset.ts';
import { templateYaml } from './cloudformation/template.ts';
import { alertsJson } from './cloudtrail/alerts.ts';
import { detectMisuse } from './cloudtrail/guide.ts';
import { architecture } from './docs/architecture.ts';
import { projectDocumentation } from './docs/project.ts';
import { scaling } from './docs/scaling.ts';
import { stackSets } from './layout.ts';
import { policyFiles } from './policies.ts';
import { readme } from './readme.ts';
import { terraformFiles } from './terraform/index.ts';
import type { GeneratedFile } from './types.ts';

/**
 * Everything AWS needs for a definition, as files that people read and own. Pure and deterministic: the same
 * definition gives the same bytes, whatever the day and the machine.
 */
export function generate(access: Access): GeneratedFile[] {
  const files: GeneratedFile[] = [
    ...policyFiles(access),
    ...terraformFiles(access),
    ...stackSets(access).map((set) => ({ path: set.template, content: templateYaml(set, access) })),
    ...stackSetScript(access),
    { path: 'cloudtrail/alerts.json', content: alertsJson(access) },
    { path: 'cloudtrail/detect-misuse.md', content: detectMisuse(access) },
    awsConfig(access),
    { path: 'docs/PROJECT_DOCUMENTATION.md', content: projectDocumentation(access) },
    { path: 'docs/ARCHITECTURE.md', content: architecture(access) },
    { path: 'docs/SCALING.md', content: scaling(access) },
    accountsCsv(access),
  ];
  return [readme(access, files), ...files];
}
