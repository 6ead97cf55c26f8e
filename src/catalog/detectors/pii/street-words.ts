/** Words of streets. Behind the name, alone: Baker Street. */
export const streetBehind =
  'Street|St|Str|Avenue|Ave|Av|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Place|Pl|Terrace|Ter|Crescent|Cres|Circle|Cir|Square|Sq|Highway|Hwy|Parkway|Pkwy|Trail|Trl|Close|Grove|Gardens|Gdns|Mews|Row|Alley|Loop|Path|Pike|Walk|Plaza|Expressway|Freeway|Turnpike|Quay|Wharf|Hill|Rise|Park|Esplanade|Parade|Broadway|Bend|Ridge|Heights|Point|Crossing|Cove|Landing|Run|Pass|Fork|Creek|View|Vista|Meadows?|Glen|Hollow|Villas?|Marg|Nagar|Chowk|Jalan|Mahallesi|Sokak|Sokağı|Sok|Sk|Caddesi|Cad|Cd|Bulvarı|ulica|utca|u|út|útja|tér|krt|sétány|katu|tie|gata|gatan|vägen|gade|vej|veien|gate|vei'

/** Grown onto the name: Hauptstraße, Kerkstraat, Storgatan. */
export const streetEnding =
  'stra(?:ß|ss)e|str\\.|stasse|weg|gasse|platz|allee|(?:nord|s[üu]d|ost|west|stadt|innen|au(?:ß|ss)en)ring|damm|ufer|chaussee|steig|stieg|pfad|markt|graben|steinweg|straat|laan|plein|gracht|dreef|singel|dijk|hof|plantsoen|plaats|(?<!Bri|Rene)gade|vej|gata|gaten|gatan|v[äa]gen|veien|vegen|gr[äa]nd|stigen|stien|torg|tie|katu|kuja|polku|ulica|utca|ová|ská|cká'

/** In front of the name: rue de Rivoli, Calle Mayor, ul. Piękna. */
export const streetInFront =
  'rue|avenue|av|ave|boulevard|blvd|bd|place|pl|all[ée]e|chemin|impasse|quai|cours|route|square|passage|faubourg|calle|c/|cl|avenida|avda|avd|paseo|plaza|pza|carretera|ctra|camino|cami[ñn]o|ronda|traves[íi]a|callej[óo]n|calz(?:ada)?|carrera|cra|transversal|diagonal|colonia|bulevar|r[úu]a|pra[çc]a|largo|alameda|travessa|estrada|rodovia|via|viale|v\\.le|piazza|p\\.zza|piazzale|corso|c\\.so|vicolo|largo|strada|contrada|borgo|lungomare|ulica|ul|aleja|aleje|plac|ulice|n[áa]m[ěe]st[íi]|n[áa]m|t[řr][íi]da|strada|str|bulevardul|bd|calea|aleea|pia[țt]a|odos|leoforos|jalan|jl|lorong|jln|via|t[ée]r'

/** A part of a house. */
export const unit =
  '(?:Apt|Apartment|Suite|Ste|Unit|Flat|Room|Rm|Floor|Fl|Bldg|Building|Block|Tower|Lot|Office|Piso|Puerta|Depto|Dpto|Apto|Apartamento|Bloco|Etage|Wohnung|Whg|Top|Stiege|Appartement|B[âa]t|Bât\\.?|Interno|Int|Scala|lok|m|byt|Daire|Kat|Blok|kerros|etasje|sal|tv|th|bus|box)'

/** ISO codes of states of America, Australia and Canada, as they stand before a post code. */
export const state =
  '(?:A[KLRZSAEP]|C[AOT]|D[CE]|F[LM]|G[AU]|HI|I[ADLN]|K[SY]|LA|M[ADEHINOPST]|N[CDEHJMVY]|O[HKR]|P[ARW]|RI|S[CD]|T[NX]|UT|V[AIT]|W[AIVY]|AB|BC|MB|N[BLSTU]|ON|PE|QC|SK|YT|NSW|VIC|QLD|ACT|TAS)'

export const postCode =
  '(?:[A-Z]{1,2}[- ]?)?\\d{4,6}(?:-\\d{3,4})?(?!\\d)|[A-Z]{1,2}\\d[A-Z\\d]? ?\\d[A-Z]{2}(?![A-Za-z0-9])|[A-Z]\\d[A-Z][ -]?\\d[A-Z]\\d(?![A-Za-z0-9])|\\d{3} \\d{2}(?!\\d)|\\d{2}-\\d{3}(?!\\d)|\\d{4} ?[A-Z]{2}(?![A-Za-z])'
