import { itemNotFound, previousResponseNotFound } from '../../../catalog/dialects/openai-responses/kept-replies.ts'
import { responseNotFound } from '../../../catalog/dialects/openai-responses/reply-paths.ts'
import type { RequestWire, RoutedCall } from '../../../core/calls/call.ts'
import type { ProviderAccount } from '../../../core/calls/registry.ts'
import { GatewayError } from '../../../core/errors.ts'
import type { Holder, HoldersOf } from '../../../core/model/holder.ts'
import { kindOf, type NamedThing, namedThings } from '../../../core/model/named-things.ts'
import { writtenNames } from '../../../core/wire/reads-one-way.ts'

/** Where a call may go, for what its body names. */
export interface HeldThings {
  readonly heldBy?: RoutedCall['heldBy']
  readonly unseen?: RoutedCall['unseen']
}

export interface Holding {
  readonly workspace: string
  /** Others have keys too, and would be read by whoever knows an id. */
  readonly isShared: boolean
  readonly holdersOf: HoldersOf
}

/** Each look stops all other calls for a moment. What earlier turns tell is more than what is used. */
const MAX_THINGS = 2000

/**
 * Whose the things are that a body names: those of another workspace are answered like what never was, those of one's own lead
 * to the account that has them, and those that the gateway has not seen made are for the account to allow.
 */
export function heldThings(wire: RequestWire, holding: Holding): HeldThings {
  // Forms are read where they are taken in.
  if (wire.contentType !== undefined) return {}
  const { things, names } = namedThings(wire.json)
  // What a parser passes over, the provider's may read.
  if (holding.isShared && names !== writtenNames(wire.bytes)) refuseHidden(wire.bytes)
  return things.length === 0 ? {} : heldOf(things, holding)
}

/** The same for what was found elsewhere. */
export function heldOf(things: readonly NamedThing[], { workspace, isShared, holdersOf }: Holding): HeldThings {
  let holder: { readonly thing: NamedThing; readonly account: string } | undefined
  let unseen: GatewayError | undefined
  for (const thing of distinct(isShared ? things : things.filter(({ isUsed }) => isUsed))) {
    const holders = isShared ? holdersOf(thing) : known(() => holdersOf(thing))
    const own = holders.filter((one) => one.workspace === workspace)
    if (own.length === 0 && holders.length > 0) throw unseen ?? noThing(thing)
    if (!thing.isUsed) continue
    if (own.length === 0) {
      if (isShared) unseen ??= noThing(thing)
      continue
    }
    const account = accountIn(own, thing)
    if (account === undefined) continue
    if (holder !== undefined && holder.account !== account) throw apart(holder.account, account, thing)
    holder = { thing, account }
  }
  return {
    ...(holder === undefined ? {} : { heldBy: { account: holder.account, otherwise: elsewhere(holder) } }),
    ...(unseen === undefined ? {} : { unseen }),
  }
}

/** Throws when a request to this account may not name them. */
export function refuseThings({ heldBy, unseen }: HeldThings, { id, passesUnknownIds }: ProviderAccount): void {
  if (heldBy !== undefined && heldBy.account !== id) throw heldBy.otherwise
  if (unseen !== undefined && passesUnknownIds !== true) throw unseen
}

/** The same for one of another workspace and for one that the gateway has not seen made. */
export function noThing({ kind, id, field }: Pick<NamedThing, 'kind' | 'id' | 'field'>): GatewayError {
  if (kind === 'response') return field === 'path' ? responseNotFound(id) : previousResponseNotFound(id)
  if (kind === 'item') return itemNotFound(id)
  const message = `There is no ${kind} "${id.slice(0, 200)}" that this workspace has made through the gateway.`
  return new GatewayError('not_found', message, { param: field, vendorCode: `${kind.replace(' ', '_')}_not_found` })
}

function distinct(things: readonly NamedThing[]): readonly NamedThing[] {
  const byName = new Map<string, NamedThing>()
  for (const thing of things) {
    const name = `${thing.kind} ${thing.id}`
    if (byName.get(name)?.isUsed !== true) byName.set(name, thing)
  }
  if (byName.size <= MAX_THINGS) return [...byName.values()]
  throw new GatewayError('invalid_request', `The body names more than ${MAX_THINGS} files and other things by id.`)
}

function accountIn(own: readonly Holder[], thing: NamedThing): string | undefined {
  const account = own.find((one) => one.account !== undefined)?.account
  // A file of a batch that the gateway works off itself: no provider has it.
  if (account === undefined && thing.kind === 'file') throw noThing(thing)
  return account
}

function elsewhere({ thing, account }: { readonly thing: NamedThing; readonly account: string }): GatewayError {
  const { kind, id, field } = thing
  if (kind === 'response') return noThing(thing)
  const message = `The ${kind} "${id.slice(0, 200)}" lies at the account "${account}", to which this call does not lead.`
  return new GatewayError('not_found', message, { param: field })
}

function apart(first: string, second: string, { field }: NamedThing): GatewayError {
  const message = `What the body names lies at two accounts, "${first}" and "${second}"; no one of them has it all.`
  return new GatewayError('invalid_request', message, { param: field })
}

/** Where nobody else could be read, a store that fails holds up no call. */
function known(look: () => readonly Holder[]): readonly Holder[] {
  try {
    return look()
  } catch {
    return []
  }
}

/** Of a name that stands twice in one object, our parser takes the last; others take the first, or both. */
function refuseHidden(bytes: Buffer): void {
  const text = bytes.toString('utf8').replace(/\\u([\da-f]{4})/gi, (_, code) => letter(code))
  if (/fileid:|"(?:item_reference|image_generation_call|prompt|audio)"/.test(text)) throw standsTwice()
  for (const [, name = ''] of text.matchAll(/"([^"\\]+)"\s*:/g)) if (kindOf(name) !== undefined) throw standsTwice()
}

function standsTwice(): GatewayError {
  return new GatewayError(
    'invalid_request',
    'A field stands in the body twice, beside an id of a file or the like; keep one.',
  )
}

function letter(code: string): string {
  const read = String.fromCharCode(Number.parseInt(code, 16))
  return read === '"' || read === '\\' ? ' ' : read
}
