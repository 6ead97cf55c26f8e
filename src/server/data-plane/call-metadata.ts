import { GatewayError } from '../../core/errors.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../core/json.ts'

const header = 'x-portcullis-metadata'
const none: Readonly<Record<string, string>> = {}

/** What a client says of a call for the routes to read: the body's `metadata`, and the header, which goes before it. Only texts count. */
export function callMetadata(
  headers: Readonly<Record<string, string>>,
  inBody: JsonValue | undefined,
): Readonly<Record<string, string>> {
  const sent = headers[header]
  if (sent === undefined && !isJsonObject(inBody)) return none
  return { ...texts(isJsonObject(inBody) ? inBody : {}), ...(sent === undefined ? {} : headerTexts(sent)) }
}

function headerTexts(sent: string): Readonly<Record<string, string>> {
  const read = parseJson(sent)
  if (isJsonObject(read) && Object.values(read).every((value) => typeof value === 'string')) return texts(read)
  throw new GatewayError('invalid_request', `\`${header}\` must be a JSON object of texts.`, { param: header })
}

function texts(fields: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}
