/** English words that most texts are made of, and those that attacks need: they tell text from letters in any order. */
const listed = `
  a abc ability able about above accept access according accordingly account accuracy accurate achieve across act
  action actions active activities activity actual actually ad add added adding addition additional additionally
  address addresses adjust admin administrator advanced advice after again against age agent ahead ai air alex
  algorithm all allow allowed allowing allows along already als also alternative always am amazon america american
  amount amy an analysis analyze and another answer answers any anymore anyone anything api apologize app application
  apply approach appropriate april are area argument arguments around array art article as asdict ask asked asking
  assistant associated at attached attack attackers attacks attempt attempts attention attribute author automatically
  available average avoid away back background backup bad balance bank bar base based basic be because become becomes
  been before begin behavior behind being bell below best better between bias big billing binary bit black blend block
  blocked blocks blog blue board body bomb book boston both boundaries box brazil break breaking bring broken brown
  browser budget build building built business but buy by bypass cache cached calculate calendar call called calling
  calls came can canada cancel cannot capabilities capital car card care carefully carry case cases cats cause center
  central certain ch challenge change changed changes changing channel character characters charge chatbot chatgpt
  check checking checks chicago chicken child children china choice choose city class classes classic clean clear
  click client climate close closed co code codebase college color column columns combination come comes command
  commands comments commit common communicate communication community company compare complete complex comply
  component compose computer concise condition conditions confidential configuration confines confirm connect
  connection connections consider considered console contact contacts contain containing contains content context
  continue control conversation convert cook cookies copy core corp correct correctly corresponding cost could count
  counterfeit countries country create created creates creating creation creative credentials credit critical csv cup
  curl current currently custom customer cut dangerous data database dataset date david day days dear decide decision
  decisions decode deep def default define defined definition delete delivery dependencies depending describe
  description design designed destination detail detailed details detect detection detector determine dev develop
  developed developer developers development device devices dialogue did difference different digital direct
  directions directive directives directly directory disable disabled disclaimer discuss display disregard div
  division do docs document documentation documents doe does dog dogs doing done double down download drive drugs due
  during each earlier early easily easy educational efficient eine einem einen either element elements else email
  empty enabled encode end engine engineer engineering english enhance enjoy enough ensure ensuring enter entire
  entity environ environment era error errors essay essence etc ethical ethics evaluate even event events ever every
  everything evidence evil exact exactly example examples except exception excerpt exchange exec execute exfiltrate
  exist existing exists exit expect expected experience expert explain explanation explicit explicitly exploit
  explosive express external extra extract extremely face fact facts fail failure fall false family far fast fear
  feature features feb february feedback feel feeling few fictional field fields file files fill filter filtering
  filters final finally finance financial find finds fine first fit five fix flags flight float flow focus folder
  follow followed following follows food for force forget form format formatting forward found four frame framework
  france francisco fraud free french friend friendly from front full fully fun function functionality functions funny
  further future game games gen general generate generated generates generating generation generator generic german
  get getting give given gives giving global gmail go goal goes going golden good google got government gpt granted
  great green group groups guide guidelines hack hacked hacker hacking had hall hand handle handling happens hard
  harmful has have having he head header health hello help helpful helps her here hey hi hidden hide high higher
  highest highly hint his history hold home hotel hours house how however html human humans hypothetical i id idea
  identify if ignore ignored ignoring ii illegal image images imagine immediately impact implement implementation
  import importance important improve in include includes including incorporate incorrect increase independent index
  individual info inform information initial injection input inputs insert inside install instance instead instruction
  instructions insurance int integer integers integrate intelligence intelligent interact interactive interface
  internal international internet into introduce introduction invalid invoice io ip is issue issues it item items
  iterate its itself jailbreak james january japan java javascript job john join joke journey json just keep key
  keylogger keys kill kim kind king km know knowledge known label land language large las last later latest launder
  law laws lead learn learning least leave left legal length less let letter letters level li lib library life light
  like limit limited limits line linear lines link links linux list listen little live load local location log logic
  login logs london long longer look looking looks loop lost lot love low machine made mail main maintain major make
  makes making malicious malware man manage manager manual many map march maria master match math matter max maximum
  may md me meal mean meaning means media medical meeting member memory mention menu message messages meth method
  methods metric might minimum minutes missing mission mode model models modern modify module modules moment money
  monitor month moral more most move movie much multiple murder music must my name named names natural nature nd
  necessary need needed needs negative network never new news next no node none normal not note notes nothing
  notifications now null num number numbers obey object objects occur of off office often ok okay old on once one
  online only open openai opening operation operations opposite option optional options or order orders original os
  other otherwise our out output outputs outside over override overriding overview own owner package packages page
  pair paper parameter parameters park part particular party pass passed passing password passwords past path pattern
  patterns pay payment people perfect perform performance period permissions person persona personal phishing phone
  phrase phrases physical pick place plan platform play player please poem point points poison policies policy
  population position positive possible post potential potentially power powerful pr practices pre prepare presence
  present pretend prevent previous previously price primary print prints prior privacy private privilege problem
  problems process processes processing produce product production program programming project prompt prompts proper
  properly protect protocol provide provided provider provides providing psutil public purpose purposes put pwd pwned
  py python qu quality queries query question questions quick quote race raise random range ransomware rate rather raw
  rb rd reach read reader reading ready real really reason reasoning receive received receiving recent recipe
  recommend record records red reduce refer reference reflect refuse regular related relevant remaining remember
  reminder remote remove render repeat replace reply report request requests require required requirements requires
  research reset resource resources respect respond response responses responsible rest restaurant restriction
  restrictions result results return returned returns reveal revealing reverse review right risk robot role roleplay
  room root route row rule rules run running runs safe safety said same sample san save saved savings say saying says
  scale scan scenario scene schedule school score screen script sea seamlessly search second secret secrets section
  secure security see seems select self send sending sense sensitive sent sentence sentences separate series serve
  server service services session set sets setting settings several shape share shell shop short should show shown
  shows shutil side similar simple simply sin since single sistema site size skills small smith smtp snippet so social
  sock socket software solution some someone something sometimes son song soon sorry source sources south space spaces
  spain spanish speak special specific specifically specified specify speech split sql square stand standard stands
  start started starting starts state statement states status stay steal step steps still stolen stop store stored
  stores story str street string strings structure student study style subject subprocess subsequent success
  successful successfully such sudo suggest suggests sum summarize summary support supports sure suspicious symbols
  syntax system systems table take taken takes taking talk target task tasks teacher team teaming techniques
  technologies tell temp ten terminal terms test testing text than thank thanks that the their them then there
  therefore these they things think third this those though thought thread three through throughout thu time times
  title to today together token tokens told tom too tool tools top topic topics total tr track traditional traffic
  train training transaction transactions transfer transform translate trash travel tree trip true try trying turn
  turns tv two txt type types typical typically um unauthorized uncensored under understand understanding unethical
  unexpected unfiltered union unique united university unknown unrestricted until up update updated updates upload
  upon url urllib us usa usage use used useful user username users uses using usually utilize utils valid validate
  validation value values variable variables various vector verbatim verified verify version versions very via video
  view virtual virus visa visit wait want wants war warning warnings was water way ways we weapon weapons weather web
  website week weight well were west what whatever when where whether which while white who whole whose why will
  window with within without won word words work working works world would write writing written wrong year years yes
  yet york you your yours yourself zero zur
`

export const commonWords: ReadonlySet<string> = new Set(listed.trim().split(/\s+/))
