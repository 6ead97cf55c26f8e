export interface BlockList {
  has(host: string, url: string): boolean
}

/**
 * Reads lists as they are published: hosts files (`0.0.0.0 host`), URLhaus (URLs by line, or its CSV), names by line, and
 * filter rules that name a host (`||host^`). A name blocks what is below it; a URL blocks itself.
 */
export function blockList(lists: readonly string[]): BlockList {
  const hosts = new Set<string>()
  const urls = new Set<string>()
  for (const list of lists) {
    for (const line of list.split('\n')) {
      const entry = entryOf(line.trim())
      if (entry === undefined) continue
      if (entry.includes('/')) urls.add(plainUrl(entry))
      else hosts.add(entry.toLowerCase().replace(/^\*\./, '').replace(/\.$/, ''))
    }
  }
  return {
    has: (host, url) => {
      if (urls.size > 0 && urls.has(plainUrl(url))) return true
      if (hosts.size === 0) return false
      for (let name = host; name !== ''; name = name.includes('.') ? name.slice(name.indexOf('.') + 1) : '') {
        if (hosts.has(name)) return true
      }
      return false
    },
  }
}

const ownNames = new Set([
  'localhost',
  'localhost.localdomain',
  'local',
  'broadcasthost',
  'ip6-localhost',
  'ip6-loopback',
  '0.0.0.0',
])

function entryOf(line: string): string | undefined {
  if (line === '' || line.startsWith('#') || line.startsWith('!') || line.startsWith('//')) return undefined
  // URLhaus: "id","dateadded","url","url_status",…
  const column = /^"\d+","[^"]*","([^"]+)"/.exec(line)?.[1]
  if (column !== undefined) return column
  const rule = /^\|\|([^/^$]+)\^/.exec(line)?.[1]
  if (rule !== undefined) return rule
  const words = (line.split('#')[0] ?? '').trim().split(/\s+/)
  const isHostsLine = words.length > 1 && /^(?:\d{1,3}(?:\.\d{1,3}){3}|::1?|fe80::.*|ff\d\d::.*)$/.test(words[0] ?? '')
  const entry = isHostsLine ? words[1] : words[0]
  return entry === undefined || entry === '' || ownNames.has(entry) ? undefined : entry
}

/** Without scheme and last slash, with the host in lower case. */
function plainUrl(url: string): string {
  const bare = url.replace(/^[a-z]{2,8}:[/\\]{1,4}/i, '')
  const slash = bare.indexOf('/')
  if (slash < 0) return bare.toLowerCase()
  const path = bare.slice(slash).replace(/\/$/, '')
  return bare.slice(0, slash).toLowerCase() + path
}
