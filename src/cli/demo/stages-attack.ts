import { join } from 'node:path';
import pc from 'picocolors';
import { decodeBase32 } from '../../base/index.ts';
import { detectConfig, type Finding } from '../../detect/index.ts';
import { readRecords } from '../../trail/index.ts';
import { writeAtomic } from '../files.ts';
import { plural } from '../output.ts';
import { detectPaths, readBytes } from '../trail-files.ts';
import { attackCatalogue } from './attacks.ts';
import { attempt } from './attempt.ts';
import { cross, tick } from './run.ts';
import { ATTACKER_IP, nightAttack, trustAttack } from './scenarios.ts';
import { enterRole, freshLogin } from './stages-use.ts';
import { nextMonday } from './time.ts';
import { need, type Stage, type World } from './types.ts';

export const attack: Stage = {
  name: 'attack',
  title: 'Every way in that must be closed, each tried over HTTP by a real client.',
  async run(world) {
    const seed = decodeBase32(need(world.enrollment?.mfa, 'MFA device').seed.reveal());
    const monday = mondayOf(world);
    // Late in the afternoon the operator logs in again: that session will still be alive at night.
    world.login = await freshLogin(world);
    world.role = await enterRole(world, 'SecurityAuditRole');
    for (const one of await attackCatalogue(world, need(seed, 'MFA seed'))) {
      world.attacks.push(await attempt(world, one));
    }
    world.contractors = await trustAttack(world, monday);
    world.stolen = await nightAttack(world, monday);
    await need(world.control, 'control interface').flush();
    const failed = world.attacks.filter((a) => !a.blocked || !a.rightReason);
    return {
      ok: failed.length === 0,
      lines: [
        ...world.attacks.flatMap((a) => [
          `${a.blocked && a.rightReason ? tick : cross} refused: ${a.name}`,
          pc.dim(`    ${a.decidedBy}`),
          ...(a.blocked && a.rightReason
            ? []
            : [pc.red(`    ${a.blocked ? 'for another reason' : 'NOT REFUSED'}: ${a.error}`)]),
        ]),
        `${pc.yellow('!')} and two that no policy can stop, so that they must be noticed:`,
        `  Wednesday 10:00: an administrator of the workload account lets ${plural(world.contractors.length, 'contractor')} into SecurityAuditRole`,
        `  Thursday 03:15: a thief with the operator's key and MFA session, from ${ATTACKER_IP}; three refusals, then inside`,
      ],
    };
  },
};

/** The Monday that the sandbox's clock was set after: its week is the story's. */
function mondayOf(world: World): number {
  return nextMonday(world.clock.now() - 7 * 86_400_000);
}

const RULES = [
  'failed-assume-role',
  'unknown-network',
  'outside-business-hours',
  'trust-policy-change',
  'shared-role',
] as const;

export const detect: Stage = {
  name: 'detect',
  title: 'The five rules, over the CloudTrail files that the sandbox wrote.',
  async run(world) {
    const config = detectConfig(need(world.access, 'definition'));
    const day = need(world.benign, 'working day');
    const calm = await detectPaths(day.files, config);
    const events = day.files.reduce(
      (sum, file) => sum + readRecords(readBytes(file), file).records.length,
      0,
    );
    world.benign = { events, findings: calm.findings.length, files: day.files };
    const all = await detectPaths([join(world.out, 'cloudtrail')], config);
    world.findings.push(...all.findings);
    writeAtomic(join(world.out, 'findings.json'), `${JSON.stringify(all.findings, null, 2)}\n`);
    const worked = all.findings.find((f) => isWorkedAttack(f));
    const missing = RULES.filter((rule) => !all.findings.some((f) => f.rule === rule));
    const silent = events >= 500 && calm.findings.length === 0;
    return {
      ok: worked !== undefined && missing.length === 0 && silent,
      lines: [
        `${silent ? tick : cross} the working day: ${plural(events, 'record')}, ${plural(calm.findings.length, 'finding')}`,
        ...calm.findings.map((f) => `${cross} ${f.title}`),
        `${worked ? tick : cross} the three failures of the night are found: ${pc.bold(worked?.title ?? 'no')}`,
        ...RULES.map((rule) => {
          const found = all.findings.filter((f) => f.rule === rule);
          return `${found.length > 0 ? tick : cross} ${rule}: ${found.at(-1)?.title ?? 'nothing found'}${found.length > 1 ? pc.dim(` (and ${found.length - 1} more)`) : ''}`;
        }),
        pc.dim(`  ${plural(all.files, 'file')}: ${plural(all.findings.length, 'finding')}`),
      ],
    };
  },
};

const isWorkedAttack = (finding: Finding): boolean =>
  finding.rule === 'failed-assume-role' && finding.sourceIp === ATTACKER_IP && finding.events.length >= 3;
