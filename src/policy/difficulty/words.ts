/**
 * Words that tell what kind of work a text asks for. They are compared by their stems: `calculate` is found in `calculating`.
 * English only: of no other language there are outcomes of models to weigh them by.
 */
import { wordsOf } from '../../core/text/words.ts'

export type WordKind = (typeof wordKinds)[number]

export const wordKinds = [
  'maths',
  'quantity',
  'code',
  'logic',
  'science',
  'profession',
  'fact',
  'data',
  'constraint',
  'sequence',
  'creative',
  'advice',
  'wording',
] as const

const lists: Readonly<Record<WordKind, string>> = {
  maths:
    'calculate compute solve equation equations algebra algebraic arithmetic formula integer integers prime polynomial quadratic matrix matrices vector vectors eigenvalue determinant derivative derivatives differentiate integral integrals integrate limit converge theorem lemma proof prove prime remainder divisible modulo factorial factor fraction decimal ratio proportion percent percentage probability probabilities statistics median mean variance deviation permutation combination logarithm exponent exponential trigonometry sine cosine tangent triangle circle radius diameter perimeter circumference volume geometry slope intercept coordinate hypotenuse sum product quotient multiply multiplied divide divided subtract square root cube cubed inequality minimize maximize optimum sequence series bijection isomorphism subgroup homomorphism',
  quantity:
    'many much total altogether twice thrice half third quarter double triple times per each every dozen remaining left more less fewer than average rate speed distance cost costs price profit earn earns earned spend spends spent pay pays paid salary wage interest discount tax hour hours minute minutes mile miles kilometer kilometers pound pounds dollar dollars cent cents older younger difference',
  code: 'code coding program programming function functions method class algorithm algorithms implement implementation python javascript typescript java rust golang sql query regex regexp compile compiler debug bug bugs refactor api endpoint json yaml xml html css array arrays string strings pointer recursion recursive loop loops complexity runtime stack queue tree graph hash database schema concurrency thread threads mutex async exception unit test tests docker kubernetes bash shell script git linux kernel memory leak',
  logic:
    'deduce deduction infer inference logic logical logically premise premises conclusion conclude contradiction paradox puzzle valid invalid validity sound fallacy syllogism implies implication entails necessarily sufficient necessary assumption assumptions hypothesis prove disprove determine true false statement statements uncertain if whether unless therefore hence why reason reasoning',
  science:
    'physics chemistry chemical biology genetic genetics molecule molecular atom atomic electron electrons proton ion ions reaction reactions reagent enzyme protein proteins gene genes dna rna cell cells membrane quantum relativity thermodynamics entropy enthalpy equilibrium acid base pressure temperature velocity acceleration momentum force energy voltage current resistance circuit magnetic wavelength frequency mass density solution solvent oxidation catalyst isotope mutation allele chromosome neuron',
  profession:
    'law legal statute court courts plaintiff defendant jury tort contract liability negligence constitutional amendment jurisdiction appeal patient patients diagnosis symptom symptoms treatment clinical dose disease syndrome therapy physician surgery audit auditor accounting depreciation asset assets liability equity dividend bond bonds yield portfolio regression econometric elasticity monetary fiscal tariff inflation utility morally moral ethical wrong scenario',
  fact: 'who whom whose when where which year date century born founded capital population current currently latest recent recently today statistics statistic record country countries city president author director winner won name names url link website article page article published research report study studies quote quotation cite citation reference references stock market weather news',
  data: 'data dataset table tables chart graph csv spreadsheet column columns row rows extract parse classify label labels list sort rank compare comparison evaluate analyze analyse analysis estimate predict forecast given following below output input',
  constraint:
    'must should only exactly except without least most never always avoid ensure require required requires requirement requirements limit include including exclude excluding not no neither nor maximum minimum within format specific constraint constraints condition conditions',
  sequence:
    'then after afterwards before first second next finally last initially step steps until while during later remaining again once previous previously earlier simultaneously',
  creative:
    'poem poems poetry haiku limerick story stories tale song lyrics joke jokes riddle fictional fiction character dialogue novel essay blog slogan tagline tweet caption letter email speech imagine creative creatively rhyme metaphor simile plot scene monologue narrative',
  advice:
    'suggest suggestion recommend recommendation idea tip advice example benefit activity recipe ingredient brainstorm improve habit hobby',
  wording:
    'rewrite rephrase paraphrase grammar sentence sentences word words synonym synonyms antonym adjective adjectives adverb noun nouns verb verbs translate translation summarize summary summarise edit proofread spelling punctuation tone formal informal paragraph title headline describe define definition explain',
}

/** By the stem of a word, the kinds that it tells of, as bits in the order of `wordKinds`. */
export const kindsOfStem: ReadonlyMap<string, number> = stems()

function stems(): Map<string, number> {
  const found = new Map<string, number>()
  for (const [index, kind] of wordKinds.entries()) {
    for (const { stem } of wordsOf(lists[kind])) found.set(stem, (found.get(stem) ?? 0) | (1 << index))
  }
  return found
}
