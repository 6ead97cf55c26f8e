/** Objects by what they harm. A finding needs an intent close by: an object alone is a topic of news, history or prevention. */
export interface HarmPattern {
  readonly rule: string
  readonly score: number
  /** Of these, in lower case, one stands in every object. */
  readonly has: readonly string[]
  readonly object: RegExp
}

export const objects: readonly HarmPattern[] = [
  {
    rule: 'weapons',
    has: [
      'bomb',
      'explosiv',
      'molotov',
      'ied ',
      'ied?',
      'ied.',
      'grenade',
      'napalm',
      'thermite',
      'tatp',
      'petn',
      'anfo',
      'ghost gun',
      'untraceable',
      '3d-printed',
      '3d printed',
      'automatic gun',
      'automatic firearm',
      'automatic weapon',
      'silencer',
      'suppressor',
      'sprengsatz',
    ],
    score: 0.9,
    object:
      /\b(?:pipe[ -]?bombs?|(?:home ?made |nail |dirty |fertili[sz]er |car |letter )bombs?|bombs?\b(?! (?:shelter|disposal|squad|threat|detect))(?![- ]?proof)|explosives?|molotov(?: cocktails?)?|(?:improvised )?explosive devices?|ied\b|grenades?|napalm|thermite|tatp|petn|anfo|ghost guns?|untraceable (?:guns?|firearms?)|(?:3d[- ]printed|automatic) (?:guns?|firearms?|weapons?)|gun silencers?|suppressors? for (?:a |my )?(?:gun|rifle)|bombe|sprengsatz|bombas?|explosivos?)\b/gi,
  },
  {
    rule: 'mass-casualty',
    has: [
      'nerve gas',
      'nerve agent',
      'sarin',
      'vx gas',
      'vx agent',
      'novichok',
      'mustard gas',
      'chlorine gas',
      'phosgene',
      'ricin',
      'botulinum',
      'weaponi',
      'anthrax',
      'bio weapon',
      'bioweapon',
      'biological weapon',
      'chemical weapon',
      'nuclear weapon',
      'nuclear bomb',
      'nuclear device',
      'dirty bomb',
      'uranium',
    ],
    score: 0.97,
    object:
      /\b(?:nerve (?:gas|agents?)|sarin|vx (?:gas|agent)|novichok|mustard gas|chlorine gas|phosgene|ricin|botulinum(?: toxin)?|weaponi[sz]ed? (?:anthrax|smallpox|virus|ebola|pathogen)s?|anthrax|bio ?weapons?|biological weapons?|chemical weapons?|nuclear (?:weapons?|bombs?|device)|dirty bombs?|enrich(?:ed)? uranium)\b/gi,
  },
  {
    rule: 'illegal-drugs',
    has: ['meth', 'cocaine', 'heroin', 'fentanyl', 'mdma', 'ecstasy', 'lsd', 'ghb', 'krokodil', 'pcp', 'dmt'],
    score: 0.85,
    object:
      /\b(?:meth(?:amphetamine)?|crystal meth|crack cocaine|cocaine|heroin|fentanyl|mdma|ecstasy pills|lsd|ghb|krokodil|pcp|dmt)\b/gi,
  },
  {
    rule: 'self-harm',
    has: ['myself', 'my life', 'my own life', 'suicid', 'overdos', 'lethal dose', 'painless', 'umbringen'],
    score: 0.95,
    object:
      /\b(?:kill(?:ing)? myself|end(?:ing)? my (?:own )?life|commit(?:ting)? suicide|suicide (?:methods?|notes?)|hang(?:ing)? myself|(?:cut|cutting|hurt|hurting|harm|harming) myself|overdos(?:e|ing) (?:on|so|to)|lethal dose|painless(?:ly)? (?:suicide|die|death)|starv(?:e|ing) myself|mich umbringen|suicidarme|me suicider)\b/gi,
  },
  {
    rule: 'violence',
    has: [
      'kill',
      'murder',
      'poison',
      'strangl',
      'assassin',
      'tortur',
      'stab',
      'kidnap',
      'abduct',
      'behead',
      'shooting',
      'terroris',
      'dispose of',
      'hide a',
      'hide the',
    ],
    score: 0.9,
    object:
      /\b(?:(?:kill|murder|poison|strangle|assassinate|torture|stab|kidnap|abduct|behead)(?:ing)? (?:a |an |my |the |your |his |her |some ?)?(?:people|person|someone|somebody|wife|husband|neighbou?r|boss|ex\b|girlfriend|boyfriend|child|children|kids?|man|woman|president|politician|coworker|co-worker|classmates?|teacher|family|parents?|victim|him|her|them)|mass shooting|school shooting|terror(?:ist)? attacks?|dispose of (?:a |the )?(?:dead )?bod(?:y|ies)|hide (?:a |the )(?:dead )?(?:body|corpse))\b/gi,
  },
  {
    rule: 'cyber-crime',
    has: [
      'ransomware',
      'keylog',
      'botnet',
      'virus',
      'worm',
      'trojan',
      'rootkit',
      'spyware',
      'stalkerware',
      'phishing',
      'ddos',
      'zero-day',
      'malware',
      'stuffing',
      'hack into',
      'hacking into',
      'break into',
      'breaking into',
      'bypass',
      'steal',
    ],
    score: 0.85,
    object:
      /\b(?:ransomware|keyloggers?|botnets?|(?:computer )?(?:virus|worm)(?:es|s)? that|trojans?|rootkits?|spyware|stalkerware|phishing (?:e-?mails?|pages?|sites?|kits?|campaigns?|messages?)|ddos attacks?|zero-day exploits?|malware|credential stuffing|(?:hack|break)(?:ing)? into (?:a |an |my |the |someone|somebody)[\w' ]{0,30}(?:account|phone|e-?mail|wi-?fi|computer|network|server|facebook|instagram|bank|webcam|system|database)|bypass (?:the )?(?:2fa|two-factor)|steal (?:passwords?|credentials|cookies|session tokens|crypto))\b/gi,
  },
  {
    rule: 'fraud',
    has: [
      'fake',
      'forge',
      'counterfeit',
      'launder',
      'ponzi',
      'pyramid scheme',
      'skimm',
      'card fraud',
      'card cloning',
      'credit card',
      'identity',
      'fraud',
      'evade tax',
      'tax evasion',
      'scam',
    ],
    score: 0.85,
    object:
      /\b(?:(?:fake|forged?|counterfeit) (?:ids?|id cards?|passports?|driver'?s? licen[cs]es?|documents?|money|bills?|bank ?notes?|currency|cheques?|checks?|prescriptions?|invoices?|diplomas?|reviews)|counterfeit(?:ing)? (?:money|currency)|launder(?:ing)? (?:money|cash|drug)|money laundering scheme|ponzi scheme|pyramid scheme|(?:credit )?card (?:skimm(?:er|ing)|cloning|fraud)|clone (?:a )?credit cards?|identity theft|steal (?:someone'?s |an |his |her )?identity|insurance fraud|evade taxes|tax evasion|(?:romance|advance[- ]fee|nigerian|grandparent) scam|scam (?:elderly|old|people|someone|seniors))\b/gi,
  },
  {
    rule: 'illegal-goods',
    has: [
      'traffick',
      'traffic ',
      'smuggl',
      'stolen',
      'dark web',
      'darkweb',
      'buy illegal',
      'unregistered',
      'hotwir',
      'hot-wir',
      'shoplift',
      'pick the lock',
      'picking the lock',
      'pick lock',
      'burgl',
    ],
    score: 0.85,
    object:
      /\b(?:(?:human|child|sex|organ) trafficking|traffic (?:humans|people|women|children)|smuggl(?:e|ing) (?:drugs|people|guns|weapons|migrants)|stolen (?:credit cards?|goods|data|cars?)|dark ?web (?:drugs|guns|weapons|market)|buy (?:illegal|unregistered) (?:guns?|weapons?|drugs)|hot-?wir(?:e|ing) (?:a |the )?car|shoplift(?:ing)?|pick(?:ing)? (?:the )?lock (?:of|on) (?:a |the |someone'?s |my neighbou?r'?s )|burgl(?:e|ari[sz]e|arize) a)\b/gi,
  },
  {
    rule: 'hate',
    has: [
      'jews',
      'muslims',
      'blacks',
      'black people',
      'gays',
      'immigrants',
      'refugees',
      'women are',
      'women should',
      'women must',
      'women deserve',
      'christians',
      'hindus',
      'asians',
      'mexicans',
      'arabs',
      'trans people',
      'disabled people',
      'gypsies',
      'roma ',
      'heil',
      'race war',
      'white power',
      'racist',
      'semitic',
      'phobic',
    ],
    score: 0.85,
    object:
      /\b(?:(?:jews|muslims|blacks|black people|gays|immigrants|refugees|women|christians|hindus|asians|mexicans|arabs|trans people|disabled people|gypsies|roma) (?:are (?:all )?(?:subhuman|vermin|parasites|animals|inferior|cockroaches|rats|a plague|criminals|evil|filth)|should (?:be|all be) (?:killed|exterminated|gassed|deported|enslaved|shot|eliminated)|(?:must|should|deserve to) die)|(?:gas|exterminate|kill) (?:all )?(?:the )?(?:jews|muslims|blacks|gays|immigrants)|white power|heil hitler|race war now|(?:racist|antisemitic|anti-semitic|homophobic|islamophobic) (?:jokes?|speech|propaganda|manifesto|essay|slogans?|poem|rant|tweets?))\b/gi,
  },
  {
    rule: 'sexual-minors',
    has: ['porn', 'csam', 'sexual', 'erotic', 'nude', 'explicit', 'naked', 'sexy', 'having sex', 'groom'],
    score: 0.98,
    object:
      /\b(?:child porn(?:ography)?|csam|kiddie porn|(?:sexual|erotic|nude|explicit|naked|sexy|porn\w*) (?:\w{1,12} ){0,4}(?:child(?:ren)?|minors?|underage|toddlers?|school ?girls?|school ?boys?|preteens?|lolita|loli|shota|(?:[1-9]|1[0-7])[- ]year[- ]old)|(?:child(?:ren)?|minors?|underage (?:girls?|boys?)|preteens?|(?:[1-9]|1[0-7])[- ]year[- ]olds?) (?:\w{1,12} ){0,4}(?:having sex|sexually|nudes?|naked|erotic|porn)|groom(?:ing)? (?:a |an )?(?:child|children|minor|teenager|underage|kid))\b/gi,
  },
  {
    rule: 'sexual',
    has: ['porn', 'erotic', 'explicit', 'sext', 'graphic sex', 'hardcore', 'deepfake', 'nude'],
    score: 0.7,
    object:
      /\b(?:porn(?:ographic)? (?:story|scene|video|script|images?)|erotic(?:a)? (?:story|scene|fiction|roleplay)|explicit sex(?:ual)? (?:scene|story|content|acts?)|sext(?:ing)? with me|graphic sex(?:ual)? (?:scene|story)|hardcore (?:sex|porn)|deepfake (?:porn|nudes?)|nudes? of (?:my|a|her|his|celebrit))\b/gi,
  },
]

/** Asks for a way, or gives one. Within the same sentence and in front of the object. */
export const asks =
  /\b(?:how (?:do|can|could|would|should|might) (?:i|you|we|one|someone|somebody)|how to|(?:teach|show|tell|help|guide|walk) me|(?:give|provide|send|list|write|create|make|generate|draft|explain|describe|outline|design|develop|build|code|compose|produce|find|sell|get) (?:me |us |up )?(?:a |an |the |some |step|detailed|instructions|working|complete|full|my )?|step[- ]by[- ]step|instructions? (?:for|to|on)|recipe (?:for|of)|ways? to|best (?:way|method|place)|where (?:can|do|could) (?:i|you) (?:buy|get|find)|i (?:want|need|plan|would like|am going|intend|wish) to|i['’]m going to|i['’]ll|to (?:make|build|cook|synthesi[sz]e|create|prepare|construct|assemble|produce|commit|acquire|obtain) (?:a |an |the |your )?|wie (?:kann|baue|mache|stelle)|anleitung|c[oó]mo (?:puedo|hacer|fabricar|construir)|comment (?:faire|fabriquer|puis-je)|come (?:posso|fare|costruire)|como (?:fazer|posso|fabricar))\b/i

/** Takes the harm out: prevention, history, law, health, fiction criticism. */
export const excuses =
  /\b(?:prevent\w{0,6}|protect\w{0,6}|defend\w{0,6}|defen[cs]es?|detect\w{0,6}|avoid\w{0,4}|stop(?:ping|s|ped)?|counter(?:measures?|ing|s)?|block(?:ing|ed|s)?|associated with|problems? of|against|recogni[sz]e|identify|report(?:ing|ed)?|remov(?:e|ing)|mitigat\w{1,5}|treat(?:ment|ing)?|therap\w{1,5}|recover\w{0,4}|awareness|educat\w{1,5}|histor(?:y|ical|ian|ically)|world war|museum|novel|film|movie|documentary|article|journalis\w{1,3}|research(?:ers)?|policy|law(?:s|yer)?|illegal(?:ity)? of|penalt(?:y|ies)|convict\w{1,4}|arrest\w{0,4}|victims? of|survivors?|statistics|dangers?|risks?|signs? of|symptoms?|effects? of|why (?:is|are|do|does)|bath bombs?|photo ?bomb\w{0,4}|cherry bombs?|bomb(?:ed|ing) (?:of|in)|antivirus|anti-malware|simulat\w{1,5}|training (?:for|of) (?:staff|employees)|game|minecraft|chess|recipe for (?:cake|cookies)|bugs?\b|process(?:es)?\b|kill (?:the )?(?:process|task|time)|surprised to|happened to|hotline|helpline|988)\b/i

/** What must never be made, whatever is said around it. */
export const withoutExcuse: ReadonlySet<string> = new Set(['sexual-minors', 'self-harm'])
