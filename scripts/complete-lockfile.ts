/**
 * Adds the optional platform packages that a partial registry mirror left out of package-lock.json.
 *
 * npm drops an optional dependency that its registry answers with 404 and then refuses the lock
 * file in `npm ci`. The parent names the version, and the name says the platform, so the entry can be
 * written from what the lock file already knows. Run after each `npm install` behind such a mirror.
 */
import { readFileSync, writeFileSync } from 'node:fs'

type LockEntry = {
  version?: string
  dev?: boolean
  optional?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  optionalDependencies?: Record<string, string>
}

const platforms = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32']
const processors = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64', 'wasm32']

const path = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(path, 'utf8')) as { packages: Record<string, LockEntry> }

for (const parent of Object.values({ ...lock.packages })) {
  for (const [name, range] of Object.entries(parent.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`
    if (lock.packages[key] !== undefined) continue
    const words = name.split(/[/-]/)
    lock.packages[key] = {
      version: range.replace(/^[\^~]/, ''),
      cpu: processors.filter((word) => words.includes(word)),
      ...(parent.dev === true ? { dev: true } : {}),
      ...(words.includes('musl') || words.includes('gnu') ? { libc: [words.includes('musl') ? 'musl' : 'glibc'] } : {}),
      optional: true,
      os: platforms.filter((word) => words.includes(word)),
    }
    console.log(`added ${name}`)
  }
}

lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`)
