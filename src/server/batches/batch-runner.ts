import type { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type {
  Batch,
  BatchLine,
  BatchStore,
  ClaimedLine,
  LineResult,
  LineSpend,
  StoredFile,
} from '../../core/calls/batch.ts'
import type { ErrorCode } from '../../core/errors.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../core/wire/json.ts'
import { isDeeperThan, maxJsonDepth } from '../../core/wire/json-depth.ts'
import { checkedLine, readBatchLine } from './batch-lines.ts'
import type { FileFolder } from './file-folder.ts'
import { FILE_KEPT_MS } from './kept-files.ts'
import { type FileLine, lineCutter } from './line-cutter.ts'
import type { LineError } from './line-format.ts'
import { lineFormats } from './line-formats.ts'
import type { MemoryExchange, MemoryReply } from './memory-exchange.ts'

export interface BatchRunnerOptions {
  readonly store: BatchStore
  readonly folder: FileFolder
  /** Of this process, among those that share the store. */
  readonly holder: string
  readonly maxConcurrentLines: number
  now(): number
  /** Milliseconds until a line is tried again that failed so often. */
  retryDelayMs(attempts: number): number
  /** Makes one call in the name of the batch's key. */
  call(batch: Batch, body: Buffer): MemoryExchange
  /** What an answer says that it has used. */
  spentBy(batch: Batch, reply: JsonObject): LineSpend
  newFileId(): string
  log(fault: unknown): void
}

export interface BatchRunner {
  /** There may be something to do. */
  wake(): void
  /** Ends the calls in flight; their lines are run again by whoever comes next. */
  close(): Promise<void>
}

const LEASE_MS = 60_000
const LOOK_EVERY_MS = 1000
const MAX_ATTEMPTS = 4
const LINES_A_TURN = 200
const RESULTS_A_PAGE = 100

/** Faults that may be gone a little later. */
const passing: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504, 529])

/** Limits and budgets of whoever made the batch. */
const ownLimits: ReadonlySet<string> = new Set(['rate_limited', 'budget_exceeded'] satisfies ErrorCode[])

/** Works batches off, beside the calls of clients: reads their files, runs their lines a few at a time, and writes the results. */
export function createBatchRunner(options: BatchRunnerOptions): BatchRunner {
  const { store, folder, holder, maxConcurrentLines, now, log } = options
  const running = new Map<Promise<void>, MemoryExchange | undefined>()
  const unstored = new Map<ClaimedLine, LineResult>()
  let isClosed = false
  let isLooking = false
  let isAwake = false
  let isSweepDue = true
  let renewedAt = now()
  let hasFailed = false
  let looking: Promise<void> = Promise.resolve()

  /** One look at a time; who asks meanwhile is served by another. */
  function wake(): void {
    isAwake = true
    if (isLooking) return
    isLooking = true
    looking = look()
  }

  async function look(): Promise<void> {
    try {
      while (isAwake && !isClosed) {
        isAwake = false
        storeAgain()
        // After a fault, whoever holds answers stores them before somebody else takes their lines: one look for that alone.
        if (hasFailed) {
          hasFailed = false
          return
        }
        if (isSweepDue) await removeExpired()
        for (let batch = claim('validating'); batch !== undefined; batch = claim('validating')) await validate(batch)
        startLines()
        store.settle(now())
        for (let batch = claim('finalizing'); batch !== undefined; batch = claim('finalizing')) await finish(batch)
      }
    } catch (fault) {
      // What is wrong with the store now may be well a little later.
      log(fault)
      hasFailed = true
    } finally {
      isLooking = false
    }
  }

  function claim(status: 'validating' | 'finalizing'): Batch | undefined {
    return isClosed ? undefined : store.claimBatch(status, holder, now(), LEASE_MS)
  }

  function startLines(): void {
    // What cannot be stored counts: no more is asked for while nothing can be kept.
    while (running.size + unstored.size < maxConcurrentLines && !isClosed) {
      const claimed = store.claimLine(holder, now(), LEASE_MS)
      if (claimed === undefined) return
      const work: Promise<void> = runLine(claimed, (exchange) => running.set(work, exchange))
        .catch((fault) => {
          log(fault)
          attempt(() => tryLater(claimed, lineFault(claimed, 'internal_error', 'The call could not be made.')))
        })
        .finally(() => {
          running.delete(work)
          wake()
        })
      running.set(work, undefined)
    }
  }

  async function validate(batch: Batch): Promise<void> {
    let file: Readable
    try {
      file = await folder.stream(batch.inputFile)
    } catch {
      store.fail(batch, 'The input file is gone.', now())
      return
    }
    // Whoever read it before did not get to its end.
    await removeLines(batch)
    const { maxLines } = lineFormats[batch.dialect]
    let number = 0
    let lines: BatchLine[] = []
    const seen = new Set<string>()
    for await (const line of linesOf(file)) {
      if (++number > maxLines) return store.fail(batch, `The input file has more than ${maxLines} lines.`, now())
      lines.push(checkedLine(line, { batch, number, seen }))
      if (lines.length < LINES_A_TURN) continue
      store.addLines(batch, lines)
      lines = []
      // Calls of clients have their turn.
      await setImmediate()
    }
    store.addLines(batch, lines)
    if (number === 0) store.fail(batch, 'The input file has no lines.', now())
    else store.start(batch, now())
  }

  async function removeLines(batch: Batch): Promise<void> {
    while (store.removeLines(batch, LINES_A_TURN)) await setImmediate()
  }

  async function runLine(claimed: ClaimedLine, started: (exchange: MemoryExchange) => void): Promise<void> {
    const { batch, line, attempts } = claimed
    const format = lineFormats[batch.dialect]
    let read: ReturnType<typeof readBatchLine>
    try {
      read = readBatchLine(await folder.readSpan(batch.inputFile, line.start, line.length), batch.endpoint, format)
    } catch {
      read = { fault: 'is gone with the input file' }
    }
    if ('fault' in read)
      return store.finishLine(
        claimed,
        lineFault(claimed, 'invalid_batch_line', `${format.subject(line.number)} ${read.fault}.`),
      )
    if (isClosed) return store.postponeLine(claimed, attempts, now())
    const exchange = options.call(batch, read.body)
    started(exchange)
    const reply = await exchange.reply.catch(() => undefined)
    // Cut off by a stop of the gateway, which is no fault of the line.
    if (reply === undefined && isClosed) return store.postponeLine(claimed, attempts, now())
    if (reply === undefined) return tryLater(claimed, lineFault(claimed, 'internal_error', 'The call was cut off.'))
    const body = resultBody(reply.body.toString('utf8'))
    const response = {
      status: reply.status,
      callId: reply.headers['x-portcullis-call-id'] ?? '',
      body,
    }
    const result = {
      isError: reply.status >= 400,
      ...(isJsonObject(body) && reply.status < 400 ? { spent: options.spentBy(batch, body) } : {}),
      text: format.result({ batchId: batch.id, number: line.number, customId: line.customId, response }),
    }
    const waitMs = waitOf(reply)
    const until = now() + waitMs
    // Without a wait it is for other calls of the caller to end.
    if (waitMs > 0 && ownLimits.has(reply.headers['x-portcullis-error'] ?? '')) {
      if (until >= batch.expiresAt) return keep(claimed, result)
      // The caller's own limits only say when: a batch may be larger than what they let through at once.
      store.postponeLine(claimed, attempts, until)
      store.pauseBatch(batch, until)
    } else if (passing.has(reply.status)) tryLater(claimed, result, waitMs)
    else keep(claimed, result)
  }

  /** What came of it is its result once it was tried often enough. */
  function tryLater(claimed: ClaimedLine, result: LineResult, waitMs = 0): void {
    const { attempts } = claimed
    const delayMs = Math.max(waitMs, options.retryDelayMs(attempts))
    if (attempts + 1 < MAX_ATTEMPTS) store.postponeLine(claimed, attempts + 1, now() + delayMs)
    else keep(claimed, result)
  }

  /** An answer is paid: one that cannot be stored now stays in memory, and its line held, until it can. */
  function keep(claimed: ClaimedLine, result: LineResult): void {
    try {
      store.finishLine(claimed, result)
    } catch (fault) {
      log(fault)
      unstored.set(claimed, result)
    }
  }

  function storeAgain(): void {
    for (const [claimed, result] of unstored) {
      store.finishLine(claimed, result)
      unstored.delete(claimed)
    }
  }

  async function finish(batch: Batch): Promise<void> {
    const at = now()
    const { hasErrorFile, ownsFile } = lineFormats[batch.dialect]
    const resultOf = (line: BatchLine): LineResult => line.result ?? neverRun(batch, line, at)
    const output = await resultFile(batch, 'output', (line) => {
      const { isError, text } = resultOf(line)
      return isError && hasErrorFile ? undefined : text
    })
    let error: StoredFile | undefined
    try {
      if (hasErrorFile)
        error = await resultFile(batch, 'error', (line) => {
          const { isError, text } = resultOf(line)
          return isError ? text : undefined
        })
      const files = { ...(output === undefined ? {} : { output }), ...(error === undefined ? {} : { error }) }
      store.finish(batch, files, at)
    } catch (fault) {
      // Nobody knows of them, and the next try writes others.
      for (const file of [output, error]) if (file !== undefined) await folder.remove(file.id)
      throw fault
    }
    if (ownsFile && store.removeFile(batch.workspace, batch.inputFile)) await folder.remove(batch.inputFile)
    await removeLines(batch)
  }

  async function resultFile(
    batch: Batch,
    kind: 'output' | 'error',
    textOf: (line: BatchLine) => string | undefined,
  ): Promise<StoredFile | undefined> {
    const id = options.newFileId()
    const writer = await folder.writer(id)
    try {
      let page = store.results(batch, 0, RESULTS_A_PAGE)
      while (page.length > 0) {
        for (const line of page) {
          const text = textOf(line)
          if (text !== undefined) await writer.write(`${text}\n`)
        }
        page = store.results(batch, page.at(-1)?.number ?? 0, RESULTS_A_PAGE)
      }
      await writer.close()
    } catch (fault) {
      await writer.abandon()
      throw fault
    }
    const createdAt = now()
    const file = {
      id,
      workspace: batch.workspace,
      purpose: 'batch_output',
      name: `${batch.id}_${kind}.jsonl`,
      bytes: writer.bytes,
      createdAt,
      expiresAt: createdAt + FILE_KEPT_MS,
    }
    return writer.bytes === 0 ? undefined : file
  }

  async function removeExpired(): Promise<void> {
    isSweepDue = false
    for (const { workspace, id, account } of store.expiredFiles(now())) {
      // The bytes first: where the disk is full, their room is what the store needs.
      if (account === undefined) await folder.remove(id)
      store.removeFile(workspace, id)
    }
  }

  const timer = setInterval(() => {
    if (running.size + unstored.size > 0 && now() - renewedAt > LEASE_MS / 4) {
      renewedAt = now()
      attempt(() => store.renew(holder, renewedAt + LEASE_MS))
    }
    isSweepDue = true
    wake()
  }, LOOK_EVERY_MS).unref()

  function attempt(work: () => void): void {
    try {
      work()
    } catch (fault) {
      log(fault)
    }
  }

  return {
    wake,
    async close() {
      isClosed = true
      clearInterval(timer)
      for (const exchange of running.values()) exchange?.abandon()
      await Promise.all([looking, ...running.keys()])
      attempt(storeAgain)
    },
  }
}

/** RFC 9110, section 10.2.3; a date is not read. */
function waitOf({ headers }: MemoryReply): number {
  const seconds = Number(headers['retry-after'])
  return seconds > 0 && Number.isFinite(seconds) ? Math.ceil(seconds * 1000) : 0
}

async function* linesOf(file: Readable): AsyncGenerator<FileLine> {
  const cutter = lineCutter()
  for await (const piece of file) yield* cutter.push(piece)
  yield* cutter.end()
}

/** A reply that is too deep to be written again stands in its result as text: a line that was answered must never run again. */
function resultBody(text: string): JsonValue {
  const json = parseJson(text)
  return json === undefined || isDeeperThan(maxJsonDepth, json) ? text : json
}

function lineFault(
  { batch, line }: Pick<ClaimedLine, 'batch' | 'line'>,
  code: LineError['code'],
  message: string,
): LineResult {
  const { number, customId } = line
  const text = lineFormats[batch.dialect].result({ batchId: batch.id, number, customId, error: { code, message } })
  return { isError: true, text }
}

function neverRun(batch: Batch, line: BatchLine, now: number): LineResult {
  const isLate = batch.times.cancelling === undefined && batch.expiresAt <= now
  return isLate
    ? lineFault({ batch, line }, 'batch_expired', 'The batch was over time before this line was run.')
    : lineFault({ batch, line }, 'batch_cancelled', 'The batch was cancelled before this line was run.')
}
