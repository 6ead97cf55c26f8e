import type { MasterKey, SealedCredential } from '../../core/secrets/sealed-credential.ts'
import { credentialsFault } from './kept-credentials.ts'

export interface KeptWatch {
  /** What is kept may be other than it was. */
  look(): void
  /** In sentences. */
  reasons(): readonly string[]
  close(): void
}

/** A key management service that was away may be back. */
const LOOK_EVERY_MS = 60_000

/** Whether kept credentials can be opened: with another master key, or none, calls that need them fail and all else works. */
export function watchKeptCredentials(
  kept: () => readonly SealedCredential[],
  masterKey: () => Promise<MasterKey>,
  log: (message: string) => void,
): KeptWatch {
  let fault: string | undefined
  const look = (): void =>
    void credentialsFault(kept(), masterKey).then((found) => {
      if (found !== undefined && found !== fault) log(found)
      fault = found
    })
  const looking = setInterval(look, LOOK_EVERY_MS).unref()
  look()
  return { look, reasons: () => (fault === undefined ? [] : [fault]), close: () => clearInterval(looking) }
}
