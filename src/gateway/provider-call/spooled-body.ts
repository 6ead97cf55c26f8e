import { createHash } from 'node:crypto'
import type { ScratchFile } from '../../core/calls/scratch.ts'
import { GatewayError } from '../../core/errors.ts'
import { storageFault } from '../../core/record/storage-state.ts'
import { type BodySink, copySpan, type StreamedBody } from '../../core/wire/streamed-body.ts'

const whole = { start: 0, end: Number.POSITIVE_INFINITY }

/** The same body when all of it has come, from outside memory, and its SHA-256 in hex: for a signature that stands in front of it. */
export async function spooledBody(
  body: StreamedBody,
  scratch: ScratchFile,
): Promise<{ readonly body: StreamedBody; readonly sha256: string }> {
  const hash = createHash('sha256')
  await copySpan(body, whole, async (piece) => {
    hash.update(piece)
    await scratch.append([piece]).catch((cause) => Promise.reject(noRoom(cause)))
  })
  return { body: scratchBody(scratch), sha256: hash.digest('hex') }
}

/** As often as it is wanted, until the file is closed. */
function scratchBody(scratch: ScratchFile): StreamedBody {
  let sink: BodySink | undefined
  let position = 0
  let isReady = false
  let isReading = false
  const flow = async (): Promise<void> => {
    while (sink !== undefined && isReady) {
      const to = sink
      if (position >= scratch.bytes) {
        sink = undefined
        to.end()
        return
      }
      const bytes = await scratch.read(position)
      // Another target may have got its turn meanwhile.
      if (to !== sink) continue
      position += bytes.length
      isReady = to.data(bytes)
    }
  }
  const pump = (): void => {
    if (isReading) return
    isReading = true
    flow()
      .catch((cause) => {
        const to = sink
        sink = undefined
        to?.fail(noRoom(cause))
      })
      .finally(() => {
        isReading = false
        // It may have been opened anew meanwhile.
        if (sink !== undefined && isReady) pump()
      })
  }
  return {
    length: scratch.bytes,
    isSpent: false,
    open(to) {
      sink = to
      position = 0
      isReady = true
      pump()
    },
    resume() {
      isReady = true
      pump()
    },
    close() {
      sink = undefined
    },
  }
}

function noRoom(cause: unknown): GatewayError {
  if (cause instanceof GatewayError) return cause
  const fault = storageFault(cause) ?? 'cannot be used'
  return new GatewayError('store_unavailable', `The data directory ${fault}.`, { cause })
}
