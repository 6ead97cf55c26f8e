/** What a virtual key is bound to, beside its models. What is absent binds it to nothing. */
export interface KeyScope {
  /** Ids of accounts and of providers; patterns with `*`. */
  readonly providers?: readonly string[]
  /** Where a provider may have what the key's calls say: regions of accounts, as the file names them. */
  readonly dataRegions?: readonly string[]
  /** Paths as `docs/guides/endpoints.md` has them; patterns with `*`. */
  readonly endpoints?: readonly string[]
  /** Addresses and CIDR blocks that it may be used from. */
  readonly networks?: readonly string[]
  /** Names of agents, one of which each of its calls must give; patterns with `*`, compared without capitals and what nobody sees. */
  readonly agents?: readonly string[]
  /** The same in their plain form, which names of agents are compared in. */
  readonly plainAgents?: readonly string[]
  /** Names of metadata that each of its calls must have. */
  readonly requireMetadata?: readonly string[]
}

export const scopeNames = ['providers', 'dataRegions', 'endpoints', 'networks', 'agents', 'requireMetadata'] as const
