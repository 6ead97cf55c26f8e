import fc from 'fast-check'

// The main branch never fails by chance: property tests draw the same cases in every run.
// `PROPERTY_SEED=<number>` draws others, which is how new counterexamples are looked for.
fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? 20_260_101) })
