/**
 * How a product is installed, as its page says: "## Install the agent", and below it the command that fetches it. Sections for
 * assistants are none of them: a model is not who installs something.
 */
import { isAddressed } from '../misplaced/addresses.ts'
import { agentsRun, forAssistants } from '../misplaced/leaks.ts'
import { pieceOf, standsIn } from '../misplaced/patterns.ts'
import type { Span } from './reading.ts'

const heading =
  '^#{1,6} (?:\\d[\\d.]*\\)? )?(?:how to )?(?:install|set ?up|download|upgrade|update|getting started|quick ?start)[^\\n]{0,60}'
/** "Run this on each host:" */
const between = '(?:\\n(?:[^\\n#]{0,120}:|```[a-z]{0,12}|[ \\t]*))*'
const piped = '\\b(?:curl|wget)\\b[^\\n]{0,160}\\|\\s?(?:sudo )?(?:ba|z)?sh\\b'
const command = `\\n(?:\\d\\. |[-*$] )?[^\\n]{0,40}?${piped}`
/** "To install the agent, run …" */
const sentence = `(?:^|[.:!] )(?:[-*] |\\d\\. )?to (?:install|set up|upgrade|update|download) (?!.{0,60}\\byou)[^.,:;\\n]{1,60}, (?:simply |just )?run[^.;\\n]{0,40}?${piped}`
const section = new RegExp(`${heading}${between}${command}|${sentence}`, 'gim')

export function installations(text: string): readonly Span[] {
  return [...text.matchAll(section)]
    .filter(({ 0: found }) => !isForAssistants(found.toLowerCase()))
    .map(({ 0: found, index }) => [index, index + found.length] as const)
}

function isForAssistants(found: string): boolean {
  const piece = pieceOf(found)
  return standsIn(forAssistants, piece) || standsIn(agentsRun, piece) || found.split('\n').some(isAddressed)
}
