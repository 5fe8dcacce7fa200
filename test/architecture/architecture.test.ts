import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkArchitecture, importsOf } from './check.ts';
import { rooms } from './rooms.ts';

const root = join(import.meta.dirname, '..', '..');

describe('architecture', () => {
  it('holds: imports point down, through doors, and I/O stays where it belongs', () => {
    expect(checkArchitecture(root)).toEqual([]);
  });

  it('refuses the fixture, once for each rule', () => {
    const found = checkArchitecture(join(import.meta.dirname, 'fixture'));
    expect(found.map((v) => `${v.file} ${v.rule}`).sort()).toEqual([
      'src/base/upward.ts upward',
      'src/engine/opens-a-file.ts io',
      'src/engine/side-door.ts side-door',
      'src/engine/uses-a-test.ts test-import',
      'src/pantry/lost.ts unknown-room',
    ]);
  });

  it('sees every form of import', () => {
    expect(
      importsOf(`
        import a from './a.ts';
        import { b,
          c } from "./b.ts";
        import './c.ts';
        export * from './d.ts';
        export type { E } from './e.ts';
        const f = await import('./f.ts');
        // import g from './g.ts';
        /* import h from './h.ts'; */
      `),
    ).toEqual(['./a.ts', './b.ts', './c.ts', './d.ts', './e.ts', './f.ts']);
  });

  it('is drawn truly in ARCHITECTURE.md', () => {
    const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
    for (const room of rooms) {
      expect(text).toContain(
        `| ${room.layer} | \`${room.name}/\` | ${room.holds} | ${room.io ? 'yes' : 'no'} |`,
      );
    }
  });
});
