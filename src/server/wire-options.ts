import type { ProviderAccount } from '../core/calls/registry.ts'
import type { ScratchFile } from '../core/calls/scratch.ts'
import type { DetectorIo } from '../core/inspection/detector-io.ts'
import type { SharedSemanticIndex } from '../gateway/cache/semantic/shared-semantic-index.ts'
import type { SharedCache } from '../gateway/cache/shared-cache.ts'
import type { Credentials } from '../gateway/credentials/credentials.ts'
import type { Approvals } from '../gateway/inspection/approvals.ts'
import type { DetectorWatch } from '../gateway/inspection/detector-watch.ts'
import type { AccountSlots } from '../gateway/queue/account-slots.ts'
import type { Fleet } from '../gateway/routing/fleet.ts'
import type { BudgetLedger } from '../registry/budget-ledger.ts'
import type { ClientSecrets } from '../registry/client-secrets.ts'
import type { Resolver } from '../registry/resolve-model.ts'
import type { KeyRing } from '../registry/virtual-keys.ts'
import type { Upstreams } from './accounts/upstreams.ts'
import type { CompiledConfig } from './config/compile.ts'
import type { Consumption } from './consumption/consumption.ts'
import type { DocumentReader } from './documents/document-reader.ts'
import type { TokenReader } from './inspection/token-reader.ts'
import type { LocalModels } from './local-models/local-embedders.ts'

export interface WireOptions {
  readonly config: CompiledConfig
  /** The accounts of the configuration, and the demo's. */
  readonly accounts: readonly ProviderAccount[]
  readonly resolver: Resolver
  readonly keys: KeyRing
  /** Absent where nothing is kept that they could be sealed with. */
  readonly clientSecrets?: ClientSecrets
  /** Those that are configured or have keys, revoked ones too. */
  readonly workspaces: ReadonlySet<string>
  readonly upstreams: Upstreams
  /** A new file for bodies that are larger than what is held. */
  scratch(key?: string): ScratchFile
  readonly credentials: Credentials
  readonly fleet: Fleet
  readonly slots: AccountSlots
  readonly budgets: BudgetLedger
  readonly consumption: Consumption
  readonly cache: SharedCache
  readonly semanticIndex: SharedSemanticIndex
  readonly localModels: LocalModels
  readonly detectorIo: DetectorIo
  readonly readDocument: DocumentReader['read']
  readonly readPictures: DocumentReader['pictures']
  readonly tokenReader: TokenReader
  readonly approvals: Approvals
  readonly detectorWatch: DetectorWatch
}
