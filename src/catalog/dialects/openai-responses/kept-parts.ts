import type { KeptPart, KeptParts } from '../../../core/model/kept-replies.ts'
import { isJsonObject, type JsonValue } from '../../../core/wire/json.ts'
import { keptReplies } from './kept-replies.ts'

/** Items of the output, which `item_reference` names: https://platform.openai.com/docs/api-reference/responses/create */
export const keptParts: KeptParts = {
  areKept: keptReplies.isKept,
  landmark: '"response.output_item.done"',
  in(reply) {
    if (!isJsonObject(reply)) return []
    const { type, item, output } = reply
    if (type === 'response.output_item.done') return itemIn(item)
    return Array.isArray(output) ? output.flatMap(itemIn) : []
  },
}

function itemIn(item: JsonValue | undefined): readonly KeptPart[] {
  const id = isJsonObject(item) ? item['id'] : undefined
  return typeof id === 'string' ? [{ kind: 'item', id }] : []
}
