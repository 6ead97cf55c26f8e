import { type ASTNode, Environment } from '@marcbachmann/cel-js'
import type { Expression, RequestFacts } from '../core/calls/route-plan.ts'

/** An expression, or one sentence on what is wrong with it. */
export type Compiled<Result> = { readonly expression: Expression<Result> } | { readonly fault: string }

const maxLength = 2000

/**
 * What an expression may be. Its size is bounded, and so is its time: CEL has no loops but those over a list that is there
 * (https://github.com/google/cel-spec), of which the facts have none that a client could make long.
 */
const environment = new Environment({
  enableOptionalTypes: true,
  limits: { maxAstNodes: 500, maxDepth: 32, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 8 },
})
environment.registerVariable({
  name: 'request',
  schema: {
    model: 'string',
    endpoint: 'string',
    stream: 'bool',
    messages: 'double',
    tools: 'double',
    hasImages: 'bool',
    hasDocuments: 'bool',
    hasAudio: 'bool',
    wantsReasoning: 'bool',
    wantsJson: 'bool',
    estimatedTokens: 'double',
    maxOutputTokens: 'double',
    text: 'string',
  } satisfies Record<Exclude<keyof RequestFacts, 'earlierTexts'>, string>,
})
environment.registerVariable('metadata', 'map<string, string>')
environment.registerVariable({ name: 'principal', schema: { key: 'string', workspace: 'string' } })
environment.registerVariable({ name: 'budget', schema: { left: 'double' } })
environment.registerVariable({ name: 'time', schema: { hour: 'double', weekday: 'double' } })

/** Compiles CEL that gives `true` or `false`. */
export function compileCondition(text: string): Compiled<boolean> {
  return compile(text, 'bool', (value) => value === true)
}

/** Compiles CEL that gives a text. */
export function compileText(text: string): Compiled<string> {
  return compile(text, 'string', String)
}

function compile<Result>(text: string, type: 'bool' | 'string', read: (value: unknown) => Result): Compiled<Result> {
  if (text.length > maxLength) return { fault: `is longer than ${maxLength} characters` }
  try {
    const run = environment.parse(text)
    // A pattern on V8's engine may take for ever on a text that a client chose.
    if (calls(run.ast, 'matches')) return { fault: 'uses `matches`; use `contains`, `startsWith` or `endsWith`' }
    const checked = run.check()
    if (!checked.valid) return { fault: firstLine(checked.error) }
    if (checked.type !== type)
      return { fault: `gives a value of type ${checked.type}, not ${type === 'bool' ? '`true` or `false`' : 'a text'}` }
    return {
      expression: {
        text,
        evaluate(facts) {
          try {
            return read(run(facts))
          } catch {
            return undefined
          }
        },
      },
    }
  } catch (fault) {
    return { fault: firstLine(fault) }
  }
}

/** The library adds the place as a drawing of several lines. */
function firstLine(fault: unknown): string {
  return (fault instanceof Error ? fault.message : 'is not valid').split('\n', 1)[0] ?? ''
}

function calls(node: unknown, name: string): boolean {
  if (Array.isArray(node)) return node.some((inner) => calls(inner, name))
  if (typeof node !== 'object' || node === null || !('op' in node)) return false
  const { op, args } = node as ASTNode
  if ((op === 'call' || op === 'rcall') && args[0] === name) return true
  return calls(args, name)
}
