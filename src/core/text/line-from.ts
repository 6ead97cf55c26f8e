/** Where the last line of a text begins, or so many characters before its end where the line is longer. */
export function lineFrom(text: string, most: number): number {
  const from = Math.max(0, text.length - most)
  return from + text.slice(from).lastIndexOf('\n') + 1
}
