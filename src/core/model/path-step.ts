import { GatewayError } from '../errors.ts'

/** The name of a model as one step of a path. Half of a surrogate pair, which cannot be encoded, becomes U+FFFD. */
export function pathStep(model: string): string {
  return encodeURIComponent(checkedStep(model).toWellFormed())
}

/** Throws `unknown_model` for `.` and `..`: a URL has no way to write them as a name (WHATWG URL, "double-dot path segment"). */
export function checkedStep(model: string): string {
  if (model === '.' || model === '..')
    throw new GatewayError('unknown_model', `No provider serves a model named "${model}".`, { param: 'model' })
  return model
}
