import { GatewayError } from '../../../core/errors.ts'

/** Portkey's names of providers, where ours differ: https://portkey.ai/docs/integrations/llms */
const ourNames: ReadonlyMap<string, string> = new Map([
  ['dashscope', 'alibaba'],
  ['featherless-ai', 'featherless'],
  ['fireworks-ai', 'fireworks'],
  ['github', 'github-models'],
  ['google', 'gemini'],
  ['iointelligence', 'io-net'],
  ['lingyi', '01ai'],
  ['mistral-ai', 'mistral'],
  ['moonshot', 'moonshotai'],
  ['perplexity-ai', 'perplexity'],
  ['together-ai', 'together'],
  ['workers-ai', 'cloudflare-workers-ai'],
  ['x-ai', 'xai'],
  ['z-ai', 'zai'],
  ['zhipu', 'zhipuai'],
])

/** Models of Cloudflare begin so: https://developers.cloudflare.com/workers-ai/models */
const vendorNamespaces: ReadonlySet<string> = new Set(['cf', 'hf'])

const slugPattern = /^[a-z0-9][a-z0-9._-]{0,63}$/i

/** Whether there is an account of this id. */
export type IsAccount = (id: string) => boolean

/** `openai`, `@my-account` or the slug of a virtual key, as we name it: an account's id goes before Portkey's name of a provider. */
export function accountName(text: string, field: string, isAccount: IsAccount): string {
  const slug = text.startsWith('@') ? text.slice(1) : text
  if (!slugPattern.test(slug)) {
    throw new GatewayError(
      'invalid_request',
      `\`${field}\` takes the id of a provider account or of a provider, such as \`openai\` or \`@my-account\`.`,
      { param: field },
    )
  }
  return isAccount(slug) ? slug : (ourNames.get(slug) ?? slug)
}

/** `@slug/model`, taken apart; `undefined` for any other name. */
export function sluggedModel(name: string): { readonly slug: string; readonly model: string } | undefined {
  if (!name.startsWith('@')) return undefined
  const slash = name.indexOf('/')
  const slug = name.slice(1, slash)
  if (slash < 0 || slash === name.length - 1 || vendorNamespaces.has(slug)) return undefined
  return { slug, model: name.slice(slash + 1) }
}
