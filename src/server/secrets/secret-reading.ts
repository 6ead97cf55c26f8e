import { isDeepStrictEqual } from 'node:util'
import { readAwsSecrets } from '../../catalog/secret-stores/aws-secrets.ts'
import { readVault } from '../../catalog/secret-stores/vault.ts'
import { type MasterKey, type SealedCredential, unseal } from '../../core/secrets/sealed-credential.ts'
import { type ReferenceScheme, SecretGone, unavailable } from '../../core/secrets/secret-reference.ts'
import type { ReadSecret, SecretIo } from '../../core/secrets/secret-store.ts'
import {
  createSecretReferences,
  type Reading,
  type SecretReferences,
} from '../../gateway/credentials/secret-references.ts'
import type { SecretsConfig } from '../config/secrets-section.ts'

/** Where secrets are, at one time. */
export interface SecretPlaces {
  readonly config: SecretsConfig
  readonly kept: readonly SealedCredential[]
}

/** References to secrets, as a configuration and the control store have them. */
export interface ConfiguredReferences extends SecretReferences {
  follow(places: SecretPlaces): void
}

const noPlaces: SecretPlaces = { config: { refreshMs: 300_000, keepMs: 86_400_000 }, kept: [] }

export function createReferences(
  io: SecretIo,
  masterKey: () => Promise<MasterKey>,
  first: SecretPlaces = noPlaces,
  log?: (message: string) => void,
): ConfiguredReferences {
  let inUse = first
  let version = 0
  const references = createSecretReferences(io.now, readingOf(first, io, masterKey, version), log)
  return {
    ...references,
    follow(places) {
      if (isDeepStrictEqual(places, inUse)) return
      if (!isDeepStrictEqual(places.config, inUse.config)) version++
      inUse = places
      references.configure(readingOf(places, io, masterKey, version))
    },
  }
}

function readingOf(
  { config: { refreshMs, keepMs, vault, aws }, kept }: SecretPlaces,
  io: SecretIo,
  masterKey: () => Promise<MasterKey>,
  version: number,
): Reading {
  const byReference = new Map(kept.map((sealed) => [`${sealed.workspace}/${sealed.name}`, sealed]))
  const keptAt = (place: string) => byReference.get(place.includes('/') ? place : `default/${place}`)
  const readers: Readonly<Record<ReferenceScheme, ReadSecret>> = {
    env: async ({ place }) => {
      const value = io.variable(place)
      if (value === undefined) throw new SecretGone('the variable is not set')
      return value
    },
    file: ({ place }) => io.readFile(place),
    vault: vault === undefined ? missing : readVault(vault, io),
    'aws-secrets': aws === undefined ? missing : readAwsSecrets(aws, io),
    credential: async ({ place }) => {
      const sealed = keptAt(place)
      if (sealed === undefined) throw new SecretGone('no credential of that name is kept')
      return unseal(sealed, await masterKey())
    },
  }
  return {
    refreshMs,
    keepMs,
    identityOf: (text) =>
      text.startsWith('credential:') ? (keptAt(text.slice('credential:'.length))?.wrappedKey ?? '') : String(version),
    read: (reference) => readers[reference.scheme](reference),
  }
}

const missing: ReadSecret = async () => {
  throw unavailable('its store is not set up in `secrets`')
}
