import { isJsonObject, type JsonValue, parseJson } from '../../../../core/wire/json.ts'
import type { Field } from '../../field.ts'

/**
 * A query of a condition as CEL; noted where it cannot be one.
 * https://portkey.ai/docs/product/ai-gateway/conditional-routing
 */
export function conditionOf(field: Field): string | undefined {
  const query = parseJson(field.json() ?? '')
  const text = query === undefined ? undefined : queryText(query)
  if (text === undefined || text.includes('$' + '{')) {
    field.remark(
      'cannot be an `if` of a route: those go by texts of `metadata` and `url.pathname`, with $eq, $ne, $in, $nin, $and, $or',
    )
    return undefined
  }
  return text
}

function queryText(query: JsonValue): string | undefined {
  return isJsonObject(query)
    ? joined(
        Object.entries(query).map(([name, value]) => (value === undefined ? undefined : partText(name, value))),
        '&&',
      )
    : undefined
}

function partText(name: string, value: JsonValue): string | undefined {
  if (name === '$and' || name === '$or')
    return Array.isArray(value) ? joined(value.map(queryText), name === '$and' ? '&&' : '||') : undefined
  const subject = subjectOf(name)
  if (subject === undefined) return undefined
  const tests = isJsonObject(value) ? Object.entries(value) : [['$eq', value] as const]
  return joined(
    tests.map(([operator, operand]) => (operand === undefined ? undefined : testText(subject, operator, operand))),
    '&&',
  )
}

interface Subject {
  readonly text: string
  /** Holds when there is nothing to compare, which is not the same as anything. */
  readonly missing?: string
}

function subjectOf(name: string): Subject | undefined {
  if (name === 'url.pathname') return { text: 'request.endpoint' }
  const [, key] = /^metadata\.(.+)$/s.exec(name) ?? []
  return key === undefined
    ? undefined
    : { text: `metadata[${JSON.stringify(key)}]`, missing: `!(${JSON.stringify(key)} in metadata)` }
}

function testText({ text, missing }: Subject, operator: string, operand: JsonValue): string | undefined {
  const unless = (test: string): string => (missing === undefined ? test : `(${missing} || ${test})`)
  if (operator === '$eq' || operator === '$ne') {
    if (typeof operand !== 'string') return undefined
    const literal = JSON.stringify(operand)
    return operator === '$eq' ? `${text} == ${literal}` : unless(`${text} != ${literal}`)
  }
  if (operator !== '$in' && operator !== '$nin') return undefined
  if (!Array.isArray(operand) || !operand.every((item) => typeof item === 'string')) return undefined
  const test = `${text} in ${JSON.stringify(operand)}`
  return operator === '$in' ? test : unless(`!(${test})`)
}

/** Nothing when a part is not to be had: the rest alone would hold for other calls. */
function joined(parts: readonly (string | undefined)[], operator: '&&' | '||'): string | undefined {
  const texts = parts.filter((part) => part !== undefined)
  if (texts.length === 0 || texts.length < parts.length) return undefined
  return texts.length === 1 ? texts[0] : `(${texts.join(` ${operator} `)})`
}
