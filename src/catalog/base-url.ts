/**
 * What people write into a base URL variable differs from vendor to vendor: some SDKs want the version in it, others
 * add it. A bare origin is completed with the path of the vendor's API; anything with a path is taken as it is.
 */
export function withApiPath(baseUrl: string, apiPath: string): string {
  return new URL(baseUrl).pathname === '/' ? trimSlashes(baseUrl) + apiPath : baseUrl
}

/** `baseUrl` without `suffix`, for vendors whose SDK adds it. */
export function withoutSuffix(baseUrl: string, suffix: string): string {
  const trimmed = trimSlashes(baseUrl)
  return trimmed.endsWith(suffix) ? trimmed.slice(0, -suffix.length) : trimmed
}

/** A loop, since `/\/+$/` takes the square of the length of a row of slashes. */
export function trimSlashes(text: string): string {
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) === 47) end--
  return text.slice(0, end)
}
