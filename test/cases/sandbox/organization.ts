import {
  AcceptHandshakeCommand,
  AttachPolicyCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  DetachPolicyCommand,
  EnablePolicyTypeCommand,
  InviteAccountToOrganizationCommand,
  ListRootsCommand,
  MoveAccountCommand,
  type OrganizationsClient,
  type PolicyType,
} from '@aws-sdk/client-organizations';
import { isFullAccess, type OrganizationPlan, type Place } from './organization-plan.ts';
import type { World } from './world.ts';

const FULL_ACCESS: Readonly<Record<string, string>> = {
  SERVICE_CONTROL_POLICY: 'p-FullAWSAccess',
  RESOURCE_CONTROL_POLICY: 'p-RCPFullAWSAccess',
};

/** The organizations of a case, by Organizations' own calls: each has a management account that is nobody in the case. */
export class Organizations {
  readonly #world: World;
  readonly #plan: OrganizationPlan;
  /** Real ids by the case's. */
  readonly #ids = new Map<string, string>();
  /** By the case's id of the organization. */
  readonly #clients = new Map<string, OrganizationsClient>();
  #policies = 0;

  constructor(world: World, plan: OrganizationPlan) {
    this.#world = world;
    this.#plan = plan;
  }

  /** Makes organizations and OUs and puts the accounts there. */
  async build(): Promise<void> {
    for (const place of this.#plan.places) {
      const client = await this.#organization(place);
      let parent = await this.#root(client, place);
      for (const unit of place.path.slice(1)) parent = await this.#unit(client, unit, parent);
      await this.#join(client, place, parent);
    }
  }

  /** Puts the real ids in the place of the case's. */
  translate = (text: string): string => {
    let translated = text;
    // Longer ids first: none may be cut out of another.
    for (const [id, real] of [...this.#ids].sort(([a], [b]) => b.length - a.length))
      translated = translated.replaceAll(id, real);
    return translated;
  };

  /** Attaches SCPs and RCPs. They come last: they would stand in the way of building the rest. */
  async limit(): Promise<void> {
    for (const place of this.#plan.places) {
      await this.#attach(place, place.scps, 'SERVICE_CONTROL_POLICY');
      await this.#attach(place, place.rcps, 'RESOURCE_CONTROL_POLICY');
    }
  }

  async #organization({ organization }: Place): Promise<OrganizationsClient> {
    const known = this.#clients.get(organization);
    if (known !== undefined) return known;
    const client = await this.#world.organizations(`90000000000${this.#clients.size}`);
    const { Organization } = await client.send(new CreateOrganizationCommand({}));
    this.#ids.set(organization, told(Organization?.Id));
    this.#clients.set(organization, client);
    return client;
  }

  async #root(client: OrganizationsClient, { path: [id = ''], organization }: Place): Promise<string> {
    const { Roots } = await client.send(new ListRootsCommand({}));
    const real = told(Roots?.[0]?.Id);
    const other = this.#ids.get(id);
    if (other !== undefined && other !== real) throw new Error(`${id} is a root of two organizations`);
    this.#ids.set(id === 'r-case' ? `r-case of ${organization}` : id, real);
    return real;
  }

  async #unit(client: OrganizationsClient, id: string, ParentId: string): Promise<string> {
    const known = this.#ids.get(id);
    if (known !== undefined) return known;
    const { OrganizationalUnit } = await client.send(
      new CreateOrganizationalUnitCommand({ ParentId, Name: id }),
    );
    const real = told(OrganizationalUnit?.Id);
    this.#ids.set(id, real);
    return real;
  }

  async #join(client: OrganizationsClient, { account: Id }: Place, parent: string): Promise<void> {
    await this.#world.root(Id);
    const { Handshake } = await client.send(
      new InviteAccountToOrganizationCommand({ Target: { Type: 'ACCOUNT', Id } }),
    );
    const invited = await this.#world.organizations(Id);
    await invited.send(new AcceptHandshakeCommand({ HandshakeId: told(Handshake?.Id) }));
    const { Roots } = await client.send(new ListRootsCommand({}));
    const SourceParentId = told(Roots?.[0]?.Id);
    if (SourceParentId === parent) return;
    await client.send(new MoveAccountCommand({ AccountId: Id, SourceParentId, DestinationParentId: parent }));
  }

  async #attach(place: Place, levels: Place['scps'], type: PolicyType): Promise<void> {
    if (levels.length === 0) return;
    const client = await this.#organization(place);
    const { Roots } = await client.send(new ListRootsCommand({}));
    const root = told(Roots?.[0]?.Id);
    await client.send(new EnablePolicyTypeCommand({ RootId: root, PolicyType: type }));
    const targets = [root, ...place.path.slice(1).map((id) => told(this.#ids.get(id))), place.account];
    for (const [i, level] of levels.entries()) {
      // The last of several levels is the account's, the ones before stand along the path.
      const target = i > 0 && i === levels.length - 1 ? place.account : told(targets[i]);
      for (const document of level)
        if (!isFullAccess(document)) await this.#policy(client, document, type, target);
      const full = FULL_ACCESS[type];
      if (!level.some(isFullAccess))
        await client.send(new DetachPolicyCommand({ PolicyId: full, TargetId: target }));
    }
  }

  async #policy(client: OrganizationsClient, document: unknown, Type: PolicyType, TargetId: string) {
    const { Policy } = await client.send(
      new CreatePolicyCommand({
        Name: `case-${this.#policies++}`,
        Description: '',
        Type,
        Content: this.translate(JSON.stringify(document)),
      }),
    );
    await client.send(new AttachPolicyCommand({ PolicyId: Policy?.PolicySummary?.Id, TargetId }));
  }
}

function told(id: string | undefined): string {
  if (id === undefined) throw new Error('an answer without an id');
  return id;
}
