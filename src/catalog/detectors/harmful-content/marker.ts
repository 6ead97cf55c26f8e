/**
 * Puts a mark where something stands: `_`, `sign` as often as there is room, `_`. It is as long as the words, so that places in
 * the text stay what they are. The expression is made when it is first run.
 */
export function marker(source: string, sign: string): (sentence: string) => string {
  let expression: RegExp | undefined
  return (sentence) => {
    expression ??= new RegExp(String.raw`(?<![\w-])(?:${source})(?!\w)`, 'gi')
    return sentence.replace(expression, (words) => `_${sign.repeat(Math.max(0, words.length - 2))}_`)
  }
}
