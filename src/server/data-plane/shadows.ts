import { setImmediate } from 'node:timers/promises'
import { noCache } from '../../core/calls/cache.ts'
import type { ModelCall, ModelReply, Next } from '../../core/calls/call.ts'
import { CallLifetime } from '../../core/calls/lifetime.ts'
import { GatewayError } from '../../core/errors.ts'
import type { EventSink } from '../../core/record/call-record.ts'
import type { CallExchange } from '../http/exchange.ts'
import type { Deadlines } from './deadlines.ts'
import { CallRecorder } from './record/call-recorder.ts'
import { asGatewayError, writeReply } from './reply/reply-writer.ts'
import { callId } from './request/call-id.ts'
import type { Runtime } from './runtime.ts'

/** Copies of calls that go elsewhere too. What becomes of them changes nothing for the clients of the calls. */
export interface Shadows {
  /** Sends a copy of a call whose answer is on its way, if its route wants one. Never throws, never waits. */
  follow(call: ModelCall, recorder: CallRecorder, runtime: ShadowRuntime): void
  /** Copies that were not made, as there were too many at once. */
  readonly dropped: number
  /** Ends those that are on their way. */
  close(): Promise<void>
}

type ShadowRuntime = Pick<Runtime, 'limits' | 'recordSettings' | 'shadowOf'>

export interface ShadowOptions {
  readonly sink: EventSink
  readonly deadlines: Deadlines
  log(fault: unknown, callId: string): void
}

/** In one process. They hold bodies, and nobody waits for them. */
const maxAtOnce = 32
const maxBytesAtOnce = 32 * 2 ** 20

export function createShadows({ sink, deadlines, log }: ShadowOptions): Shadows {
  const running = new Map<CallLifetime, Promise<void>>()
  let bytes = 0
  let dropped = 0

  async function run(
    original: ModelCall,
    recorderOfOriginal: CallRecorder,
    runtime: ShadowRuntime,
    pipeline: Next<ModelCall, ModelReply>,
  ): Promise<void> {
    const { limits } = runtime
    const recorder = recorderOf(original, recorderOfOriginal, runtime, sink)
    const lifetime = new CallLifetime()
    const { promise, resolve } = Promise.withResolvers<void>()
    running.set(lifetime, promise)
    bytes += original.wire.bytes.length
    deadlines.set(lifetime, limits.deadlineMs, () => new GatewayError('deadline_exceeded', late(limits.deadlineMs)))
    const over = (): void => {
      if (!running.delete(lifetime)) return
      bytes -= original.wire.bytes.length
      deadlines.delete(lifetime)
      resolve()
    }
    const call = copyOf(original, recorder, lifetime)
    try {
      // The client's answer leaves first.
      await setImmediate()
      const reply = await pipeline(call)
      if (lifetime.reason !== undefined) throw lifetime.reason
      writeReply(nobody(over), call, reply, recorder, limits.maxReplyBytes)
    } catch (fault) {
      const error = asGatewayError(fault)
      if (error.code === 'internal_error') log(fault, recorder.id)
      lifetime.end(error)
      recorder.end(error.status, error)
      over()
    }
  }

  return {
    follow(call, recorder, runtime) {
      if (!isCopied(call)) return
      const pipeline = runtime.shadowOf(call.model)
      if (pipeline === undefined) return
      if (running.size >= maxAtOnce || bytes + call.wire.bytes.length > maxBytesAtOnce) dropped++
      else void run(call, recorder, runtime, pipeline)
    },
    get dropped() {
      return dropped
    },
    async close() {
      for (const lifetime of running.keys())
        lifetime.end(new GatewayError('shutting_down', 'The gateway was stopped before the copy was answered.'))
      await Promise.all(running.values())
    },
  }
}

/** A body that passes through is gone, and a session goes on only where it is held. */
function isCopied({ endpoint, upload, heldBy }: ModelCall): boolean {
  return endpoint.kind === 'dialect' && upload === undefined && heldBy === undefined
}

function recorderOf(
  { endpoint, principal, model, stream, wire }: ModelCall,
  original: CallRecorder,
  { recordSettings }: ShadowRuntime,
  sink: EventSink,
): CallRecorder {
  const recorder = new CallRecorder(callId(), endpoint, performance.now(), sink)
  recorder.shadows(original)
  recorder.calledBy(principal, recordSettings(principal.workspace))
  recorder.bodyRead(wire.bytes)
  recorder.asked(model, stream)
  return recorder
}

function copyOf(original: ModelCall, recorder: CallRecorder, lifetime: CallLifetime): ModelCall {
  const { headers, principal } = original
  return {
    ...original,
    id: recorder.id,
    lifetime,
    reserved: recorder,
    // Others wait for their answers.
    principal: { ...principal, priority: 'low' },
    // At the same account the copy would be taken for a repetition.
    headers: headers.filter((_, index) => headers[index - (index % 2)] !== 'idempotency-key'),
    wish: noCache,
    emit: (fact) => recorder.fact(fact),
  }
}

function late(deadlineMs: number): string {
  return `The copy of the call took longer than ${deadlineMs} ms.`
}

/** Takes a reply as fast as it comes, and keeps nothing of it. */
function nobody(over: () => void): CallExchange {
  let isCommitted = false
  const nothing = (): void => undefined
  return {
    method: 'POST',
    url: '',
    headers: {},
    remoteAddress: undefined,
    get isCommitted() {
      return isCommitted
    },
    onDrain: undefined,
    set onOver(_: (isWhole: boolean) => void) {
      // Nobody can leave.
    },
    readBody: nothing,
    pauseBody: nothing,
    resumeBody: nothing,
    dropBody: nothing,
    expire: nothing,
    begin() {
      isCommitted = true
    },
    write: () => true,
    reply() {
      isCommitted = true
      over()
    },
    end: over,
    destroy: over,
  }
}
