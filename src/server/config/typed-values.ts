/** Numbers and switches from the environment, whose variables hold text only. */
import { type Document, isScalar, type Scalar } from 'yaml'
import type * as z from 'zod'

/**
 * Makes a number or a switch of a value that is one variable as a whole, where the schema wants one: `port: ${PORT}`.
 * Whether anything was changed. A text that only looks like a number stays one: the schema decides, not the looks.
 */
export function takeTypes(
  yaml: Document.Parsed,
  variables: ReadonlySet<Scalar>,
  issues: readonly z.core.$ZodIssue[],
): boolean {
  let isChanged = false
  for (const { path, expected } of typeIssues(issues, [])) {
    const node = yaml.getIn(path, true)
    if (!isScalar(node) || !variables.has(node) || typeof node.value !== 'string') continue
    const value = typed(node.value, expected)
    if (value === undefined) continue
    node.value = value
    isChanged = true
  }
  return isChanged
}

function typed(text: string, expected: string): number | boolean | undefined {
  if (expected === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined
  const isNumber = expected === 'number' || expected === 'int'
  return isNumber && /^-?\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : undefined
}

interface TypeIssue {
  readonly path: readonly PropertyKey[]
  readonly expected: string
}

function typeIssues(issues: readonly z.core.$ZodIssue[], parent: readonly PropertyKey[]): TypeIssue[] {
  return issues.flatMap((issue) => {
    const path = [...parent, ...issue.path]
    if (issue.code === 'invalid_union') return issue.errors.flatMap((inner) => typeIssues(inner, path))
    return issue.code === 'invalid_type' ? [{ path, expected: issue.expected }] : []
  })
}
