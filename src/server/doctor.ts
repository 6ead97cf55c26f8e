import { tmpdir } from 'node:os'
import type { ModelCatalogue } from '../catalog/models/model-facts.ts'
import type { Limits, ProviderAccount } from '../core/calls/registry.ts'
import { type Diagnosis, probeAccount } from '../gateway/probe/probe-account.ts'
import { createUpstreams } from './accounts/upstreams.ts'
import { scratchFile } from './process/scratch-file.ts'
import { createAccountSecrets } from './secrets/account-secrets.ts'
import type { SecretPlaces } from './secrets/secret-reading.ts'

export interface Examined {
  readonly account: ProviderAccount
  readonly diagnosis: Diagnosis
  readonly durationMs: number
}

/** Some lists of models have a megabyte. */
const maxListBytes = 16 << 20
const timeoutMs = 15_000
const atOnce = 8

/** Makes one test call with each account, inside the same outbound safety as a client's call. In the order of the accounts. */
export async function examineAccounts(
  accounts: readonly ProviderAccount[],
  limits: Limits,
  models: ModelCatalogue,
  model: string | undefined,
  places: SecretPlaces,
): Promise<readonly Examined[]> {
  const upstreams = createUpstreams()
  const { credentials } = createAccountSecrets(upstreams, process.env, places)
  const options = {
    // A provider that is silent in the middle of its reply is not waited for any longer than one that says nothing.
    limits: { ...limits, upstreamTimeoutMs: Math.min(limits.upstreamTimeoutMs, timeoutMs) },
    credentials,
    acquire: upstreams.acquire,
    acquireNew: upstreams.acquireNew,
    replace: upstreams.replace,
    scratch: () => scratchFile(tmpdir()),
    get: (account: ProviderAccount, url: URL, headers: Readonly<Record<string, string>>) =>
      upstreams.get({
        rules: { account: account.id, allowPrivateNetwork: account.allowPrivateNetwork },
        url,
        headers,
        maxReplyBytes: maxListBytes,
        timeoutMs,
      }),
    timeoutMs,
    modelsOf: models.listModels,
    ...(model === undefined ? {} : { model }),
  }
  const results: Examined[] = []
  const waiting = accounts.entries()
  const work = async (): Promise<void> => {
    for (const [index, account] of waiting) {
      const started = performance.now()
      const diagnosis = await probeAccount(account, options)
      results[index] = { account, diagnosis, durationMs: performance.now() - started }
    }
  }
  try {
    await Promise.all(Array.from({ length: atOnce }, work))
    return results
  } finally {
    upstreams.close()
  }
}
