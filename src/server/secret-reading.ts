import { isDeepStrictEqual } from 'node:util'
import { readAwsSecrets } from '../catalog/secret-stores/aws-secrets.ts'
import { readVault } from '../catalog/secret-stores/vault.ts'
import { type ReferenceScheme, SecretGone, unavailable } from '../core/secret-reference.ts'
import type { ReadSecret, SecretIo } from '../core/secret-store.ts'
import { createSecretReferences, type Reading, type SecretReferences } from '../gateway/secret-references.ts'
import type { SecretsConfig } from './config/secrets-section.ts'

/** References to secrets, as a configuration says where their stores are. */
export interface ConfiguredReferences extends SecretReferences {
  follow(config: SecretsConfig): void
}

export const noStores: SecretsConfig = { refreshMs: 300_000, keepMs: 86_400_000 }

export function createReferences(io: SecretIo, first: SecretsConfig = noStores): ConfiguredReferences {
  let inUse = first
  let version = 0
  const references = createSecretReferences(io.now, readingOf(first, io, version))
  return {
    ...references,
    follow(config) {
      if (isDeepStrictEqual(config, inUse)) return
      inUse = config
      version++
      references.configure(readingOf(config, io, version))
    },
  }
}

function readingOf({ refreshMs, keepMs, vault, aws }: SecretsConfig, io: SecretIo, version: number): Reading {
  const readers: Readonly<Record<ReferenceScheme, ReadSecret>> = {
    env: async ({ place }) => {
      const value = io.variable(place)
      if (value === undefined) throw new SecretGone('the variable is not set')
      return value
    },
    file: ({ place }) => io.readFile(place),
    vault: vault === undefined ? missing : readVault(vault, io),
    'aws-secrets': aws === undefined ? missing : readAwsSecrets(aws, io),
  }
  return {
    refreshMs,
    keepMs,
    identity: String(version),
    read: (reference) => readers[reference.scheme](reference),
  }
}

const missing: ReadSecret = async () => {
  throw unavailable('its store is not set up in `secrets`')
}
