import { isJsonObject, parseJson } from '../../core/wire/json.ts'

/** Ids in a reply that lists models, as vendors write it: `{"data":[{"id"}]}`, `{"models":[{"name"}]}`, or the bare list. Absent: it is no such list. */
export function modelIds(body: string): readonly string[] | undefined {
  const json = parseJson(body)
  const list = isJsonObject(json) ? (json['data'] ?? json['models']) : json
  if (!Array.isArray(list)) return undefined
  return list.flatMap((entry) => {
    const id = isJsonObject(entry) ? (entry['id'] ?? entry['name']) : undefined
    return typeof id === 'string' ? [id] : []
  })
}
