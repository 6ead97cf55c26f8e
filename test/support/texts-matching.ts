import fc from 'fast-check'

/** A few texts in which an expression finds something, of the same seed each time. */
export function textsMatching(expression: RegExp, numRuns = 3): readonly string[] {
  const once = new RegExp(expression.source, expression.flags.replace('g', ''))
  return fc
    .sample(fc.stringMatching(withoutBorders(expression.source)), { numRuns, seed: 7 })
    .filter((text) => once.test(text))
}

/** Of what stands around a match nothing can be made up: what comes out is tried. */
function withoutBorders(source: string): RegExp {
  let left = source.replaceAll('\\b', '')
  for (let start = left.search(/\(\?<?[!=]/); start >= 0; start = left.search(/\(\?<?[!=]/)) {
    let end = start + 1
    for (let depth = 1; depth > 0; end++) {
      if (left[end] === '\\') end++
      else if (left[end] === '[') while (left[end] !== ']') end += left[end] === '\\' ? 2 : 1
      else if (left[end] === '(') depth++
      else if (left[end] === ')') depth--
    }
    left = left.slice(0, start) + left.slice(end)
  }
  return new RegExp(left.replaceAll(/\.(?=[{*+])/g, '[a-z ]'))
}
