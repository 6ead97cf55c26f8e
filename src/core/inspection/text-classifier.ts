/** A label that a model gives to a text, and how sure it is: 0 to 1. */
export interface LabelScore {
  readonly label: string
  readonly score: number
}

/** A folder with a model, as the configuration names it. */
export interface ClassifierFolder {
  readonly model: string
  readonly precision?: string | undefined
}
