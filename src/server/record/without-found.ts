/** Takes what was found out of a body on record: nobody reads it but people, so there is nothing that has to be kept as it is. */

import { isJsonObject, type JsonValue } from '../../core/wire/json.ts'
import { stepsOf, type WireText, withTexts } from '../../gateway/inspection/wire-texts.ts'

/** `written`: what says of texts what is left of them. */
export function withoutFound(body: JsonValue, written: ReadonlyMap<WireText, string>): JsonValue {
  const all = [...written]
  const changes = all
    .filter(([text]) => !isFieldName(text))
    // Of a file in a language of its own nothing can be written anew.
    .map(([{ place, isName }, text]) => ({ place, text: isName === true ? `[file] ${text}` : text }))
  // A name stands in the places of what is in it, so those within come first.
  const names = all
    .filter(([text]) => isFieldName(text))
    .sort(([one], [other]) => (other.place?.depth ?? 0) - (one.place?.depth ?? 0))
  return names.reduce((left, [{ place }, name]) => renamed(left, stepsOf(place), name), withTexts(body, changes))
}

function isFieldName({ isName, place, text }: WireText): boolean {
  return isName === true && place?.step === text
}

function renamed(value: JsonValue, steps: ReturnType<typeof stepsOf>, name: string): JsonValue {
  const [step, ...below] = steps
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? renamed(item, below, name) : item))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => {
      if (field !== step) return [field, inner]
      return below.length === 0 ? [freeName(name, value), inner] : [field, renamed(inner ?? null, below, name)]
    }),
  )
}

/** Of two names that say the same without what was found, none is lost. */
function freeName(name: string, beside: { readonly [field: string]: unknown }): string {
  for (let count = 2, free = name; ; count++, free = `${name} ${count}`) if (!Object.hasOwn(beside, free)) return free
}
