import { isJsonObject, type JsonValue } from '../../../core/wire/json.ts'
import { refused } from './refusals.ts'

const maxTexts = 32
/** Portkey's. */
const maxLength = 128

/** Metadata of a header or a config: https://portkey.ai/docs/product/observability/metadata. Throws `invalid_request`. */
export function readMetadata(value: JsonValue | undefined, place: string): Readonly<Record<string, string>> {
  if (value === undefined) return {}
  const entries = isJsonObject(value) ? Object.entries(value).filter(isShortText) : []
  if (isJsonObject(value) && entries.length === Object.keys(value).length && entries.length <= maxTexts)
    return Object.fromEntries(entries)
  throw refused(place, `takes a JSON object of at most ${maxTexts} texts of at most ${maxLength} characters.`)
}

function isShortText(entry: [string, JsonValue | undefined]): entry is [string, string] {
  return typeof entry[1] === 'string' && entry[1].length <= maxLength && entry[0].length <= maxLength
}
