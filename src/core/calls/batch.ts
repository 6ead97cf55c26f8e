import { GatewayError } from '../errors.ts'
import type { Holder } from '../model/holder.ts'
import type { Usage } from '../model/model-reply.ts'
import type { JsonObject } from '../wire/json.ts'

/** Files and batches of calls, which the gateway keeps and works off itself, whatever the provider of a call is. */

/** Of one workspace. Its bytes lie beside the store. */
export interface StoredFile {
  readonly id: string
  readonly workspace: string
  readonly purpose: string
  readonly name: string
  readonly bytes: number
  /** Unix milliseconds. */
  readonly createdAt: number
  readonly expiresAt?: number
  /** Its bytes are not here, but at this provider account, which gave it its id. */
  readonly account?: string
}

/** One that is being written. */
export interface ComingFile {
  readonly id: string
  readonly workspace: string
  /** Of those that come here. */
  readonly bytes: number
  /** Whoever brought it is gone by then. */
  readonly until: number
}

export type BatchStatus =
  /** Its file is still to be read. */
  'validating' | 'failed' | 'in_progress' | 'finalizing' | 'completed' | 'expired' | 'cancelling' | 'cancelled'

/** In whose words its lines and their results stand, and its clients speak of it. */
export type BatchDialect = 'openai' | 'anthropic'

export interface Batch {
  readonly id: string
  readonly dialect: BatchDialect
  readonly workspace: string
  /** The virtual key in whose name its calls are made. */
  readonly key: string
  readonly endpoint: string
  readonly inputFile: string
  readonly completionWindow: string
  readonly metadata?: JsonObject
  /** Headers that each of its calls has. */
  readonly headers?: Readonly<Record<string, string>>
  readonly status: BatchStatus
  /** When it came to each status: Unix milliseconds. */
  readonly times: Readonly<Partial<Record<BatchStatus, number>>>
  readonly expiresAt: number
  readonly outputFile?: string
  readonly errorFile?: string
  readonly counts: BatchCounts
  /** Of its lines that have ended. Absent of batches that were made before it was counted. */
  readonly usage?: BatchUsage
  /** Which answered its lines, where all of them name the same. */
  readonly model?: string
  /** Why it failed as a whole. */
  readonly fault?: string
  /** It is worked off at this provider account, which said last what `object` says; nothing above but the first lines counts. */
  readonly held?: { readonly account: string; readonly object: JsonObject }
}

/** A batch that a provider account made. */
export interface HeldBatch {
  readonly id: string
  readonly dialect: BatchDialect
  readonly workspace: string
  readonly key: string
  readonly account: string
  /** Unix milliseconds. */
  readonly createdAt: number
  readonly object: JsonObject
}

export interface BatchCounts {
  readonly total: number
  readonly completed: number
  readonly failed: number
}

/** Tokens: those from a cache are a part of the input, and those spent on thinking of the output. */
export type BatchUsage = Readonly<
  Required<Pick<Usage, 'inputTokens' | 'cachedInputTokens' | 'outputTokens' | 'reasoningTokens'>>
>

/** One line of a batch's file. */
export interface BatchLine {
  /** From 1. */
  readonly number: number
  readonly customId?: string
  /** Where it stands in the file: first byte and length. */
  readonly start: number
  readonly length: number
  /** What is written of a line that cannot be run. */
  readonly result?: LineResult
}

/** `isError`: it belongs into the file of errors. */
export interface LineResult {
  readonly isError: boolean
  readonly text: string
  /** What its answer says of its cost. Counted when the line ends, and not read back. */
  readonly spent?: LineSpend
}

export interface LineSpend {
  readonly usage?: Usage
  readonly model?: string
}

export interface ClaimedLine {
  readonly batch: Batch
  readonly line: BatchLine
  /** How often it was tried before. */
  readonly attempts: number
}

export interface Page {
  readonly limit: number
  readonly order: 'asc' | 'desc'
  /** Id of the last one of the page before. */
  readonly after?: string
}

/** Only what a workspace has made itself can be found in its name. All of it may throw `store_unavailable`. */
export interface BatchStore {
  /** Throws `upstream_invalid_reply` for an id that a provider has given before. */
  addFile(file: StoredFile): void
  file(workspace: string, id: string): StoredFile | undefined
  /** Of any workspace: the caller must look whose it is. */
  anyFile(id: string): StoredFile | undefined
  files(workspace: string, page: Page, purpose?: string): readonly StoredFile[]
  /** False when there is no such file. */
  removeFile(workspace: string, id: string): boolean
  /** Those whose time is over, of all workspaces. */
  expiredFiles(now: number): readonly StoredFile[]
  /**
   * Counts in what is on its way, for all processes, until it is counted out or its time is over. Answers what there would be too
   * much of, with the files that are there: then it is not counted in.
   */
  reserve(
    upload: ComingFile,
    most: { readonly count: number; readonly bytes: number },
    now: number,
  ): 'count' | 'bytes' | undefined
  unreserve(id: string): void

  addBatch(batch: Batch): void
  /** Throws `upstream_invalid_reply` for an id that a provider has given before. */
  addHeldBatch(batch: HeldBatch): void
  /** What its account says of it now. */
  keepObject(batch: Batch, object: JsonObject): void
  /** Of any workspace. */
  anyBatch(id: string): Holder | undefined
  batch(workspace: string, id: string): Batch | undefined
  batches(workspace: string, dialect: BatchDialect, page: Page): readonly Batch[]
  countOpenBatches(workspace: string): number
  /** Lines that wait are given up; those that run end. False when the batch is over already. */
  cancelBatch(workspace: string, id: string, now: number): boolean
  /** Of one that has ended. */
  removeBatch(workspace: string, id: string): void

  /** A batch that nobody else is reading or finishing, such as one that the holder could not end; it is held until `now + leaseMs`. */
  claimBatch(status: 'validating' | 'finalizing', holder: string, now: number, leaseMs: number): Batch | undefined
  /** Some more lines of a batch that is being read. */
  addLines(batch: Batch, lines: readonly BatchLine[]): void
  /** All its lines are known now. */
  start(batch: Batch, now: number): void
  fail(batch: Batch, fault: string, now: number): void
  /** The next line whose turn it is; it is held until `now + leaseMs`. */
  claimLine(holder: string, now: number, leaseMs: number): ClaimedLine | undefined
  /** None of its lines has its turn before then. */
  pauseBatch(batch: Batch, until: number): void
  /** Holds all that the holder has for longer. */
  renew(holder: string, until: number): void
  finishLine(claimed: ClaimedLine, result: LineResult): void
  /** Gives a line back, to be tried again from `dueAt` on. */
  postponeLine(claimed: ClaimedLine, attempts: number, dueAt: number): void
  /** Moves batches on whose lines have all ended, or whose time is over. */
  settle(now: number): void
  /** Results in the order of the lines, a page of bounded size at a time; lines that never ran have none. */
  results(batch: Batch, afterNumber: number, limit: number): readonly BatchLine[]
  /** Ends it, with its files, as what it has become: completed, expired or cancelled. */
  finish(batch: Batch, files: { readonly output?: StoredFile; readonly error?: StoredFile }, now: number): void
  /** Removes lines, of one that was read in part or has ended, a few at a time. False when none are left. */
  removeLines(batch: Batch, limit: number): boolean
  /** Nobody holds anything any more: whoever did is gone. */
  releaseAll(): void
  close(): void
}

/** The same for a file that there never was and for one of another workspace. */
export function noFile(id: string, param?: string): GatewayError {
  const details = param === undefined ? {} : { param }
  return new GatewayError('not_found', `There is no file "${id.slice(0, 100)}".`, details)
}

/** The same for one that there never was and for one of another workspace. */
export function noBatch(id: string): GatewayError {
  return new GatewayError('not_found', `There is no batch "${id.slice(0, 100)}".`)
}
