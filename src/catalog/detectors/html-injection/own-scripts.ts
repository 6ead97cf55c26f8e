import type { Tag } from './tags.ts'

/** A script of the page's own site, with nothing inside: SVG takes no `src` and runs what stands there. */
export function isOwnScript(text: string, { end, attributes }: Tag): boolean {
  const source = attributes.get('src')
  if (source === undefined || attributes.has('href') || attributes.has('xlink:href')) return false
  return ownSource.test(source) && nothingInside.test(text.slice(end, end + 200))
}

/** Data for other scripts, which no browser runs. */
export function isPlainData({ attributes }: Tag): boolean {
  const type = attributes.get('type') ?? ''
  return /json|template|x-/i.test(type) && !/script/i.test(type)
}

/** A file in folders that hold what a site is built from. What people put on it stands in others. */
const ownSource =
  /^(?:\.{0,2}\/)?(?:(?:js|javascripts?|scripts?|assets?|static|dist|build|lib|libs|src|public|vendor|node_modules|bundles?|app|components?|modules?|packs|webpack|_next|chunks|min|wwwroot)\/){0,8}\w[\w.-]{0,100}$/i

/** To the end of what there is, or of a stream as far as it has come. */
const nothingInside = /^\s{0,190}(?:<(?:\/(?:s(?:c(?:r(?:i(?:p(?:t[\s/>])?)?)?)?)?)?)?)?(?:$|(?<=<\/script[\s/>]))/i
