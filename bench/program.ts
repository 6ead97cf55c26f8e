import type { Started } from './processes.ts'

/** Something that takes calls and passes them on to the mock. One file each in `programs/`. */
export interface Program {
  readonly id: string
  /** What is measured, for the report. */
  readonly title: string
  /** `undefined` with a reason when it cannot be had on this machine. */
  start(site: Site): Promise<RunningProgram | { readonly missing: string }>
}

export interface Site {
  readonly mockPort: number
  readonly port: number
  readonly cores: string
  /** For files of its own. */
  readonly folder: string
  /** Node that runs what is measured. */
  readonly node: string
}

/** How a client speaks that does not speak Chat Completions. */
export interface Client {
  readonly path: string
  /** How each whole reply ends. */
  readonly ending: { readonly unary: string; readonly stream: string }
}

export interface RunningProgram {
  readonly started: Started
  readonly port: number
  readonly headers: Readonly<Record<string, string>>
  /** Absent: Chat Completions. */
  readonly client?: Client
}
