/** What a gateway is started with, and what it is then. */

import type { MetadataOrigins } from './accounts/upstreams.ts'
import type { Preset, PresetEntry } from './config/guardrails-section.ts'
import type { ShownOnce } from './first-start.ts'
import type { Tryable } from './tryable.ts'

export interface StartOptions {
  /** Path of the configuration file; absent: none. */
  readonly configPath?: string
  /** Without the file the gateway starts all the same, and reads it as soon as it is there. */
  readonly configMayBeAbsent?: boolean
  readonly dataDirectory: string
  /** These win over the file. */
  readonly host?: string
  readonly port?: number
  readonly controlPort?: number
  readonly workers: number
  readonly environment: NodeJS.ProcessEnv
  readonly version: string
  /** In place of the addresses at which a cloud's machines have their metadata service, in one process. */
  readonly metadata?: MetadataOrigins
  /** The clock that consumption and the end of management keys are judged by, in Unix milliseconds. Absent: the system's. */
  now?(): number
  log(message: string): void
}

export interface RunningGateway {
  /** The address listened on. */
  readonly host: string
  /** URLs that work on this machine. */
  readonly url: string
  readonly controlUrl: string
  /** Ids of the provider accounts, the demo included. */
  readonly accounts: readonly string[]
  /** Which guardrails it begins with, and how many there are of either state with those of the file. */
  readonly inspection: {
    readonly preset: Preset
    readonly enforced: number
    readonly shadow: number
    /** Of some workspaces and keys. */
    readonly presets: readonly PresetEntry[]
  }
  readonly shown: ShownOnce
  readonly tryable: Tryable
  readonly dataDirectory: string
  /** The configuration file, and whether there was one at the start. */
  readonly configFile?: { readonly path: string; readonly isThere: boolean }
  /** Drains, flushes and stops. */
  close(): Promise<void>
}
