import type { HealthCheck, ProviderAccount } from '../../core/calls/registry.ts'
import type { GatewayError } from '../../core/errors.ts'

export interface HealthChecksOptions {
  /** Resolves with the fault that says that the account does not answer as it should. */
  ask(account: ProviderAccount, check: HealthCheck): Promise<GatewayError | undefined>
  /** How long ago a call at the account began to be answered, in milliseconds; absent: never. */
  answeredMsAgo(account: string): Promise<number | undefined>
  /** Told after each check that says something; a fault, after as many in a row as the account has it. */
  tell(account: string, isWell: boolean): void
  /** In [0, 1). */
  random(): number
  log(message: string): void
}

export interface HealthChecks {
  /** From now on these accounts, as far as they are to be checked, and no others. */
  watch(accounts: readonly ProviderAccount[]): void
  counts(): readonly CheckCounts[]
  close(): void
}

/** Of one account. */
export interface CheckCounts {
  readonly account: string
  readonly passed: number
  readonly failed: number
  /** A call had been answered, so there was nothing to ask. */
  readonly spared: number
  readonly isFailing: boolean
}

interface Watched {
  account: ProviderAccount
  check: HealthCheck
  timer: NodeJS.Timeout | undefined
  failedInARow: number
  counts: { passed: number; failed: number; spared: number }
  isFailing: boolean
}

/** Checks of many gateways, and of many accounts, must not come all at once. */
const jitter = 0.2

/** Asks accounts now and then whether they are there, one question at a time each, and none where calls were just answered. */
export function createHealthChecks({ ask, answeredMsAgo, tell, random, log }: HealthChecksOptions): HealthChecks {
  const watched = new Map<string, Watched>()

  const schedule = (entry: Watched, afterMs: number): void => {
    entry.timer = setTimeout(() => {
      void look(entry)
        .catch((fault: unknown) =>
          log(`A health check could not be made: ${fault instanceof Error ? fault.name : typeof fault}.`),
        )
        .finally(() => {
          if (isWatched(entry)) schedule(entry, entry.check.everyMs * (1 - jitter + 2 * jitter * random()))
        })
    }, afterMs).unref()
  }
  const isWatched = (entry: Watched): boolean => watched.get(entry.account.id) === entry
  const isWell = (entry: Watched): void => {
    entry.failedInARow = 0
    if (entry.isFailing) log(`The account "${entry.account.id}" passes its health check again.`)
    entry.isFailing = false
    tell(entry.account.id, true)
  }

  async function look(entry: Watched): Promise<void> {
    const { account, check, counts } = entry
    const agoMs = await answeredMsAgo(account.id)
    if (agoMs !== undefined && agoMs < check.everyMs) {
      counts.spared++
      entry.failedInARow = 0
      if (entry.isFailing && isWatched(entry)) isWell(entry)
      return
    }
    const fault = await ask(account, check)
    // Meanwhile it may be another account of that name, or none.
    if (!isWatched(entry)) return
    if (fault === undefined) {
      counts.passed++
      return isWell(entry)
    }
    counts.failed++
    if (++entry.failedInARow < check.failures) return
    if (!entry.isFailing) log(`The account "${account.id}" fails its health check (${fault.code}); routes pass it by.`)
    entry.isFailing = true
    tell(account.id, false)
  }

  const forget = (entry: Watched): void => {
    clearTimeout(entry.timer)
    watched.delete(entry.account.id)
    if (entry.isFailing) tell(entry.account.id, true)
  }

  return {
    watch(accounts) {
      const wanted = new Map(accounts.map((account) => [account.id, account]))
      for (const entry of [...watched.values()]) {
        const now = wanted.get(entry.account.id)
        if (now?.healthCheck === undefined || !isSameQuestion(now, entry.account)) forget(entry)
      }
      for (const account of accounts) {
        const { id, healthCheck } = account
        if (healthCheck === undefined) continue
        const known = watched.get(id)
        if (known !== undefined) {
          known.account = account
          known.check = healthCheck
          continue
        }
        const entry: Watched = {
          account,
          check: healthCheck,
          timer: undefined,
          failedInARow: 0,
          counts: { passed: 0, failed: 0, spared: 0 },
          isFailing: false,
        }
        watched.set(id, entry)
        schedule(entry, healthCheck.everyMs * random())
      }
    },
    counts: () =>
      [...watched.values()].map(({ account, counts, isFailing }) => ({ account: account.id, ...counts, isFailing })),
    close() {
      for (const { timer } of watched.values()) clearTimeout(timer)
      watched.clear()
    },
  }
}

/** What failed before then says something of the account as it is now. */
function isSameQuestion(now: ProviderAccount, before: ProviderAccount): boolean {
  const of = ({ provider, baseUrl, secret, secretReference, healthCheck }: ProviderAccount): string =>
    JSON.stringify([provider.id, baseUrl, secret, secretReference, healthCheck])
  return of(now) === of(before)
}
