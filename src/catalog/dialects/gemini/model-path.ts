import { pathStep } from '../../../core/model/path-step.ts'

/** Where a model stands below the base URL. A tuned model has a collection of its own. */
export function modelPath(model: string): string {
  const [, collection = 'models', name = model] = /^(models|tunedModels)\/(.+)$/s.exec(model) ?? []
  return `/${collection}/${pathStep(name)}`
}
