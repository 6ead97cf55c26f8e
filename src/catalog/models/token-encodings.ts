/** How models of OpenAI number pieces of text, by their names: https://github.com/openai/tiktoken/blob/main/tiktoken/model.py */

export const tokenEncodings = ['o200k_base', 'cl100k_base', 'p50k_base', 'r50k_base'] as const
export type TokenEncoding = (typeof tokenEncodings)[number]

const named: readonly (readonly [RegExp, TokenEncoding])[] = [
  [/^(?:gpt-4o|gpt-4\.[15]|chatgpt-4o|gpt-5|o[134])(?:$|[-.])/, 'o200k_base'],
  [/^(?:gpt-4|gpt-3\.5-turbo|gpt-35-turbo|gpt-3\.5)(?:$|-)/, 'cl100k_base'],
  [/^(?:text-embedding-3-(?:small|large)|text-embedding-ada-002|davinci-002|babbage-002)$/, 'cl100k_base'],
  [/^(?:text-davinci-00[23]|code-(?:davinci|cushman)-00[12])$/, 'p50k_base'],
  [/^(?:text-(?:davinci|curie|babbage|ada)-001|davinci|curie|babbage|ada)$/, 'r50k_base'],
  [/^(?:text-similarity|text-search|code-search)-[a-z]+(?:-[a-z]+)*-001$/, 'r50k_base'],
]

/** Also of one that was trained further (`ft:`), and behind the name of its vendor. `undefined`: nobody here knows. */
export function tokenEncodingOf(model: string): TokenEncoding | undefined {
  const own = model.slice(model.lastIndexOf('/') + 1).toLowerCase()
  const base = own.startsWith('ft:') ? (own.split(':')[1] ?? '') : own
  return named.find(([pattern]) => pattern.test(base))?.[1]
}
