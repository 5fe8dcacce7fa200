import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { xa } from './tools.ts';

const STAGES = [
  'check',
  'generate',
  'sandbox',
  'deploy',
  'login',
  'assume',
  'use',
  'attack',
  'detect',
  'respond',
];
const RULES = [
  'failed-assume-role',
  'unknown-network',
  'outside-business-hours',
  'trust-policy-change',
  'shared-role',
];

interface DemoJson {
  ok: boolean;
  stages: { name: string; ok: boolean; ms: number }[];
  attacks: { name: string; blocked: boolean; error: string; decidedBy: string }[];
  findings: { rule: string; severity: string; events: string[]; sourceIp: string; time: string }[];
  benign: { events: number; findings: number };
  revoked: { refused: { what: string; error: string }[]; freshLogin: boolean; oldKeyRefused: boolean };
}

describe('demo', () => {
  const folder = mkdtempSync(join(tmpdir(), 'xa-demo-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('tells the whole story as one JSON document and keeps what it made', async () => {
    const out = join(folder, 'out');
    const run = await xa(['demo', '--json', '--out', out], { cwd: folder });
    const result = JSON.parse(run.stdout) as DemoJson;
    expect(result.stages.filter((s) => !s.ok)).toEqual([]);
    expect(run.code).toBe(0);
    expect(result.ok).toBe(true);
    expect(result.stages.map((s) => s.name)).toEqual(STAGES);

    expect(result.attacks.length).toBeGreaterThanOrEqual(17);
    for (const attack of result.attacks) {
      expect(attack).toMatchObject({ blocked: true });
      expect(attack.decidedBy).not.toMatch(/^(unknown|nothing)/);
    }
    expect(result.benign.events).toBeGreaterThanOrEqual(500);
    expect(result.benign.findings).toBe(0);
    expect(new Set(result.findings.map((f) => f.rule))).toEqual(new Set(RULES));
    const worked = result.findings.find(
      (f) => f.rule === 'failed-assume-role' && f.sourceIp === '35.201.45.89',
    );
    expect(worked?.events.length).toBeGreaterThanOrEqual(3);
    expect(result.revoked.refused.length).toBeGreaterThan(0);
    expect(result.revoked).toMatchObject({ freshLogin: true, oldKeyRefused: true });

    expect(readdirSync(out).sort()).toEqual(
      expect.arrayContaining(['access.yaml', 'cloudtrail', 'findings.json', 'generated']),
    );
    const kept = readdirSync(out, { recursive: true, withFileTypes: true }).filter((e) => e.isFile());
    const detected = await xa(
      ['detect', join(out, 'cloudtrail'), '--file', join(out, 'access.yaml'), '--json'],
      { cwd: folder },
    );
    expect(detected.code).toBe(1);
    expect(kept.length).toBeGreaterThan(20);
    // Nothing secret stays behind in what people will pass on.
    for (const entry of kept.filter((e) => !e.parentPath.includes('home'))) {
      const text = readFileSync(join(entry.parentPath, entry.name), 'latin1');
      expect(text).not.toMatch(/aws_secret_access_key\s*=\s*\S/);
    }
  });

  it('refuses to write into a folder that holds something', async () => {
    const run = await xa(['demo', '--out', folder], { cwd: folder });
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(/not empty/);
    expect(existsSync(join(folder, 'access.yaml'))).toBe(false);
  });
});
