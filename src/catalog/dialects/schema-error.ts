import type * as z from 'zod'
import { GatewayError } from '../../core/errors.ts'
import { isDeeperThan, maxJsonDepth } from '../../core/wire/json-depth.ts'

/** Reads a body with a schema. The first wrong field becomes one sentence; none of its value is shown. */
export function readWith<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  if (isDeeperThan(maxJsonDepth, body))
    throw new GatewayError('invalid_request', `The body is nested deeper than ${maxJsonDepth} levels.`)
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const issue = deepest(result.error.issues)
  const param = pathText(issue?.path ?? [])
  const fault = issue === undefined ? 'is not valid' : faultText(issue)
  throw new GatewayError('invalid_request', param === '' ? `The body ${fault}.` : `\`${param}\` ${fault}.`, { param })
}

type Issue = z.core.$ZodIssue

/** A union reports that nothing fitted; the branch that came furthest says why. */
function deepest(issues: readonly Issue[]): Issue | undefined {
  const issue = issues[0]
  if (issue?.code !== 'invalid_union' || issue.errors.length === 0) return issue
  let best: Issue | undefined
  for (const branch of issue.errors) {
    const found = deepest(branch)
    if (found !== undefined && (best === undefined || found.path.length > best.path.length)) best = found
  }
  if (best === undefined || best.path.length === 0) return issue
  return { ...best, path: [...issue.path, ...best.path] }
}

function faultText(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined && issue.message.includes('undefined')
        ? 'is missing'
        : `must be ${article(issue.expected)}`
    case 'invalid_value':
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`
    case 'invalid_union':
      return issue.discriminator === undefined ? 'has the wrong type' : `has an unknown \`${issue.discriminator}\``
    case 'too_small':
      return issue.origin === 'array'
        ? 'must not be empty'
        : `must be at least ${String(issue.minimum)}${issue.inclusive === false ? ' and more' : ''}`
    default:
      return 'is not valid'
  }
}

function article(type: string): string {
  const name = type === 'record' ? 'object' : type === 'int' ? 'whole number' : type
  return `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`
}

/** `messages[2].content`. */
function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, step) =>
      typeof step === 'number' ? `${text}[${step}]` : text === '' ? String(step) : `${text}.${String(step)}`,
    '',
  )
}
