import type { ProviderAccount } from '../../core/calls/registry.ts'

export interface ModelListRequest {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** The same without the credential. */
  readonly anonymous: Readonly<Record<string, string>>
}

/** How the models of an account are asked for; `undefined` where its provider has no list. The secret is sent as it is. */
export function modelListRequest({
  provider,
  baseUrl,
  options,
  secret,
}: ProviderAccount): ModelListRequest | undefined {
  const path = provider.dialect.modelListPath
  if (path === undefined) return undefined
  const url = provider.url?.({ baseUrl, path, model: '', options, stream: false }) ?? baseUrl + path
  const anonymous = { accept: 'application/json', ...provider.headers, ...provider.optionHeaders?.(options) }
  const headers = secret === undefined ? anonymous : { ...anonymous, ...provider.authorize(secret, options) }
  return { url: new URL(url), anonymous, headers }
}
