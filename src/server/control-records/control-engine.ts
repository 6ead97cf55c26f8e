/** What keeps the records of the control plane: a file of one gateway, or a database that several share. */

export type ControlRow = Readonly<Record<string, unknown>>

export const controlTables = ['virtual_key', 'management_key', 'credential', 'setting'] as const
export type ControlRows = Readonly<Record<(typeof controlTables)[number], readonly ControlRow[]>>

/** SQL that both engines understand, with a `?` for each value. */
export interface ControlStatement {
  readonly sql: string
  readonly values: readonly (string | number | null)[]
  /** Thrown when the statement gives no row; nothing is changed then. */
  readonly otherwise?: () => Error
}

/** Each function may throw `store_unavailable`. */
export interface ControlEngine {
  /** As in its sentences: "control.db". */
  readonly name: string
  /** As they are now; the same object until something changes. */
  rows(): ControlRows
  /** All of it or nothing, one change after the other. Gives how many rows each statement gave. */
  change(statements: readonly ControlStatement[]): Promise<readonly number[]>
  /** Another one when another process, or another connection of this one, has changed something. */
  version(): number
  /** Calls it when a change is heard of; whoever has to know looks at the version from time to time all the same. */
  follow(changed: () => void): void
  /** What is wrong now, in sentences. */
  reasons(): readonly string[]
  close(): void | Promise<void>
}
