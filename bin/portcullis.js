#!/usr/bin/env node
// Plain JavaScript for any Node from 18 on: its only work is to find a Node that can run the program.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const needed = [24, 12]
const here = dirname(realpathSync(fileURLToPath(import.meta.url)))
const source = join(here, '../src/cli/main.ts')
// A checkout runs its sources; the published package has only what was built from them.
const program = existsSync(source) ? source : join(here, '../dist/cli/main.js')

if (isEnough(process.versions.node)) {
  await import(program)
} else {
  const node = findNode()
  const [command, args] = node
    ? [node, [program]]
    : ['npm', ['exec', '--yes', '--package=node@26', '--', 'node', program]]
  if (!node) {
    console.error(
      `Portcullis needs Node ${needed.join('.')} or newer and this is ${process.versions.node}: fetching Node 26 through npm (set PORTCULLIS_NODE to choose another).`,
    )
  }
  const child = spawn(command, [...args, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', () => {
    console.error(`Portcullis needs Node ${needed.join('.')} or newer, and no such Node was found.`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
}

/** The first Node that is new enough: the one named, one installed beside this package, any on the PATH. */
function findNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  const places = [process.env.PORTCULLIS_NODE]
  for (let folder = here; ; folder = dirname(folder)) {
    places.push(join(folder, 'node_modules/node/bin', name))
    if (dirname(folder) === folder) break
  }
  for (const folder of (process.env.PATH ?? '').split(process.platform === 'win32' ? ';' : ':'))
    places.push(join(folder, name))
  return places.find((place) => {
    if (!place || !existsSync(place)) return false
    const { stdout } = spawnSync(place, ['--version'], { encoding: 'utf8' })
    return isEnough((stdout ?? '').trim().replace(/^v/, ''))
  })
}

function isEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > needed[0] || (major === needed[0] && minor >= needed[1])
}
