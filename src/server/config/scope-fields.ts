/** What a key is bound to: fields of `keys` in the file, and of keys that the API makes. */
import * as z from 'zod'
import { type KeyScope, scopeNames } from '../../core/calls/key-scope.ts'
import { plainName } from '../../core/text/plain-name.ts'
import { readNetwork } from '../../registry/client-address.ts'

/** An empty list would be a key that is bound to nothing, or one for nothing: nobody means either. */
const holdsOne = (list: readonly unknown[]): boolean => list.length > 0
/** What editors know of it. */
const atLeastOne = { minItems: 1 }
const emptyList = 'is empty: name at least one, or leave it out, which binds the key to none'

/** Names that a key may ask for. */
export const keyModels = z
  .array(z.string().min(1).max(200))
  .max(1000)
  .refine(holdsOne, 'is empty, and so the key would be for nothing: name at least one pattern, `*` for all')
  .meta(atLeastOne)
const patterns = z.array(z.string().min(1).max(256)).max(100).refine(holdsOne, emptyList).meta(atLeastOne)

const network = z
  .string()
  .max(64)
  .refine((text) => readNetwork(text) !== undefined, 'takes an IP address or a CIDR block such as `10.0.0.0/8`')
export const networks = z.array(network).max(1000).refine(holdsOne, emptyList).meta(atLeastOne)

/** A place as its operator calls it. */
export const dataRegion = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i, 'takes letters, digits, dots, dashes and underscores, at most 64')
export const dataRegions = z.array(dataRegion).max(100).refine(holdsOne, emptyList).meta(atLeastOne)

export const scopeFields = {
  providers: patterns
    .nullish()
    .describe('Accounts or providers that it may use; `*` stands for any text. Default all.'),
  dataRegions: dataRegions
    .nullish()
    .describe('Only accounts of these regions get what its calls say. Default: any account.'),
  endpoints: patterns
    .nullish()
    .describe('Paths that it may be used at, such as `/v1/embeddings`; `*` stands for any text. Default all.'),
  networks: networks.nullish().describe('IP addresses and CIDR blocks that it may be used from. Default: any.'),
  agents: patterns
    .nullish()
    .describe(
      'Agents that it is for: each call names one of them as `agent` of its metadata; `*` stands for any text. Default: calls of any agent, and of none.',
    ),
  requireMetadata: z
    .array(z.string().min(1).max(128))
    .max(32)
    .refine(holdsOne, emptyList)
    .meta(atLeastOne)
    .nullish()
    .describe('Names of metadata without which its calls are refused.'),
}

type Given = { readonly [Field in keyof typeof scopeFields]?: readonly string[] | null | undefined }

/** Absent where nothing is given. `null`, with which a change takes a field away, is not given. */
export function keyScope(given: Given): { readonly scope?: KeyScope } {
  const fields = scopeNames.flatMap((name) => (given[name] == null ? [] : [[name, given[name]]]))
  if (fields.length === 0) return {}
  const plain = given.agents == null ? {} : { plainAgents: given.agents.map(plainName) }
  return { scope: { ...Object.fromEntries(fields), ...plain } }
}
