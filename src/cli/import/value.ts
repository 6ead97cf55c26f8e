import type { Field, Path } from './field.ts'

/** A text of the result: as it stands, from a variable, or a secret that is to become one. */
export type Value =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'secret'; readonly text: string; readonly path: Path }

/** How a source writes `the variable NAME`; gives the name. */
type ReferencePattern = RegExp

const variablePattern = /^[A-Za-z_][A-Za-z0-9_]*$/

export function variable(name: string): Value {
  return { kind: 'variable', name }
}

/** What the field says. A text that our file would read in another way is noted and left out. */
export function readValue(field: Field, reference: ReferencePattern, isSecret = false): Value | undefined {
  const text = field.text()
  if (text === undefined) return undefined
  const name = reference.exec(text)?.[1]
  if (name !== undefined) {
    if (variablePattern.test(name)) return variable(name)
    field.unmapped('names a variable that portcullis.yaml cannot name: it takes letters, digits and underscores')
    return undefined
  }
  if (isSecret) return { kind: 'secret', text, path: field.path }
  return literal(field, text)
}

/** `${NAME}` is plain text for the others. Written as it is, ours would fill in a secret of the environment. */
export function literal(field: Field, text: string): Value | undefined {
  if (!text.includes('$' + '{')) return { kind: 'literal', text }
  field.unmapped('holds "${", which portcullis.yaml takes for the beginning of a variable')
  return undefined
}
