import type { Access, Account } from '../access/index.ts';
import type { RootCall, RootCallOutcome, SandboxControl } from '../sandbox/index.ts';
import { CliError, exit } from './exit.ts';

export interface Seeded {
  readonly accounts: number;
  readonly units: number;
  readonly resources: number;
}

/**
 * Makes a sandbox what the definition describes: its accounts, its organization with the OUs, and all that `deploy`
 * would make in them. Throws CliError (3) with the first refusal.
 */
export async function seed(
  access: Access,
  control: SandboxControl,
  management: { readonly id: string; readonly profile: string },
): Promise<Seeded> {
  const organization = access.organizationId;
  await control.ensureAccounts(access.accounts.map(({ id, profile }) => ({ accountId: id, name: profile })));
  const units = organization === undefined ? 0 : await organize(access, organization, control, management);
  const { firstCalls } = await import('../deploy/index.ts');
  const calls = (await firstCalls(access)).map((call) => ({ service: 'iam', ...call }));
  const outcomes = await control.calls(calls);
  outcomes.forEach((outcome, at) => {
    // Seeding twice is the same as once; what differs since is shown by `plan --sandbox`.
    if (!outcome.ok && outcome.code !== 'EntityAlreadyExists') throw refused(calls[at] as RootCall, outcome);
  });
  return { accounts: access.accounts.length, units, resources: calls.length };
}

const elsewhere = (why: string): CliError =>
  new CliError(
    why,
    exit.usage,
    'name the account that manages it (--management), or empty the sandbox first: `crossaccount sandbox reset`',
  );

/** The organization with the definition's id, an OU for each path (`Workloads/Prod`), every account in its place. */
async function organize(
  access: Access,
  organizationId: string,
  control: SandboxControl,
  { id: managementId, profile }: { readonly id: string; readonly profile: string },
): Promise<number> {
  const management = new Management(control, managementId);
  const known = (await control.accounts()).some(({ accountId }) => accountId === managementId);
  const [there] = known ? await control.calls([management.call('DescribeOrganization', {})]) : [];
  if (there?.ok !== true) {
    await control.nextOrganizationId(organizationId).catch((error: unknown) => {
      if (error instanceof Error && error.name === 'ControlError') throw elsewhere(error.message);
      throw error;
    });
    await control.ensureAccount(managementId, profile);
    await management.ask('CreateOrganization', { FeatureSet: 'ALL' });
  } else {
    const { Id, MasterAccountId } = there.output['Organization'] as { Id: string; MasterAccountId: string };
    if (Id !== organizationId) throw elsewhere(`account ${managementId} is in another organization, ${Id}.`);
    if (MasterAccountId !== managementId) throw elsewhere(`account ${managementId} is a member of ${Id}.`);
  }
  const { Roots } = await management.ask<{ Roots: { Id: string }[] }>('ListRoots', {});
  const root = Roots[0]?.Id ?? '';
  const units = new Map([['', root]]);
  for (const path of pathsOf(access.accounts)) {
    const cut = Math.max(path.lastIndexOf('/'), 0);
    const name = path.slice(cut === 0 ? 0 : cut + 1);
    units.set(path, await unit(management, units.get(path.slice(0, cut)) ?? root, name));
  }
  const members = await management.members();
  const fresh = access.accounts.filter(({ id }) => !members.has(id));
  const invitations = await management.askAll<{ Handshake: { Id: string } }>(
    fresh.map(({ id }) =>
      management.call('InviteAccountToOrganization', { Target: { Id: id, Type: 'ACCOUNT' } }),
    ),
  );
  await management.askAll(
    invitations.map(({ Handshake }, at) => ({
      ...management.call('AcceptHandshake', { HandshakeId: Handshake.Id }),
      accountId: fresh[at]?.id ?? '',
    })),
  );
  await management.askAll(
    fresh.flatMap(({ id: AccountId, ou }) => {
      const DestinationParentId = units.get(ou ?? '') ?? root;
      if (DestinationParentId === root) return [];
      return [management.call('MoveAccount', { AccountId, SourceParentId: root, DestinationParentId })];
    }),
  );
  return units.size - 1;
}

/** The id of an OU, made when it isn't there. */
async function unit(management: Management, ParentId: string, Name: string): Promise<string> {
  type Unit = { Id: string; Name: string };
  const { OrganizationalUnits } = await management.ask<{ OrganizationalUnits: Unit[] }>(
    'ListOrganizationalUnitsForParent',
    { ParentId },
  );
  const known = OrganizationalUnits.find((unit) => unit.Name === Name);
  if (known !== undefined) return known.Id;
  const made = await management.ask<{ OrganizationalUnit: Unit }>('CreateOrganizationalUnit', {
    ParentId,
    Name,
  });
  return made.OrganizationalUnit.Id;
}

/** The management account's root user, asking Organizations. Rejects with CliError for the first refusal. */
class Management {
  readonly #control: SandboxControl;
  readonly #accountId: string;

  constructor(control: SandboxControl, accountId: string) {
    this.#control = control;
    this.#accountId = accountId;
  }

  call(operation: string, input: object): RootCall {
    return { accountId: this.#accountId, service: 'organizations', operation, input: { ...input } };
  }

  async ask<T>(operation: string, input: object): Promise<T> {
    return (await this.askAll<T>([this.call(operation, input)]))[0] as T;
  }

  async askAll<T>(calls: readonly RootCall[]): Promise<T[]> {
    const outcomes = await this.#control.calls(calls);
    return outcomes.map((outcome, at) => {
      if (!outcome.ok) throw refused(calls[at] as RootCall, outcome);
      return outcome.output as T;
    });
  }

  async members(): Promise<Set<string>> {
    const members = new Set<string>();
    let NextToken: string | undefined;
    do {
      const page: { Accounts: { Id: string }[]; NextToken?: string } = await this.ask(
        'ListAccounts',
        NextToken === undefined ? {} : { NextToken },
      );
      for (const { Id } of page.Accounts) members.add(Id);
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return members;
  }
}

/** Every OU path with those above it, parents first. */
function pathsOf(accounts: readonly Account[]): string[] {
  const paths = new Set<string>();
  for (const { ou } of accounts) {
    const names = ou?.split('/') ?? [];
    names.forEach((_, at) => {
      paths.add(names.slice(0, at + 1).join('/'));
    });
  }
  return [...paths].sort();
}

const refused = (call: RootCall, outcome: RootCallOutcome & { ok: false }): CliError =>
  new CliError(
    `${call.service}:${call.operation} in ${call.accountId}: ${outcome.code}: ${outcome.message}`,
    exit.outside,
  );
