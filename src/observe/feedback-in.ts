import type { Feedback } from '../core/record/feedback.ts'
import { isJsonObject, parseJson } from '../core/wire/json.ts'
import type { SpoolFrame } from './spool-frame.ts'

const mark = '{"feedback":'

/** What somebody thought of an answer; `undefined` for a frame that holds a call, or one of another version. */
export function feedbackIn({ header }: SpoolFrame): Feedback | undefined {
  if (header === undefined || !header.startsWith(mark)) return undefined
  const read = parseJson(header)
  const feedback = isJsonObject(read) ? read['feedback'] : undefined
  if (feedback === undefined || !isJsonObject(feedback)) return undefined
  const { id, at, workspace, key, value, weight } = feedback
  const isWhole =
    [id, workspace, key].every((text) => typeof text === 'string') &&
    Number.isSafeInteger(at) &&
    [value, weight].every((amount) => typeof amount === 'number')
  return isWhole ? (feedback as unknown as Feedback) : undefined
}
