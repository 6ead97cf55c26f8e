import { plainLetters } from './plain-letters.ts'

/** No label and no name of a host is longer as long as it matters. */
export const MAX_HOST = 256

/**
 * Whether what stands before is the beginning of a host (`….example.com`) or of an address of mail (`…@example.com`): clients
 * make links of both, and a name that is looked up is told to whoever owns the rest of it.
 */
export function goesOnAsHost(text: string, index: number): boolean {
  const run = /^[\p{L}\p{N}_.@%&#;\\{}+-]*/u.exec(text.slice(index, index + MAX_HOST))?.[0] ?? ''
  if (run === '') return false
  const state = { pending: '' }
  const plain: string[] = []
  for (const letter of `${run} `) plainLetters(state, letter, (one) => void plain.push(one))
  return run.length >= MAX_HOST || hostBehind.test(plain.join(''))
}

/** One label may as well be the ending of a file. */
const hostBehind =
  /^[\p{L}\p{N}_+-]*(?:\.[\p{L}\p{N}_-]+)+\.(?:\p{L}{2}|xn--)|^[\p{L}\p{N}_.+-]*@[\p{L}\p{N}_-]+\.\p{L}/u
