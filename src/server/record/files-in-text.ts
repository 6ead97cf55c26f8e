import { isJsonObject, type JsonValue, parseJson } from '../../core/wire/json.ts'
import { type TextFile, textFileIn } from '../../gateway/inspection/text-file.ts'

/**
 * A body on record that is no JSON as it stands (a stream, what a raw request was answered, what was cut), with other text files
 * in the strings of its JSON. `masked`: what is left of a text.
 */
export function withMaskedFiles(body: JsonValue, masked: (text: string) => string): JsonValue {
  if (typeof body === 'string') return withMasked(body, masked)
  if (!isJsonObject(body) || typeof body['raw'] !== 'string') return body
  const raw = withMasked(body['raw'], masked)
  return raw === body['raw'] ? body : { ...body, raw }
}

/** A string of JSON that may be Base64, or the rest of one that was cut. */
const strings = /(?<=")(?:data:[^,"]{0,200};base64,)?(?:[A-Za-z0-9+/_-]|\\[/nr]){24,}={0,2}(?="|$)/gi

function withMasked(text: string, masked: (text: string) => string): string {
  return text.replace(strings, (string, at: number) => {
    const value = parseJson(`"${string}"`)
    if (typeof value !== 'string') return string
    const file = fileIn(value, at + string.length === text.length)
    if (file === undefined) return string
    // Nothing of RTF can be written anew, and nobody but people reads it here.
    const all = [file.text, ...file.others].map(masked)
    const isSame = all.every((now, index) => now === [file.text, ...file.others][index])
    if (isSame) return string
    const now = file.isRtf || file.others.length > 0 ? `[file] ${all[0]}` : file.written(all[0] ?? '')
    return JSON.stringify(now).slice(1, -1)
  })
}

/** Of a string that was cut, as much as is whole in any encoding. */
function fileIn(value: string, isCut: boolean): TextFile | undefined {
  const whole = textFileIn(value, true)
  if (whole !== undefined || !isCut) return whole
  const start = value.lastIndexOf(',') + 1
  return textFileIn(value.slice(0, start + Math.floor((value.length - start) / 8) * 8), true)
}
