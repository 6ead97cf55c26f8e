/** Of a text with a licence key in it, one of these is a part. */
export const productWords: readonly string[] = ['keys', 'codes', 'serials', 'number', 'ssel']
/** Of one that speaks of the model's instructions. */
export const promptWords: readonly string[] = [
  'instruction',
  'prompt',
  'rules',
  'guidelines',
  'directives',
  'message',
  'orders',
  'commands',
]
/** What the rules for requests in a frame need, in lower case. */
export const framedWords: readonly string[] = [...productWords, ...promptWords]
