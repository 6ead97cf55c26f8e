import { createHash } from 'node:crypto'
import { ErrorReply } from '@redis/client'
import * as z from 'zod'
import { settledWithin } from '../../../core/calls/settled-within.ts'
import type { StorageTeller } from '../../../core/record/storage-state.ts'
import { connectRedis, redisReason } from './connection.ts'

export interface ScriptedRedisOptions {
  readonly url: string
  readonly patienceMs: number
  /** What it means that Redis does not answer; goes on with "cannot be reached" and the like. */
  readonly sentence: string
  readonly tell: StorageTeller
}

export interface RedisScript {
  readonly text: string
  readonly sha1: string
}

interface Given {
  readonly keys: string[]
  readonly arguments: string[]
}

/** Of the connection that this was asked by. */
export type Run = (script: RedisScript, given: Given) => Promise<unknown>

export interface ScriptedRedis {
  isThere(): boolean
  /** Connects; without it, the first ask does, and fails. */
  connect(): void
  /** Rejects when it is not done in time, or Redis says no, and tells why. */
  asked<Value>(ask: (run: Run) => Promise<Value>): Promise<Value>
  close(): Promise<void>
}

const CONNECT_TIMEOUT_MS = 1000
const MIN_WAIT_MS = 20
const MAX_WAIT_MS = 500

export function redisScript(text: string): RedisScript {
  return { text, sha1: createHash('sha1').update(text).digest('hex') }
}

/** Runs scripts in Redis or Valkey, for callers that wait a short while only. */
export function openScriptedRedis({ url, patienceMs, sentence, tell }: ScriptedRedisOptions): ScriptedRedis {
  let isClosed = false
  let client: ReturnType<typeof opened> | undefined

  function opened() {
    return connectRedis({
      url,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      firstWaitMs: MIN_WAIT_MS,
      maxWaitMs: MAX_WAIT_MS,
      failed: (reason) => tell(`${sentence} cannot be reached (${reason}).`),
    })
  }

  return {
    isThere: () => !isClosed && client?.isReady === true,
    connect() {
      client ??= opened()
    },
    async asked(ask) {
      if (isClosed) throw new Error('Redis is no longer asked.')
      client ??= opened()
      const from = client
      if (!from.isReady) throw new Error('Redis is away.')
      const run: Run = ({ text, sha1 }, given) =>
        from.evalSha(sha1, given).catch((fault: unknown) => {
          // One that was started anew does not know it.
          if (fault instanceof ErrorReply && fault.message.startsWith('NOSCRIPT')) return from.eval(text, given)
          throw fault
        })
      let fault: unknown
      const told = await settledWithin(ask(run), patienceMs, (caught) => {
        fault = caught
      })
      if (told !== undefined) {
        tell(undefined)
        return told
      }
      if (fault instanceof ErrorReply) tell(`${sentence} refuses (${redisReason(fault)}).`)
      else if (fault instanceof z.ZodError) tell(`${sentence} says what this gateway does not understand.`)
      else if (fault === undefined && from === client && !isClosed) {
        // A connection that does not answer may never do so again.
        tell(`${sentence} does not answer in time.`)
        from.destroy()
        client = opened()
      }
      throw new Error('Redis did not answer.', { cause: fault })
    },
    async close() {
      isClosed = true
      if (client?.isReady) await settledWithin(client.close(), patienceMs)
      if (client?.isOpen) client.destroy()
      tell(undefined)
    },
  }
}
