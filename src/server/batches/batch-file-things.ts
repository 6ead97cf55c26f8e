import { setImmediate } from 'node:timers/promises'
import { GatewayError } from '../../core/errors.ts'
import { isJsonObject, parseJson } from '../../core/json.ts'
import type { ProviderAccount } from '../../core/registry.ts'
import { refuseThings } from '../data-plane/held-things.ts'
import type { ResourceCall } from '../data-plane/serve-resource.ts'
import { BYTES_A_TURN, lineSpans } from './batch-lines.ts'

/** The lines of a file that a provider account runs as calls: each is held to what it names, as a call is. */
export async function refuseLines(
  file: Buffer,
  { held }: Pick<ResourceCall, 'held'>,
  account: ProviderAccount,
): Promise<void> {
  let number = 0
  let read = 0
  for (const { start, length } of lineSpans(file)) {
    number++
    const bytes = file.subarray(start, start + length)
    const json = parseJson(bytes.toString('utf8'))
    if (!isJsonObject(json))
      throw new GatewayError('invalid_request', `Line ${number} of the file is not a JSON object.`, { param: 'file' })
    refuseThings(held({ bytes, json }), account)
    read += length
    if (read < BYTES_A_TURN) continue
    read = 0
    // Calls of clients have their turn.
    await setImmediate()
  }
}
