/** `AKIA R5KP VFQP …`, `sk-proj-ROcq mcAm …`: a key in groups of the same length, as people write down what they read out. */
export interface Groups {
  /** What stands behind the beginning, without the gaps; with and without a shorter word at the end. */
  readonly texts: readonly string[]
  /** Where the first `length` of it end in the text that they were taken from. */
  endOf(length: number): number
}

/** By the length of a group: as many as there are, and a shorter one. What is longer than 260 signs is no key. */
const runs = Array.from({ length: 9 }, (_, size) =>
  size < 2
    ? undefined
    : new RegExp(
        `([ -])[A-Za-z0-9_]{${size}}(?:\\1[A-Za-z0-9_]{${size}}){2,${Math.ceil(260 / size)}}(?![A-Za-z0-9_])(?:\\1([A-Za-z0-9_]{1,${size - 1}})(?![A-Za-z0-9_]))?`,
        'y',
      ),
)
const rest = /[A-Za-z0-9_]{0,8}/y
const firstGroup = /[ -]([A-Za-z0-9_]{2,8})(?![A-Za-z0-9_])/y
/** No word in a sentence. */
const isDrawn = /[0-9]|[a-z][A-Z]|^[A-Z]+$/

/** What follows a beginning that no key follows at once; nothing where no three groups of one length do. */
export function groupsBehind(text: string, end: number): Groups | undefined {
  rest.lastIndex = end
  const first = rest.exec(text)?.[0] ?? ''
  const from = end + first.length
  firstGroup.lastIndex = from
  const size = firstGroup.exec(text)?.[1]?.length ?? 0
  const run = runs[size]
  if (run === undefined || first.length > size || (first !== '' && !isDrawn.test(first))) return undefined
  run.lastIndex = from
  const match = run.exec(text)
  if (match === null) return undefined
  const [written, gap = ' ', last] = match
  const groups = written.slice(1).split(gap)
  if (groups.filter((group) => isDrawn.test(group)).length * 3 < groups.length) return undefined
  const whole = first + groups.join('')
  return {
    texts: last === undefined ? [whole] : [whole, whole.slice(0, -last.length)],
    endOf: (length) => end + length + Math.max(0, Math.ceil((length - first.length) / size)),
  }
}

/** Where a beginning stands behind which groups may go on to be a key; the length of the text where none does. */
export function openGroupsFrom(text: string, beginning: RegExp): number {
  const words = text.slice(Math.max(0, text.length - 400)).split(' ')
  let open = text.length
  let at = text.length - (words.pop()?.length ?? 0)
  let size: number | undefined
  for (let word = words.pop(); word !== undefined; word = words.pop()) {
    at -= word.length + 1
    const behind = beginning.exec(word)
    const first = behind === null ? undefined : word.slice(behind[0].length)
    // What is longer than a group is no first of several.
    if (first !== undefined && first.length <= 8 && /^$|[0-9]|[a-z][A-Z]|^[A-Z]/.test(first)) open = at
    size ??= word.length
    if (word.length !== size || size > 8) break
  }
  return open
}
