import { forEachSurrounding, type Places } from './places.ts'
import { type TextView, viewBuilder } from './text-view.ts'

const tag =
  '<(?:\\/?(?:a|abbr|b|bdi|bdo|big|code|del|em|font|i|ins|kbd|mark|q|s|small|span|strong|sub|sup|tt|u|wbr)(?:\\s{1,3}[a-z/"][^<>]{0,200})?\\s{0,3}\\/?>|!--[^<>]{0,200}-->)'
const tagsHere = new RegExp(`(?:${tag}){1,40}(?=[\\p{L}])`, 'iuy')
const tags = new RegExp(`(?:${tag}){1,40}`, 'giu')

/** Where tags end that stand here, within a word; 0 where none do. They change how a page shows its letters, and part no words. */
export function endOfTags(text: string, at: number): number {
  tagsHere.lastIndex = at
  return tagsHere.test(text) ? tagsHere.lastIndex : 0
}

/** Words in which tags stand and what stands around, without such tags. */
export function withoutTags(source: TextView, places: Places): TextView | undefined {
  const builder = viewBuilder(source)
  let done = 0
  forEachSurrounding(source.text, places, (from, end) => {
    const start = Math.max(done, from)
    if (!builder.isEmpty()) builder.put('\n', start, start)
    let kept = start
    tags.lastIndex = start
    for (let match = tags.exec(source.text); match !== null && match.index < end; match = tags.exec(source.text)) {
      builder.keep(kept, match.index)
      kept = match.index + match[0].length
    }
    done = Math.max(kept, end)
    builder.keep(kept, done)
  })
  return builder.view('tagless')
}
