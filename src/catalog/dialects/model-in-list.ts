import type { ListedModel } from '../../core/dialect.ts'
import { GatewayError } from '../../core/errors.ts'

/** Throws `unknown_model` for a name that the caller's key may not use. */
export function modelInList(models: readonly ListedModel[], id: string): ListedModel {
  const model = models.find((candidate) => candidate.id === id)
  if (model !== undefined) return model
  throw new GatewayError('unknown_model', `There is no model "${id.slice(0, 200)}" for this key.`, { param: 'model' })
}
