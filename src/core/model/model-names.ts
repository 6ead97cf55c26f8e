/** By what names a model is known that a call may reach. */
import type { Target } from '../calls/registry.ts'
import { plainName } from '../text/plain-name.ts'

/** OpenAI dates its snapshots `-2025-08-07`, Anthropic `-20250805`. */
export function undatedId(id: string): string {
  return id.replace(/-(?:\d{4}-\d{2}-\d{2}|20\d{6}|latest)$/, '')
}

/** With who serves it before it, and without who passes it on: `gpt-5` of `openai/gpt-5`. */
export function namesOfTarget(target: Target): readonly string[] {
  const { account, model } = target
  const lastStep = model.slice(model.lastIndexOf('/') + 1)
  return [`${accountOf(target)}/${model}`, `${account.provider.id}/${model}`, model, lastStep]
}

/** Further credentials of an account are that account. */
export function accountOf({ account: { id, furtherOf = id } }: Target): string {
  return furtherOf
}

/** In plain forms, with and without a date. */
export function plainForms(names: Iterable<string>): readonly string[] {
  const forms = new Set<string>()
  for (const name of names) {
    const plain = plainName(name)
    forms.add(plain).add(undatedId(plain))
  }
  return [...forms]
}
