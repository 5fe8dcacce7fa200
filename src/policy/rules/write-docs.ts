import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { ruleDocs } from './docs.ts';

// Not part of the room's door: `npx tsx src/policy/rules/write-docs.ts` rewrites docs/rules from the table of rules.
const root = new URL('../../../', import.meta.url);
mkdirSync(new URL('docs/rules/', root), { recursive: true });
for (const name of readdirSync(new URL('docs/rules/', root))) rmSync(new URL(`docs/rules/${name}`, root));
for (const { path, content } of ruleDocs()) writeFileSync(new URL(path, root), content);
