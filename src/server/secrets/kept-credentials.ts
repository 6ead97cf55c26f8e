import { GatewayError } from '../../core/errors.ts'
import type { AuditAction, AuditDraft, AuditEntry } from '../../core/record/audit.ts'
import { type MasterKey, rewrapped, type SealedCredential, seal } from '../../core/secrets/sealed-credential.ts'
import { unavailable } from '../../core/secrets/secret-reference.ts'
import { type Actor, isWithin } from '../../registry/access.ts'
import { audited, signedBy } from '../audit/audit.ts'
import type { ControlStore } from '../control-records/control-store.ts'

/** Credentials of providers that the gateway keeps. What they are can be set and used, and never read. */
export interface KeptCredentials {
  list(actor: Actor): readonly SealedCredential[]
  /** Throws `conflict` where there is one, or `secret_unavailable` without a master key. */
  add(actor: Actor, place: CredentialName, secret: string): Promise<SealedCredential>
  /** Throws `not_found` or `secret_unavailable`. */
  replace(actor: Actor, place: CredentialName, secret: string): Promise<SealedCredential>
  /** Throws `not_found`. */
  remove(actor: Actor, place: CredentialName): Promise<void>
  /** Wraps all of them for another master key, or none. Gives how many. Throws `secret_unavailable`. */
  rekey(actor: Actor, to: MasterKey): Promise<number>
}

export interface CredentialName {
  readonly workspace: string
  readonly name: string
}

export interface KeptCredentialsOptions {
  readonly store: Pick<ControlStore, 'credentials' | 'putCredential' | 'rewrapCredentials' | 'removeCredential'>
  append(draft: AuditDraft): AuditEntry | Promise<AuditEntry>
  masterKey(): Promise<MasterKey>
  now(): number
  /** What is kept has changed. */
  changed(): void
}

export function createKeptCredentials({
  store,
  append,
  masterKey,
  now,
  changed,
}: KeptCredentialsOptions): KeptCredentials {
  let turn: Promise<unknown> = Promise.resolve()
  /** What was read before an entry was written must not be changed meanwhile. */
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = turn.then(work)
    turn = result.catch(() => undefined)
    return result
  }
  const known = ({ workspace, name }: CredentialName): SealedCredential | undefined =>
    store.credentials().find((kept) => kept.workspace === workspace && kept.name === name)
  const existing = (place: CredentialName): SealedCredential => {
    const found = known(place)
    if (found !== undefined) return found
    throw new GatewayError('not_found', `There is no credential "${place.name}" in the workspace "${place.workspace}".`)
  }
  const write = async (by: Actor, action: AuditAction, subject: string, details: object, work: () => Promise<void>) => {
    await audited(append, signedBy(by, { action, subject, details: { ...details } }), work)
    changed()
  }
  const keep = async (
    by: Actor,
    action: AuditAction,
    place: CredentialName,
    secret: string,
    before?: SealedCredential,
  ) => {
    const { workspace, name } = place
    const version = (before?.version ?? 0) + 1
    const at = now()
    const master = await masterKey()
    // With two master keys in use, whichever is given, some could not be opened.
    if (store.credentials().some(({ masterId }) => masterId !== master.id)) {
      const message =
        'Kept credentials were sealed with another master key; start with that one, and nothing is changed.'
      throw unavailable(message)
    }
    const sealed = seal(secret, { workspace, name, version }, master)
    const kept = { workspace, name, version, ...sealed, createdAt: before?.createdAt ?? at, changedAt: at }
    await write(by, action, name, { workspace, version }, () => store.putCredential(kept, before))
    return kept
  }
  return {
    list: (actor) => store.credentials().filter(({ workspace }) => isWithin(actor, workspace)),
    add: (by, place, secret) =>
      inTurn(async () => {
        if (known(place) !== undefined) {
          const message = `There is a credential "${place.name}" already; replace it, or choose another name.`
          throw new GatewayError('conflict', message)
        }
        return await keep(by, 'credential-added', place, secret)
      }),
    replace: (by, place, secret) =>
      inTurn(async () => await keep(by, 'credential-replaced', place, secret, existing(place))),
    remove: (by, place) =>
      inTurn(async () => {
        const kept = existing(place)
        const { workspace, name, version } = kept
        await write(by, 'credential-removed', name, { workspace, version }, () => store.removeCredential(kept))
      }),
    rekey: (by, to) =>
      inTurn(async () => {
        const from = await masterKey()
        const all = store.credentials()
        const next = all.map((before) => ({
          before,
          kept: before.masterId === to.id ? before : rewrapped(before, from, to),
        }))
        const details = { credentials: next.length, from: from.id, to: to.id }
        await write(by, 'credentials-rekeyed', '', details, () => store.rewrapCredentials(next))
        return next.length
      }),
  }
}

/** What keeps credentials from being used, in one sentence; `undefined` when nothing does. */
export async function credentialsFault(
  kept: readonly SealedCredential[],
  masterKey: () => Promise<MasterKey>,
): Promise<string | undefined> {
  if (kept.length === 0) return undefined
  try {
    const { id } = await masterKey()
    const others = kept.filter(({ masterId }) => masterId !== id)
    if (others.length === 0) return undefined
    return `${others.length} of ${kept.length} kept credentials were sealed with another master key; start with that one. All else works.`
  } catch (fault) {
    const why = fault instanceof GatewayError ? fault.message : 'the master key cannot be read'
    return `${kept.length} kept credentials cannot be used: ${why}. All else works.`
  }
}
