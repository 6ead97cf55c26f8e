/** What each attack costs: with nothing watched, and with the defaults of `consumption`, all enforced. */
import { readFile, writeFile } from 'node:fs/promises'
import { type Attack, allAttacks } from './attacks.ts'
import { gatewayWorld } from './gateway-world.ts'
import { type Loss, replay } from './replay.ts'
import type { World } from './world.ts'

export interface AttackResult {
  readonly attack: Attack
  readonly off: Loss
  /** Of a key that is known; absent where the attack makes its own keys. */
  readonly learned?: Loss
  /** Of keys without a history, in a workspace that has one. */
  readonly unknown: Loss
}

/** In worlds of a kind, each played in once. */
export async function playAttack(
  attack: Attack,
  open: (attack: Attack, consumption: object | undefined) => World | Promise<World>,
): Promise<AttackResult> {
  const enforced = { state: 'enforce' }
  return {
    attack,
    off: await replay(await open(attack, undefined), attack, 'new'),
    ...(attack.keys > 1 ? {} : { learned: await replay(await open(attack, enforced), attack, 'learned') }),
    unknown: await replay(await open(attack, enforced), attack, 'new'),
  }
}

const guide = new URL('../../docs/guides/consumption.md', import.meta.url)
const marks = [
  '<!-- attacks: written by npm run eval:consumption -- --attacks --write -->',
  '<!-- /attacks -->',
] as const

/** Prints the table; `isKept` writes it into the guide. */
export async function reportAttacks(isKept: boolean): Promise<void> {
  const rows: string[] = []
  for (const attack of allAttacks()) {
    rows.push(rowOf(await playAttack(attack, gatewayWorld)))
    console.log(rows.at(-1))
  }
  if (!isKept) return
  const text = await readFile(guide, 'utf8')
  const [from, to] = marks.map((mark) => text.indexOf(mark)) as [number, number]
  if (from < 0 || to < from) throw new Error(`${guide.pathname} has no place for the table.`)
  const head = '| attack | | nothing watched | a known key | a new key |\n|---|---|---|---|---|'
  await writeFile(guide, `${text.slice(0, from)}${marks[0]}\n${head}\n${rows.join('\n')}\n${text.slice(to)}`)
}

function rowOf({ attack: { id, title }, off, learned, unknown }: AttackResult): string {
  return `| ${id} | ${title} | ${lossText(off)} | ${learned === undefined ? '' : lossText(learned)} | ${lossText(unknown)} |`
}

function lossText({ sent, costUsd }: Loss): string {
  return `${costUsd.toFixed(2)} USD, ${sent} calls`
}
