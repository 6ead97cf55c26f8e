/**
 * Whether a text ends as an expression says that ends with `$`. Read backwards from there: a search tries each place of the text, and
 * most of what stands before a name or a number ends as none of these.
 */
export function endsAs({ source, flags }: RegExp): (text: string) => boolean {
  const behind = new RegExp(`(?<=(?:${source}))`, `${flags}y`)
  return (text) => {
    behind.lastIndex = text.length
    return behind.test(text)
  }
}
