import type { DetectorFileFacts } from '../../core/inspection/detector-file.ts'
import type { FromDetector } from './detector-talk.ts'

/** What a file says of itself, or why it cannot be used, in a sentence. */
export type LoadedFile = DetectorFileFacts | { readonly fault: string }

const ruleName = /^[a-z0-9][a-z0-9._-]{0,63}$/i
const MAX_FAULT = 300

export function loadedFile(message: Extract<FromDetector, { type: 'ready' | 'failed' }>): LoadedFile {
  if (message.type === 'ready') {
    const { rule, span } = message
    if (!ruleName.test(rule))
      return { fault: 'Its `name` takes letters, digits, dots, dashes and underscores, at most 64.' }
    return { rule, ...(span === undefined ? {} : { span }) }
  }
  const { fault, line } = message
  const [first = ''] = fault.trim().split('\n')
  const sentence = first.replace(/\p{Cc}/gu, ' ').slice(0, MAX_FAULT)
  return { fault: line === undefined ? sentence : `Line ${line}: ${sentence}` }
}
