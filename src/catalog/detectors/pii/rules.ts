export type Category =
  | 'contact'
  | 'financial'
  | 'national-id'
  | 'identity'
  | 'location'
  | 'network'
  | 'crypto'
  | 'health'
  | 'licence'

/** What a kind reports, in places of the view that it read. */
export interface Sighting {
  readonly rule: string
  readonly category: Category
  readonly score: number
  readonly start: number
  readonly end: number
}
