import { setImmediate } from 'node:timers/promises'
import type { ProviderAccount } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import { isJsonObject, parseJson } from '../../core/wire/json.ts'
import { copySpan } from '../../core/wire/streamed-body.ts'
import type { ResourceCall } from '../data-plane/paths/serve-resource.ts'
import { refuseThings } from '../data-plane/things/held-things.ts'
import type { FileContent } from './file-folder.ts'
import { type FileLine, lineCutter } from './line-cutter.ts'

/** The lines of a file that a provider account runs as calls: each is held to what it names, as a call is. */
export async function refuseLines(
  content: FileContent,
  { held }: Pick<ResourceCall, 'held'>,
  account: ProviderAccount,
): Promise<void> {
  const cutter = lineCutter()
  let number = 0
  const check = (lines: readonly FileLine[]): void => {
    for (const { bytes } of lines) {
      number++
      const json = parseJson(bytes.toString('utf8'))
      if (!isJsonObject(json))
        throw new GatewayError('invalid_request', `Line ${number} of the file is not a JSON object.`, { param: 'file' })
      refuseThings(held({ bytes, json }), account)
    }
  }
  await eachPiece(content, async (piece) => {
    check(cutter.push(piece))
    // Calls of clients have their turn.
    await setImmediate()
  })
  check(cutter.end())
}

const PIECE_BYTES = 64 * 1024

async function eachPiece(content: FileContent, take: (piece: Buffer) => Promise<void>): Promise<void> {
  if (!Buffer.isBuffer(content)) return await copySpan(content.body, content, take)
  for (let start = 0; start < content.length; start += PIECE_BYTES)
    await take(content.subarray(start, start + PIECE_BYTES))
}
