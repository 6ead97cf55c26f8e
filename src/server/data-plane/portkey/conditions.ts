import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'
import { refused } from './refusals.ts'

/** What a condition may look at. */
export interface ConditionFacts {
  readonly metadata: JsonObject
  /** The client's body. */
  readonly params: JsonObject
  /** Of the request: `/v1/chat/completions`. */
  readonly pathname: string
}

export type Condition = (facts: ConditionFacts) => boolean

/** Reads the `query` of a condition: https://portkey.ai/docs/product/ai-gateway/conditional-routing. Throws `invalid_request`. */
export function readCondition(query: JsonValue | undefined, place: string): Condition {
  if (!isJsonObject(query) || Object.keys(query).length === 0) throw refused(place, 'takes an object with conditions.')
  return allOf(
    Object.entries(query).map(([name, value]) => {
      const at = `${place}.${name}`
      if (name === '$and') return allOf(conditionsIn(value, at))
      if (name === '$or') return anyOf(conditionsIn(value, at))
      return ofField(fieldOf(name, at), value, at)
    }),
  )
}

function conditionsIn(value: JsonValue | undefined, place: string): readonly Condition[] {
  if (!Array.isArray(value) || value.length === 0) throw refused(place, 'takes a list of conditions.')
  return value.map((query, index) => readCondition(query, `${place}[${index}]`))
}

function allOf(conditions: readonly Condition[]): Condition {
  return (facts) => conditions.every((holds) => holds(facts))
}

function anyOf(conditions: readonly Condition[]): Condition {
  return (facts) => conditions.some((holds) => holds(facts))
}

type Field = (facts: ConditionFacts) => JsonValue | undefined

function fieldOf(name: string, place: string): Field {
  const [root, ...steps] = name.split('.')
  if (name === 'url.pathname') return ({ pathname }) => pathname
  if ((root !== 'metadata' && root !== 'params') || steps.length === 0)
    throw refused(place, 'is no field; there are `metadata.<name>`, `params.<name>` and `url.pathname`.')
  return (facts) => steps.reduce<JsonValue | undefined>(memberOf, facts[root])
}

function memberOf(value: JsonValue | undefined, step: string): JsonValue | undefined {
  return isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined
}

function ofField(field: Field, value: JsonValue | undefined, place: string): Condition {
  if (!isJsonObject(value)) return (facts) => isEqual(field(facts), value)
  return allOf(
    Object.entries(value).map(([name, operand]) => {
      const test = operatorOf(name, operand, `${place}.${name}`)
      return (facts: ConditionFacts) => test(field(facts))
    }),
  )
}

type Test = (value: JsonValue | undefined) => boolean

function operatorOf(name: string, operand: JsonValue | undefined, place: string): Test {
  switch (name) {
    case '$eq':
      return (value) => isEqual(value, operand)
    case '$ne':
      return (value) => !isEqual(value, operand)
    case '$in':
    case '$nin': {
      if (!Array.isArray(operand)) throw refused(place, 'takes a list.')
      const isWanted = name === '$in'
      return (value) => operand.some((one) => isEqual(value, one)) === isWanted
    }
    case '$gt':
      return (value) => compared(value, operand, (a, b) => a > b)
    case '$gte':
      return (value) => compared(value, operand, (a, b) => a >= b)
    case '$lt':
      return (value) => compared(value, operand, (a, b) => a < b)
    case '$lte':
      return (value) => compared(value, operand, (a, b) => a <= b)
    case '$regex':
      throw refused(place, 'is not there: a pattern of a client may run for ever; use `$in` or `$eq`.')
    default:
      throw refused(place, 'is no operator; there are $eq, $ne, $in, $nin, $gt, $gte, $lt and $lte.')
  }
}

/** Metadata holds texts only, so a number in a condition means its digits too. */
function isEqual(value: JsonValue | undefined, wanted: JsonValue | undefined): boolean {
  return value === wanted || (typeof value === 'string' && typeof wanted === 'number' && value === String(wanted))
}

function compared(
  value: JsonValue | undefined,
  wanted: JsonValue | undefined,
  test: (a: number, b: number) => boolean,
): boolean {
  const [a, b] = [numberOf(value), numberOf(wanted)]
  return a !== undefined && b !== undefined && test(a, b)
}

function numberOf(value: JsonValue | undefined): number | undefined {
  if (typeof value === 'number') return value
  const isDigits = typeof value === 'string' && /^-?\d{1,15}(?:\.\d{1,15})?$/.test(value)
  return isDigits ? Number(value) : undefined
}
