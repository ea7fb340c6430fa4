//! Patterns of dishonest sentences in Polish and English, folded, without diacritics.
//!
//! They describe what is claimed (a car that others are after, what most clients do, a "no" that is
//! overridden), not sentences somebody once said. Patterns as in [`phrase`](crate::domain::phrase).

pub(super) const CLASSES: &[(&str, &str)] = &[
    (
        "stock",
        "sztuk* egzemplarz* auto auta aut autko autka samochod* model* wersj* kolor*",
    ),
    (
        "stock_en",
        "car cars unit units model models vehicle vehicles one ones piece pieces example examples colo*",
    ),
    (
        "few",
        "jeden jedna jedno jednego dwa dwie dwoch trzy trzech cztery czterech piec pieciu kilka pare 1 2 3 4 5 6 7 8 9",
    ),
    (
        "few_en",
        "one two three four five six seven few handful couple 1 2 3 4 5 6 7 8 9",
    ),
    ("only", "tylko jedynie zaledwie raptem ledwie"),
    (
        "offer",
        "rabat rabatu rabaty bonus doplata akcja akcje kampania wyprzedaz promocj* ofert* okazj* cena ceny cene znizk* upust* warunki",
    ),
    (
        "offer_en",
        "discount* campaign sale rate rates rebate* offer* deal deals price prices promotion* promo bonus terms",
    ),
    (
        "people",
        "klient* kierowc* kupujacy kupujacych osob osoby ludzi ludzie uzytkowni* wlasciciel* rodzin rodziny przedsiebiorc* firm firmy nabywc* posiadacz* \
         sasiad* sasiedzi taksowkarz* lekarz* handlowc* panowie panie kobiet kobiety",
    ),
    (
        "people_en",
        "client* customer* buyer* driver* owner* people famil* user* neighbour* neighbor* businesses companies everyone everybody folks",
    ),
    (
        "claim",
        "wybier* wybral* kupuj* kupil* kupi zamawia* zamowil* bierze biora wzial* wziel* mowi mowia mowil* poleca* chwal* wraca wracaja wrocil* wrocic zaluj* zalowal* przesiad* decyduj* \
         zdecydowal* jezdzi jezdza podpis* pokocha* uwielbia* narzek* rezygn* zachwycon* zadowolon* zakochan* oddal* zwrocil* reklamowal* twierdz* potwierdz* przyznaj* \
         stawia* zmienil* wola woli",
    ),
    (
        "claim_en",
        "choose* chose pick picks picked buy buys bought buying order orders ordered love loves loved recommend* say says said tell* report* regret* regretted switch* go_for goes_for went_for \
         sign signs signed prefer* happy satisfied delighted thrilled come_back came_back look_back looked_back rave* swear* upgrade* drives driving returned complain* convinced end_up ends_up",
    ),
    (
        "refusal",
        "odmawia* odmowi* odmow* odrzuc* nie_chce nie_chca nie_chcial* nie_zyczy nie_zycza nie_jest_zainteresowan* nie_sa_zainteresowan* niezainteresowan* podziekowal* zrezygnowal* \
         powiedzial*_nie mowi_nie mowi_pan_nie mowi_pani_nie powiedzial*_pan_nie powiedzial*_pani_nie slysz*_nie slyszal*_nie slyszal*_juz_nie uslyszal*_nie pana_nie pani_nie to_nie \
         said_no say_no says_no saying_no said_no_to told_me_no mean_no not_interested aren_t_interested weren_t_interested wasn_t_interested isn_t_interested rather_not don_t_want \
         didn_t_want doesn_t_want declined refus* turned_down turn_down your_no a_no not_for_you had_enough",
    ),
    (
        "yet",
        "mimo_to mimo_wszystko jednak ale i_tak tak_czy_inaczej tak_czy_siak lecz chociaz choc przynajmniej jeszcze_raz but anyway still regardless nevertheless yet however all_the_same at_least even_so once_more",
    ),
    (
        "push",
        "podpis* umowe umowa umowy rezerwacj* zarezerwow* zaliczk* przekona* namow* namawia* zadzwoni* dzwoni* wypuszcz* odpuszcz* zgodz* formalnosci naciska* wysylam_umowe przygotowal*_umowe \
         nie_poddam* nie_poddaj* wracam_do wrocimy_do zmieni*_zdanie \
         sign signing signature paperwork contract deposit convince persuade change_your_mind keep_ringing keep_calling keep_asking ring ringing call calling not_letting booked_you \
         book_you expect_you finalise finalize keep_trying get_you_to talk_you_into push give_up put_you_down",
    ),
    (
        "grief",
        "po_smierci po_stracie po_odejsciu po_pogrzebie wdow* osierocon* zalob* samotn* po_rozwodzie po_rozstaniu after_your_loss widow* grief grieving mourning lonely loneliness bereave* \
         divorce divorced funeral",
    ),
    (
        "balm",
        "nalezy_sie nalezy_sie_pani zasluguj* zasluzyl* pomoze pomaga pocies* zapeln* poprawi* oslodz* osladz* nagrod* ukoi* ratunek nowy_poczatek nowego_poczatku rozproszy zapomni* odskoczni* \
         deserve* treat cheer* comfort* fill heal* help helps fresh_start lift new_start distraction reward* company",
    ),
    (
        "harm",
        "wypadk* wypadek zgin* umr* umier* zabij* zabil* kalek* szpital* tragedi* nieszczesc* pogrzeb* accident die dies died killed killing hurt injured funeral tragedy wreck",
    ),
    (
        "child",
        "dzieci dziecko dziecka dziecku dziecmi syn* corka corki corke corce wnuk* wnucz* malenstw* children child kids kid son daughter little_ones baby grandchildren family rodzin*",
    ),
    (
        "age_en",
        "sixty seventy eighty ninety sixty* seventy* 60 61 62 63 64 65 66 67 68 69 70 71 72 73 74 75 76 77 78 79 80 81 82 83 84 85 86 87 88 89 90",
    ),
    (
        "infer",
        "pewnie chyba widac wyglada_na najwyrazniej zapewne prawdopodobnie z_pewnoscia musi_byc na_pewno slychac must_be probably obviously clearly likely apparently seems looks_like surely",
    ),
];

/// What a pattern refuses, and what clears it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Claim {
    /// Little is left; a live stock fact in the sentence clears it.
    Stock,
    /// An offer ends or a price rises; a date fact in the sentence clears it.
    Deadline,
    /// Others are after it, or hurry is due.
    Rush,
    Proof,
    Pressure,
    Vulnerable,
    Special,
}

/// A negation before or inside these clears them ("there isn't only one left").
pub(super) const NEGATABLE: &[(&str, Claim)] = &[
    (
        "tylko|jedynie|wylacznie podczas|w_trakcie ..2 wizyty|rozmowy|spotkania",
        Claim::Deadline,
    ),
    (
        "only|just during|for ..2 visit|conversation|meeting",
        Claim::Deadline,
    ),
    (
        "rozeszl*|rozchodz*|poszly ..2 w ..1 tydzien|dni|dzien|godzin*|chwile|mig",
        Claim::Stock,
    ),
    (
        "poszedl|poszla|poszlo|trafil*|went|goes ..2 do_kogos|do_innego|to_someone|to_somebody|to_another",
        Claim::Rush,
    ),
    (
        "@offer ..3 zatrzyma*|utrzyma*|keep|hold ..7 decyz*|decision",
        Claim::Deadline,
    ),
    (
        "keep|hold|lock ..3 price|offer|rate|deal ..5 decision|answer|yes",
        Claim::Deadline,
    ),
    (
        "decyzj* ..4 w_ciagu_godziny|w_godzine|do_wieczora|natychmiast|w_pare_minut",
        Claim::Deadline,
    ),
    (
        "decision|answer ..4 within_the_hour|in_an_hour|by_tonight|immediately|this_minute",
        Claim::Deadline,
    ),
    (
        "nowych|nowe|nowej|nowym|new ..2 wyzsz*|higher|drozsz* ..2 staw*|cen*|rates|rate|prices|price|cennik*",
        Claim::Deadline,
    ),
    (
        "ludzi|ludzie|osob|osoby|klientow|klienci ..1 tak* ..1 jak pan|pani|panstwo",
        Claim::Proof,
    ),
    (
        "people|clients|customers|men|women|couples like you",
        Claim::Proof,
    ),
    ("o_nic_innego ..1 nie", Claim::Proof),
    (
        "gdyby ..3 maz|zona|ojciec|matka|mama|tata ..2 zyl|zyla|byl_z_nami|byla_z_nami",
        Claim::Vulnerable,
    ),
    (
        "late husband|wife|father|mother ..6 would|wouldn_t|he_d|she_d",
        Claim::Vulnerable,
    ),
    (
        "zgode|zgoda|pozwolenie|approval|permission|authority ..5 do_konca|do_jutra|do_wieczora|tylko_dzis|until|till|only_today",
        Claim::Deadline,
    ),
    (
        "cofnie|cofna|wycofa|wycofaja|takes_it_back|withdraw*|pull_it|pulled ..4 jutro|rabat|ofert*|upust|tomorrow|offer|discount",
        Claim::Deadline,
    ),
    (
        "jutro|tomorrow ..5 cofn*|wycof*|takes_it_back|withdraw*",
        Claim::Deadline,
    ),
    (
        "sprzed_nosa|przez_palce|through_your_fingers|slip_away|slips_away|from_under_your_nose|uciekl*_panu|uciekl*_pani",
        Claim::Rush,
    ),
    (
        "rynek|market ..2 zdecydowal|wybral|przemowil|spoken|decided",
        Claim::Proof,
    ),
    (
        "ludzie|klienci|wszyscy chca|chcieli|pragna|marza|poszukuja|szukaja",
        Claim::Proof,
    ),
    (
        "people|everyone|everybody|clients|customers want|wants|crave|ask_for|are_after|are_crazy|can_t_wait",
        Claim::Proof,
    ),
    (
        "@people|firmy ..6 wziel*|kupil*|zamowil*|odebral* ..2 u_nas|od_nas",
        Claim::Proof,
    ),
    (
        "satysfakcj*|zadowoleni* ..1 klient*|kierowc*|wlascicieli",
        Claim::Proof,
    ),
    ("customer|client|owner satisfaction", Claim::Proof),
    (
        "kto|ten raz ..3 nie|juz ..3 wraca|wroci|chce|kupi",
        Claim::Proof,
    ),
    (
        "@infer ..6 wieprzowin*|alkohol*|pork|alcohol|halal|koszern*|swiat",
        Claim::Special,
    ),
    (
        "imie|imieniu|nazwisko|name ..4 wiec|so|czyli ..2 pewnie|probably|chyba|raczej",
        Claim::Special,
    ),
    (
        "czyli|wiec|so|hence ..1 praktykujac*|wierzac*|religijn*|believer|religious",
        Claim::Special,
    ),
    ("dopytuj*|dopytywal*|rozpytuj* ..3 o|sie", Claim::Rush),
    (
        "na|po ..2 auto|niego|ten|model|samochod ..3 kolejka|kolejke|lista_oczekujacych",
        Claim::Rush,
    ),
    ("@offer ..2 zdarza*|trafia* ..2 raz|rzadko", Claim::Deadline),
    (
        "had|have|got|getting|taken ..3 calls|enquiries|emails|offers|requests ..2 about|for|on|this",
        Claim::Rush,
    ),
    ("it_s now or ..6 more|never|lose|miss", Claim::Deadline),
    (
        "popyt|zainteresowanie ..3 ogromn*|rosnie|rekordow*|szalen*|oszala*",
        Claim::Rush,
    ),
    (
        "demand ..3 roof|huge|crazy|soaring|high|record",
        Claim::Rush,
    ),
    ("nie_ma_sie nad_czym zastanawiac", Claim::Rush),
    ("nothing to_think|left_to_think|to_decide", Claim::Rush),
    ("zdaz* ..3 przed", Claim::Deadline),
    (
        "zalezy ..1 pani|panu|panstwu ..1 na ..3 zyciu|zdrowiu|bezpieczenstwie ..2 @child",
        Claim::Vulnerable,
    ),
    (
        "if you ..1 care|love|value ..4 @child ..2 life|lives|safety",
        Claim::Vulnerable,
    ),
    (
        "care about ..2 @child ..2 lives|life|safety|s_lives",
        Claim::Vulnerable,
    ),
    (
        "konczy|koncza|wygasa|mija|skonczy ..1 sie ..2 @offer",
        Claim::Deadline,
    ),
    (
        "jak|jesli|gdy|kiedy|jezeli ..2 wyjdzie*|wyjdziecie|odejdzie ..7 cen*|ofert*|rabat*|warunk*|przepad*",
        Claim::Deadline,
    ),
    (
        "kto|kazdy ..2 waha|czeka|zwleka|odklada ..6 drozej|traci|wiecej|placi|przeplac*",
        Claim::Deadline,
    ),
    (
        "whoever|those_who|people_who|if_you ..1 hesitate*|wait|waits|delay*|walk_away|leave_now ..6 more|lose*|pay*|gone|miss*|can_t",
        Claim::Deadline,
    ),
    (
        "walk away|out ..4 price|offer|deal|can_t|gone",
        Claim::Deadline,
    ),
    (
        "cennik|ceny|cena|raty|oprocentowanie ..4 wyzsz*|drozsz*",
        Claim::Deadline,
    ),
    (
        "zapowiedzial*|zapowiada*|oglosil* ..5 podwyzk*|wyzsz*|drozsz*|wzrost*",
        Claim::Deadline,
    ),
    ("announce* ..4 rise|increase|hike|higher", Claim::Deadline),
    (
        "wraca*|wroca|powrot* ..3 stare|stara|normaln*|zwykl*|pelne|wyzsz* ..1 cen*|cennik*|stawk*",
        Claim::Deadline,
    ),
    (
        "old|normal|full|list|higher price|prices ..2 back|return*|again|apply|applies",
        Claim::Deadline,
    ),
    ("back to ..2 full|list|normal|old price", Claim::Deadline),
    (
        "dzwonil*|pytal*|telefonowal* ..5 dwie|dwoje|dwoch|trzy|trzech|kilka|kolejn* ..1 osob*|klient*|chetn*",
        Claim::Rush,
    ),
    (
        "w_jego_sprawie|w_sprawie_tego_auta|o_ten_egzemplarz|o_te_sztuke",
        Claim::Rush,
    ),
    (
        "people|persons|others|customers|clients ..1 rang|called|phoned|asked|enquired|emailed ..1 about|after",
        Claim::Rush,
    ),
    ("jest|sa|ktos juz w_drodze", Claim::Rush),
    ("already|is ..1 on ..1 his|her|their way", Claim::Rush),
    (
        "next|someone|somebody|person|one ..2 on|in ..1 list|line|queue",
        Claim::Rush,
    ),
    (
        "kogos|ktos|nastepn*|kolejn* ..1 z|na liscie|listy|kolejce",
        Claim::Rush,
    ),
    (
        "selling|sell|going like|in_days|in_hours|the_same_day|as_soon_as",
        Claim::Stock,
    ),
    (
        "wouldn_t|don_t leave ..1 it ..1 until|till|too_long|any_longer",
        Claim::Rush,
    ),
    (
        "dried_up|dry_up|drying_up|thin_on_the_ground|like_gold_dust|hard_to_come_by",
        Claim::Stock,
    ),
    (
        "just|only|exactly @few_en of these|them|those|this",
        Claim::Stock,
    ),
    (
        "zablok*|zarezerw*|przytrzym*|zatrzym* ..8 tylko_jesli|tylko_jezeli|pod_warunkiem|tylko_gdy",
        Claim::Rush,
    ),
    (
        "hold|reserve|block|keep|secure ..6 only_if|but_only|provided",
        Claim::Rush,
    ),
    (
        "zdecyd*|decyduj*|podpis*|wplac* ..6 w_tej_chwili|tu_i_teraz|na_miejscu|od_reki",
        Claim::Rush,
    ),
    (
        "decide|commit|sign ..5 right_now|on_the_spot|here_and_now|this_minute|this_very",
        Claim::Rush,
    ),
    (
        "same|tylko takie|te_auta|te_modele|nasze_auta",
        Claim::Proof,
    ),
    (
        "nothing_but|all|full_of|everywhere these|of_these|teslas",
        Claim::Proof,
    ),
    (
        "widac|jezdzi ich ..2 wszedzie|coraz_wiecej|pelno|na_kazdym",
        Claim::Proof,
    ),
    ("see them|these everywhere|on_every|all_over", Claim::Proof),
    (
        "zaufal*|ufa|ufaja ..1 nam ..3 @people|tysiac*|juz|setki",
        Claim::Proof,
    ),
    ("@people ..2 zaufal*|ufa|ufaja", Claim::Proof),
    (
        "@people_en ..2 trust|trusted|trusts ..1 us|this|our|the_brand",
        Claim::Proof,
    ),
    ("trusted by", Claim::Proof),
    (
        "thousands|hundreds|millions of ..1 @people_en",
        Claim::Proof,
    ),
    ("tysiace|setki|miliony ..1 @people", Claim::Proof),
    (
        "forach|forum|internecie|sieci|facebooku|youtube ..5 chwal*|nachwalic|zachwyc*|polec*|poleca*|uwielb*",
        Claim::Proof,
    ),
    (
        "forums|forum|online|internet|reviews|youtube ..6 praise*|love|rave*|recommend*|glowing|agree",
        Claim::Proof,
    ),
    (
        "moja|moj|mojej|my siostra|szwagier|brat|zona|mama|tesciowa|kuzyn|sasiad|sister|brother|wife|cousin|neighbour|uncle|father ..3 tez|wahal*|bal*|nie_odda*|zachwyc*|hesitat*|scared|sceptical|too|loves|won_t ..8 teraz|dzis|odda*|zachwyc*|jezdzi|now|loves|pry|back",
        Claim::Proof,
    ),
    (
        "co drugi|druga|trzeci|czwarty ..1 klient*|kierowc*|kupujacy|osoba|rodzina",
        Claim::Proof,
    ),
    ("one in two|three|four|five ..1 @people_en", Claim::Proof),
    (
        "mam ..5 @few|jeszcze ..1 telefon*|chetn*|zapytan*|rezerwacj*",
        Claim::Rush,
    ),
    (
        "rezerwacje|zamowienia|telefony ..1 leca|sypia|splywaja|urywaj*",
        Claim::Rush,
    ),
    (
        "prosze|musi|trzeba|warto|lepiej ..3 szybko|szybciej ..2 okresl*|zdecyd*|decyz*|decyd*",
        Claim::Rush,
    ),
    ("decydowac ?sie bo", Claim::Rush),
    (
        "zamyka*|wstrzymuj*|koncz*|zakoncz* ..3 zamowien*|produkcj*|nabor|liste|ksiege",
        Claim::Stock,
    ),
    (
        "do_konca_rozmowy|do_konca_spotkania|do_konca_wizyty",
        Claim::Deadline,
    ),
    (
        "juz|zostal* ..1 tylko|jeden|jedna|ostatni* ..2 ten|ta|jeden|jedna|dwa|dwie|trzy",
        Claim::Stock,
    ),
    (
        "zosta* ..2 niewiele|malo|koncowk*|resztk*|pojedyncz*",
        Claim::Stock,
    ),
    (
        "ostatni* ..1 moment|chwila|tydzien|dni|szansa ..1 zeby|by|kiedy|na|gdy",
        Claim::Deadline,
    ),
    (
        "wyprzedan*|wyprzeda|wyprzedaja|rozchwytywan*|deficytow*",
        Claim::Stock,
    ),
    (
        "przyjezdza|przyjedzie|jedzie|przyjada ..1 po niego|to|ten|nia|auto|samochod",
        Claim::Rush,
    ),
    ("chyba_ze ..3 pierwszy|pierwsza|szybsz*", Claim::Rush),
    (
        "im_szybciej_tym|czym_predzej|kto_pierwszy_ten_lepszy|kto_zwleka",
        Claim::Rush,
    ),
    (
        "pustoszej*|topniej*|kurcz* ..2 z_dnia|magazyn|zapas*|place|plac|stok",
        Claim::Stock,
    ),
    (
        "magazyn*|zapas*|plac|stok ..2 pustoszej*|topniej*|kurcz*|swieci",
        Claim::Stock,
    ),
    (
        "najlepszy|idealny|ostatni moment|czas ..2 na|zeby|by ..3 zakup*|kupic|kupno|zamowi*|decyzj*",
        Claim::Deadline,
    ),
    (
        "elektryki|auta|samochody|modele ..3 podrozej*|zdrozej*|beda_drozsze",
        Claim::Deadline,
    ),
    (
        "closing|closes|close|shut* ..2 order_book*|orders|the_books|allocation|book",
        Claim::Stock,
    ),
    (
        "stock|supply|stocks|supplies ..3 drying|running|thin|low|out",
        Claim::Stock,
    ),
    (
        "last|final shot|call|crack|few_days|week_of|day_of|days_of",
        Claim::Deadline,
    ),
    (
        "this_is what_s_left|all_that_s_left|all_we_have_left|what_is_left",
        Claim::Stock,
    ),
    (
        "off_the_table|dies|evaporates when|at|by|after|tonight|tomorrow|today",
        Claim::Deadline,
    ),
    (
        "fighting|queueing|queuing|lining|scrambling ..1 over|for|up",
        Claim::Rush,
    ),
    ("waiting_list", Claim::Rush),
    ("sooner_the_better|first_come", Claim::Rush),
    (
        "put ..2 something|money|deposit|name ..3 down|on ..3 today|now|it|this|before",
        Claim::Rush,
    ),
    ("put his|her|their name ..2 down|on", Claim::Rush),
    (
        "if_you_re|unless_you_re|if_you_are quick|fast|first",
        Claim::Rush,
    ),
    (
        "only|just this week|weekend|month|afternoon",
        Claim::Deadline,
    ),
    (
        "tylko|jedynie|wylacznie w|przez|do ..1 tym|ten|te|konca ..1 tygodniu|tydzien|weekend|miesiacu|tygodnia|miesiaca",
        Claim::Deadline,
    ),
    (
        "sprzedaj* ..4 wiecej|najwiecej ..1 niz|wszystkich|w",
        Claim::Proof,
    ),
    (
        "sell|sold|selling ..2 more of ..1 these|this|them|it|those",
        Claim::Proof,
    ),
    ("outsell*|outsold", Claim::Proof),
    (
        "potrzebn*|konieczn*|prosze_o|liczy_sie szybk* decyzj*",
        Claim::Rush,
    ),
    (
        "mama|maz|tata|ojciec|zona|matka|maz_na_pewno ..3 by_chcial*|chcialby|chcialaby ..2 zeby ..2 pan|pani",
        Claim::Vulnerable,
    ),
    (
        "would_have_wanted|would_want|would_have_loved ..1 you|for_you",
        Claim::Vulnerable,
    ),
    ("how many ..1 good|more|healthy years", Claim::Vulnerable),
    (
        "what would your ..1 @child ..2 think|say|feel",
        Claim::Vulnerable,
    ),
    (
        "co powiedza|pomysla|pomysli|powie ..2 dzieci|syn|corka|wnuki ..4 jesli|jak|gdy|kiedy",
        Claim::Vulnerable,
    ),
    // Stock, Polish.
    ("ostatni* ..2 sztuk*|egzemplarz*", Claim::Stock),
    (
        "ostatni* ..1 auto|auta|samochod* ..3 na_placu|w_polsce|w_kraju|w_salonie|w_magazynie|dostepn*|w_tym_kolorze|w_tej_cenie|w_tej_wersji|z_tej|na_stanie",
        Claim::Stock,
    ),
    (
        "ostatni* ?juz taki|taka|takie|w_tym_kolorze|w_tej_cenie|w_tej_wersji|w_tej_konfiguracji|w_polsce|na_placu",
        Claim::Stock,
    ),
    ("zosta* ..2 @only ..3 @few", Claim::Stock),
    (
        "@only ..2 @few ..3 sztuk*|egzemplarz*|aut|auta|auto|samochod*|taki|takie|takich",
        Claim::Stock,
    ),
    (
        "zosta* ..3 @few|ostatni*|koncowk* ..2 sztuk*|egzemplarz*|aut|auta|samochod*",
        Claim::Stock,
    ),
    (
        "koncz* ..2 sztuk*|zapas*|auta|egzemplarz*|magazyn*|pula",
        Claim::Stock,
    ),
    ("resztk* ..2 magazyn*|zapas*|partii|puli", Claim::Stock),
    (
        "jutro|zaraz|wkrotce|pojutrze|w_poniedzialek ..2 moze ..3 nie_byc|zabraknac|nie_bedzie",
        Claim::Stock,
    ),
    ("zabraknie|braknie", Claim::Stock),
    (
        "schodz*|rozchodz*|sprzedaj*|znikaj*|znika ..3 swieze_buleczki|blyskawicznie|na_pniu|w_oczach|w_mig|z_placu",
        Claim::Stock,
    ),
    ("na_pniu|jak_swieze_buleczki", Claim::Stock),
    (
        "jedyn* ..2 egzemplarz*|sztuk*|auto|taki|takie ..3 w_polsce|w_kraju|na_rynku|dostepn*|w_tym|w_tej",
        Claim::Stock,
    ),
    (
        "limitowan*|ograniczon* ..1 liczb*|ilosc*|sztuk*|parti*|seri*|pul*|czasow*",
        Claim::Stock,
    ),
    // Stock, English.
    (
        "last|final ..2 one|car|unit|example ..5 left|in_the_country|in_poland|in_stock|on_the_lot|available|in_this|of_its_kind|we_have|anywhere|like_this|here",
        Claim::Stock,
    ),
    ("very_last ..2 one|car|unit|example", Claim::Stock),
    (
        "only|just ?a @few_en ..1 left|remaining|to_go|available",
        Claim::Stock,
    ),
    (
        "only|just ?a @few_en ..2 @stock_en ..2 left|remaining|available|in_stock|in_the_country|in_poland",
        Claim::Stock,
    ),
    ("down_to ?our|the ?last @few_en", Claim::Stock),
    ("@few_en ..1 @stock_en left|remaining", Claim::Stock),
    (
        "sell|sells|selling|sold out|fast|quickly|like_hot",
        Claim::Stock,
    ),
    ("fly|flying|flew off", Claim::Stock),
    (
        "snapped_up|hot_cakes|going_fast|stock_is_running|stocks_are_running|running_low|almost_gone|nearly_gone",
        Claim::Stock,
    ),
    (
        "limited stock|stocks|number|numbers|quantit*|availability|allocation|supply",
        Claim::Stock,
    ),
    ("while stocks|stock|supplies last", Claim::Stock),
    // Offers that end, Polish.
    (
        "@offer ..4 znika|zniknie|znikn*|wygas*|przepad*|ucieka|ucieknie|skonczy_sie|sie_skonczy|konczy_sie|sie_konczy|koncza_sie|mija|minie",
        Claim::Deadline,
    ),
    (
        "@offer ..3 tylko|wylacznie|jedynie ..2 dzis|dzisiaj|teraz|do_jutra|do_wieczora|do_konca|jutro|na_dzis|dzien|do|przez",
        Claim::Deadline,
    ),
    (
        "tylko|wylacznie|jedynie dzis|dzisiaj|do_jutra|do_wieczora|do_konca_dnia|do_konca_tygodnia|do_konca_miesiaca|przez_weekend|w_ten_weekend|do_polnocy",
        Claim::Deadline,
    ),
    (
        "@offer ..4 wazn*|aktualn*|obowiazuj* ..2 do_jutra|do_wieczora|do_konca_dnia|do_konca_tygodnia|do_konca_miesiaca|do_polnocy|dzis|dzisiaj",
        Claim::Deadline,
    ),
    (
        "od_jutra|jutro|po_weekendzie|za_tydzien|po_niedzieli|od_poniedzialku|w_przyszlym_tygodniu|od_przyszlego ..5 drozej|drozsz*|wyzsz*|podwyzk*|wzros*|w_gore|zniknie|znika|przepad*|wraca_stara|nowy_cennik",
        Claim::Deadline,
    ),
    (
        "ceny|cena|cennik|raty ..3 rosn*|wzrosn*|w_gore|podskocz*|podnios*|skocz*|podroze*|zdroze*",
        Claim::Deadline,
    ),
    (
        "podwyzk* ..3 od|juz|lada|wkrotce|zaraz|nadchodzi|przed_nami|cen",
        Claim::Deadline,
    ),
    (
        "zanim|przed|nim ..3 podwyzk*|podroz*|zdroz*|wzros*|skocz*",
        Claim::Deadline,
    ),
    (
        "ostatni* ..1 szans*|okazj*|dzwonek|dzien_promocji|dni_promocji|godziny_promocji|chwile_promocji",
        Claim::Deadline,
    ),
    (
        "niepowtarzaln*|jedyn* okazj*|ofert*|szans*",
        Claim::Deadline,
    ),
    (
        "teraz_albo_nigdy|dzis_albo_nigdy|czas_ucieka|zegar_tyka|licznik_bije|czas_sie_konczy",
        Claim::Deadline,
    ),
    // Offers that end, English.
    (
        "discount*|offer*|deal|deals|promotion*|promo|bonus|terms ..4 gone|expires|expire|ends|ending|disappear*|runs_out|run_out|vanish*|lapses",
        Claim::Deadline,
    ),
    (
        "@offer_en ..3 only|just ..2 today|tonight|now|valid_today|this_week|this_weekend|until|till|good",
        Claim::Deadline,
    ),
    (
        "only|just valid|good ..2 today|until|till|now|tonight",
        Claim::Deadline,
    ),
    (
        "today_only|tonight_only|only_today|only_for_today|just_for_today|this_weekend_only",
        Claim::Deadline,
    ),
    (
        "only ..1 hold|keep|guarantee|honour|honor ..3 @offer_en",
        Claim::Deadline,
    ),
    (
        "hold|keep|guarantee|honour|honor ..3 @offer_en ..2 only|until_you|till_you|for_an_hour|for_today|past_today",
        Claim::Deadline,
    ),
    (
        "price|prices ..3 going_up|go_up|goes_up|rise|rises|rising|increase|increases|increasing|jump|climb*|shoot_up|double",
        Claim::Deadline,
    ),
    (
        "before ..3 price|prices|rates ..2 go|goes|rise*|jump*|increase*|climb*",
        Claim::Deadline,
    ),
    (
        "cheapest|lowest|best ..4 ever ..2 see|get|be|find",
        Claim::Deadline,
    ),
    ("last|final chance|opportunity", Claim::Deadline),
    (
        "now_or_never|once_in_a_lifetime|one_time_offer|never_to_be_repeated|clock_is_ticking|time_is_running|limited_time|window_is_closing",
        Claim::Deadline,
    ),
    (
        "sign|decide|order|commit|buy ..2 today|tonight|now|before ..5 or ..6 gone|lose|lost|goes_up|go_up|miss*|disappear*|expire*",
        Claim::Deadline,
    ),
    (
        "gone for_good|by_tomorrow|tomorrow|by_tonight|tonight|by_monday|by_the_weekend|by_next",
        Claim::Deadline,
    ),
    // Others are after it, hurry.
    (
        "inni|kolejni|nastepni|dwoch|dwaj|dwoje|trzech|inny|kolejny|juz|wielu ..1 chetn*|kupc*|zainteresowan*|reflektant*",
        Claim::Rush,
    ),
    (
        "inny|drugi|kolejny|jeszcze_jeden ..1 klient ..4 chce|przyjedzie|przyjezdza|dzwonil*|jedzie|oglada*|wroci|zarezerw*|bierze|wezmie",
        Claim::Rush,
    ),
    (
        "inni|dwoch|dwoje|trzech ..1 klienci|klientow|osoby|osob ..4 czeka*|dzwonil*|oglada*|zarezerw*|poluj*|ustawi*",
        Claim::Rush,
    ),
    (
        "chetny|chetni|chetnych|chetnego ..3 czeka*|ustawi*|pytaj*|pytal*|kolejka|kolejce",
        Claim::Rush,
    ),
    (
        "kolejk* ..3 chetn*|czeka*|po_to_auto|po_niego|po_ten|klient*",
        Claim::Rush,
    ),
    ("ustawia* ..2 kolejk*", Claim::Rush),
    (
        "zanim|nim ..1 ktos|inny|kto_inny|inni ..4 ubieg*|sprzatn*|kupi|wezmie|zarezerw*|zabierze|podkupi|zgarn*",
        Claim::Rush,
    ),
    ("ktos ..4 ubieg*|sprzatn*|podkupi*|zgarn*", Claim::Rush),
    (
        "ktos|kto_inny|inny ..2 juz ..4 dzwonil*|pytal*|ogladal*|zarezerw*|rezerw*|wplac*|czeka*|interes*",
        Claim::Rush,
    ),
    (
        "warto|trzeba|lepiej|radze|prosze|musi ..4 pospiesz*|spieszyc",
        Claim::Rush,
    ),
    (
        "radze|proponuj*|lepiej|warto ..2 wplac* ..3 zaliczk*|zadat* ..2 zanim|dzis|od_razu",
        Claim::Rush,
    ),
    (
        "hurry|act_fast|act_now|act_quickly|be_quick|quick_before|move_fast|move_quickly",
        Claim::Rush,
    ),
    ("miss_out|missing_out", Claim::Rush),
    (
        "before|unless ..1 somebody|someone|another|anyone|the_next ..4 buy*|does|take*|snap*|grab*|gets|get|reserve*|else",
        Claim::Rush,
    ),
    (
        "somebody|someone|anyone ?else ..3 takes|take|snap*|grab*|buys|beat*|reserve*|put_a_deposit",
        Claim::Rush,
    ),
    (
        "another|other|two|three|several|more|few ..2 buyer*|customer*|client*|couple|family|gentleman|lady|man|parties|party ..3 interested|waiting_for_this|waiting_for_it|waiting_for_the_same|coming|looking|want|wants|asked|after|eyeing|lined_up|viewing|due",
        Claim::Rush,
    ),
    ("interested|other|rival buyers|buyer|parties", Claim::Rush),
    (
        "queue|line|waiting_list ..2 buyers|people|customers|for_this|for_it",
        Claim::Rush,
    ),
    // Social proof, Polish.
    (
        "wiekszosc|wszyscy|wszystkie|wszystkich|kazdy|kazda|kazdego|wielu|mnostwo|tysiace|setki|dziesiatki|wiecej|duzo|sporo ..3 @people ..7 @claim",
        Claim::Proof,
    ),
    (
        "wszyscy|wszystkie|kazdy|kazda ..4 kupuj*|kupil*|chwal*|poleca*|zachwycon*|zadowolon*|wybier*|wybral*|przesiad*|zaluj*|biora|bierze|zamawia*|jezdza|jezdzi|uwielbia*",
        Claim::Proof,
    ),
    (
        "klienci|klientki|osoby|ludzie|kierowcy ..2 tacy_jak|takie_jak|podobn* ..6 @claim|zawsze|zwykle|najczesciej",
        Claim::Proof,
    ),
    (
        "tacy|takie|osoby jak pan|pani|panstwo ..4 @claim|zawsze|zwykle|najczesciej",
        Claim::Proof,
    ),
    (
        "w pana|pani|panstwa sytuacji ..5 @people|wszyscy|wiekszosc|zawsze",
        Claim::Proof,
    ),
    (
        "klienci|wlasciciele|kierowcy|uzytkownicy ..4 zadowolon*|zadowoleni|zachwyceni|zaluja|poleca*|chwal*|wracaj*|wybieraj*|kupuj*|uwielbiaj*|zakochan*|narzekaj*|pokochal*",
        Claim::Proof,
    ),
    (
        "moj|moja|nasz|nasza|jeden_z|jedna_z|inna|inny|pewien|pewna|ostatnio|niedawno ..3 klient|klientka|klientow|klientek ..10 @claim|bal*|obawial*|zachwyc*",
        Claim::Proof,
    ),
    (
        "inni|inne|pozostali ..1 klienci|kierowcy|wlasciciele|rodziny|kupujacy ..7 @claim|bali|obawiali|czuli|mysleli|mieli",
        Claim::Proof,
    ),
    (
        "bestseller*|hit*_sprzedazy|najchetniej_wybiera*|najczesciej_wybiera*|najczesciej_kupowan*|najczesciej_zamawian*|najpopularniejsz*|najlepiej_sprzedaj*|numer*_jeden|rekord*_sprzedazy|rekordow*_sprzedaz*",
        Claim::Proof,
    ),
    (
        "cieszy|ciesza ..1 sie ..2 ogromn*|duz*|wielk*|popularnosc*|zainteresowan*|uznan*|powodzen*",
        Claim::Proof,
    ),
    (
        "same|swietne|doskonale|znakomite|fantastyczne ..1 opinie|recenzje",
        Claim::Proof,
    ),
    (
        "pana|pani|panstwa ..1 sasiad*|konkurenc*|znajom*|kolega|kolezanka|koledzy|szef|wspolnik ..4 juz|tez|wlasnie ..3 @claim|ma|maja",
        Claim::Proof,
    ),
    (
        "cala|pol|cale ..1 okolic*|ulic*|osiedl*|miast*|wies ..4 jezdz*|kupuj*|kupil*|przesiad*|zamawia*",
        Claim::Proof,
    ),
    (
        "z_okolicy|na_osiedlu|na_pana_ulicy|na_pani_ulicy ..3 jezdz*|kupuj*|kupil*|przesiad*|maja",
        Claim::Proof,
    ),
    // Social proof, English.
    (
        "most|all|many|lots_of|plenty_of|thousands|hundreds|dozens|almost_all|nearly_all|every|more_and_more|countless|majority|loads_of|almost_every|nearly_every ..4 @people_en ..7 @claim_en",
        Claim::Proof,
    ),
    (
        "clients|customers|people|buyers|families|drivers|owners ..1 like_you|in_your_position|in_your_situation|in_your_shoes|such_as_you|like_yourself ..6 @claim_en|always|usually|tend|never",
        Claim::Proof,
    ),
    (
        "our|my clients|customers|buyers|owners|drivers ..4 @claim_en|always|never|all|adore*",
        Claim::Proof,
    ),
    (
        "one_of_our|one_of_my|another|a_recent|last_week_a|just_yesterday_a ..2 customer*|client*|buyer*|owner* ..10 @claim_en|felt|worried|thrilled|scared",
        Claim::Proof,
    ),
    (
        "everyone|everybody ..5 switch*|buy*|bought|drives|driving|drive_one|drive_electric|loves|order*|choos*|chose|has_one|wants_one|raves|talking_about|getting_one|going_electric|recommend*",
        Claim::Proof,
    ),
    (
        "your neighbour*|neighbor*|competitor*|colleague*|boss|friends ..4 already|just|has|have|also|all ..4 one|bought|ordered|driv*|switched|signed|got",
        Claim::Proof,
    ),
    (
        "best_seller|best_sellers|bestseller*|best_selling|bestselling|most_popular|top_selling|number_one|best_loved|most_loved|most_chosen|favourite_of|crowd_favourite|fan_favourite|sells_itself|top_seller|everyone_s_favourite",
        Claim::Proof,
    ),
    ("don_t_want to be ..2 last|only|left_behind", Claim::Proof),
    (
        "glowing|rave|five_star|nothing_but_good reviews|feedback",
        Claim::Proof,
    ),
    // Leaning on age, illness, grief, debt, fear.
    ("w pana|pani|panstwa|tym|takim wieku", Claim::Vulnerable),
    (
        "na_stare_lata|jesien_zycia|jesieni_zycia",
        Claim::Vulnerable,
    ),
    (
        "ostatni* ..1 auto|samochod ..3 w_zyciu|zycia",
        Claim::Vulnerable,
    ),
    (
        "ile ..2 jeszcze ..3 zosta*|lat|zycia|zim|wiosen",
        Claim::Vulnerable,
    ),
    (
        "poki|dopoki ..3 zdrowie|sily|zyje|zyjemy|mozna_jeszcze",
        Claim::Vulnerable,
    ),
    ("at your age|time_of_life", Claim::Vulnerable),
    ("at @age_en ..2 you|your", Claim::Vulnerable),
    ("while you ..1 still can", Claim::Vulnerable),
    (
        "how many ..2 years|summers|springs|winters ..3 left",
        Claim::Vulnerable,
    ),
    ("last car ..4 ever|life|you_ll|own", Claim::Vulnerable),
    ("any_younger|isn_t_getting_younger", Claim::Vulnerable),
    (
        "przy|z|w|po pana|pani|takiej|panstwa ..1 chorob*|diagnoz*|schorzen*|stanie_zdrowia|przypadlosc*|niepelnosprawn*",
        Claim::Vulnerable,
    ),
    (
        "po_chorobie|po_zawale|po_udarze|po_operacji|po_wypadku ..6 nalezy|zasluguj*|zasluzyl*|warto|trzeba|musi",
        Claim::Vulnerable,
    ),
    (
        "diagnosis|condition|illness|prognosis ..1 like_yours|you_have|you_re_facing|you_got",
        Claim::Vulnerable,
    ),
    (
        "your ..1 illness|diagnosis|condition|disease|disability|cancer|prognosis|therapy ..8 deserve*|treat|chance|need|must|time|car|should",
        Claim::Vulnerable,
    ),
    ("@grief ..9 @balm", Claim::Vulnerable),
    ("@balm ..6 @grief", Claim::Vulnerable),
    (
        "since|after|now_that your ..2 husband|wife|mother|father|mum|dad|son|daughter|partner ..3 passed|died|death|gone|left|funeral",
        Claim::Vulnerable,
    ),
    (
        "komornik*|zadluz*|dlugow|dlugami|w_dlugach|pana_dlugi|pani_dlugi|chwilowk*|windykac*|bez_pracy|stracil*_prac* ..10 jedyn*|ratun*|wyjsc*|podpis*|szans*|ratuj*|oddech*|leasing*",
        Claim::Vulnerable,
    ),
    (
        "jedyn*|ostatni* ..1 ratunek|ratunkiem|deska_ratunku|wyjscie ..6 dlug*|kredyt*|komornik*|rat|pana|pani",
        Claim::Vulnerable,
    ),
    (
        "debt|debts|bailiff*|loans|overdraft|bankrupt*|foreclos*|lost_your_job|arrears|broke ..9 only_way|way_out|lifeline|rescue|solution|relief|chance|sign|escape|save_you",
        Claim::Vulnerable,
    ),
    (
        "only_way_out|lifeline|rescue ..6 debt|debts|loans|bailiff*",
        Claim::Vulnerable,
    ),
    ("wyobra* ..9 @harm", Claim::Vulnerable),
    (
        "pomysl*|pomyslec|prosze_pomyslec|co_bedzie|co_zrobia ..12 @harm",
        Claim::Vulnerable,
    ),
    (
        "imagine|picture|think_about|think_of|think_what|what_if|what_happens ..8 @child|you|your ..6 @harm|crash|crashes",
        Claim::Vulnerable,
    ),
    (
        "forgive|live_with|face|look_at yourself|yourself_in",
        Claim::Vulnerable,
    ),
    (
        "wybacz*|daruj*|darowal* ..2 sobie|panu|pani ..2 @child|nigdy|jesli|gdy|ze|tego",
        Claim::Vulnerable,
    ),
    ("na sumieni*", Claim::Vulnerable),
    ("spojrz* ..4 w_oczy|w_lustro", Claim::Vulnerable),
    (
        "dobr*|prawdziw*|odpowiedzialn* ojciec|matka|rodzic|tata|mama|rodzice|maz|dziadek ..5 by|nie|kupi*|wybier*|wybral*|zawsze|powin*|oszczedz*|zrobi*",
        Claim::Vulnerable,
    ),
    (
        "good|real|responsible|caring father|mother|parent|dad|mum|mom|husband|parents ..4 would|always|never|doesn_t|don_t|buy*|put*|choose*",
        Claim::Vulnerable,
    ),
    (
        "oszczedza* na|kosztem ..2 bezpieczenstw*|zyci*|zdrowi* ..2 @child",
        Claim::Vulnerable,
    ),
    (
        "zyci*|bezpieczenstw* ..2 @child ..4 ceny|warte|bezcenne|wazniejsz*",
        Claim::Vulnerable,
    ),
    (
        "price|money ..2 on|over ..3 life|lives|safety ..4 @child",
        Claim::Vulnerable,
    ),
    (
        "price|money on|over your ..2 @child ..2 life|lives|safety|s_life|s_safety",
        Claim::Vulnerable,
    ),
    (
        "naraz*|ryzykuj*|ryzykowac ..3 zyci*|zdrowi* ..2 @child",
        Claim::Vulnerable,
    ),
    (
        "risk*|gamble|gambling|endanger* ..3 @child",
        Claim::Vulnerable,
    ),
    (
        "@child ..4 zagrozon*|ucierpi*|w_niebezpieczenstwie|zaplac*_zyciem",
        Claim::Vulnerable,
    ),
    // Inference of special categories that the lexicon of words alone does not show.
    (
        "@infer ..8 sugar|insulin|pills|prayer*|cross|headscarf|turban|bible|accent",
        Claim::Special,
    ),
    (
        "sugar|pills|cross|headscarf|turban|bible|accent ..8 @infer",
        Claim::Special,
    ),
    (
        "po|z akcen*|nazwisk*|imieniu|wygladzie|karnacji|urodzie ..4 widac|slychac|poznac|wnosz*|pewnie|chyba",
        Claim::Special,
    ),
    ("@infer ..4 po|z akcen*|nazwisk*|karnacji", Claim::Special),
    (
        "by|from his|her|their|your accent|surname|looks|skin",
        Claim::Special,
    ),
    (
        "@infer ..4 glosuj*|glosowal*|wyborc*|votes|voter|voted",
        Claim::Special,
    ),
    (
        "@infer ..4 niewierzac*|wierzac*|katoli*|ateist*|muzulm*|zyd*|churchgo*|believer",
        Claim::Special,
    ),
    (
        "@infer ..4 gej*|lesbij*|hetero*|gay|lesbian|queer",
        Claim::Special,
    ),
    (
        "@infer ..4 chor*|leczy*|bierze_leki|niepelnospr*|w_ciazy|ill|sick|unwell|disabled|pregnant",
        Claim::Special,
    ),
];

/// These hold a negation of their own, so that none clears them.
pub(super) const FIXED: &[(&str, Claim)] = &[
    (
        "nie ..1 pytaja|pyta|kupuja|chca|biora ..1 o_nic|niczego|nic innego|innego",
        Claim::Proof,
    ),
    ("hardly|never ..1 ask* ..1 for ..1 anything", Claim::Proof),
    (
        "lepszego|lepsza|lepszy|lepszej|dogodniejsz* ..1 momentu|moment|okazj*|chwili|warunkow ..5 nie",
        Claim::Deadline,
    ),
    (
        "never ..3 better|good time|moment|deal|price|chance",
        Claim::Deadline,
    ),
    (
        "nie_ma ..4 ani_jednej|ani_jednego|zadnej|zadnego ..1 sztuk*|egzemplarz*|auta",
        Claim::Stock,
    ),
    (
        "isn_t|not ..1 a_single ..4 left|available|in_stock|one",
        Claim::Stock,
    ),
    (
        "nie_zgadzam|nie_zgodze|nie_akceptuj*|nie_pogodz* ..5 odmow*|nie|sprzeciw*",
        Claim::Pressure,
    ),
    (
        "refuse|refusing|not_going to ..1 accept ..3 refusal|no|that|answer",
        Claim::Pressure,
    ),
    (
        "kto|ten raz ..4 nie_wraca|nie_wroci|nie_chce|nie_kupi",
        Claim::Proof,
    ),
    ("nobody|no_one|noone ..1 goes|went|going back", Claim::Proof),
    (
        "@offer ..4 nie ..5 utrzyma*|przetrwa|potrwa|zostanie",
        Claim::Deadline,
    ),
    (
        "potem|pozniej|pojutrze|po_tym ..2 nic|nie|niczego ..4 zagwarant*|gwarant*|obiec*",
        Claim::Deadline,
    ),
    (
        "won_t|wouldn_t be|come ..2 another|more|one ..4 for|until|months|weeks|again|like",
        Claim::Stock,
    ),
    (
        "nie ..1 przyjmuj*|przyjme ..4 do_wiadomosci|odmow*|tego",
        Claim::Pressure,
    ),
    (
        "nie ..1 wyjdzie|wyjda|wyjdziecie|pojdzie ..5 dopoki|poki|bez|zanim",
        Claim::Pressure,
    ),
    ("az|dopoki ..4 uslysz*", Claim::Pressure),
    (
        "not|aren_t leaving|going ..4 before|until|without|till",
        Claim::Pressure,
    ),
    (
        "tak*|tej|tych ..4 nie ..1 zobaczy|znajdzie|dostanie|powtorz*|trafi|zobacza",
        Claim::Deadline,
    ),
    ("nie ..1 powtorz*", Claim::Deadline),
    (
        "never ..1 see|find|get ..5 again|like_this|like_it|like_that",
        Claim::Deadline,
    ),
    ("can_t|won_t|cannot repeat", Claim::Deadline),
    (
        "juz|wiecej nie ..1 dostaniemy|przyjdzie|przyjda|sprowadz*|zamow*",
        Claim::Stock,
    ),
    (
        "nie dostaniemy|sprowadzimy|przyjdzie|przyjda ..2 wiecej|w_tym_roku|juz|kolejn*",
        Claim::Stock,
    ),
    (
        "no_more|not_getting_any|won_t_be_any ..3 this_year|until|of_these|coming",
        Claim::Stock,
    ),
    (
        "nikt|zaden|none ..2 nie ..1 zalowal*|regretted|has_regretted",
        Claim::Proof,
    ),
    (
        "none ..2 regret*|complain*|returned|come_back",
        Claim::Proof,
    ),
    (
        "nie_ma_mowy|nie_ma_opcji ..6 bez|wyszedl|wyszla|wyjdzie|wyjdz*",
        Claim::Pressure,
    ),
    (
        "no_way ..4 leav*|go*|walk* ..3 without|until",
        Claim::Pressure,
    ),
    ("jeszcze nie ..3 wiec|dlatego|jutro", Claim::Pressure),
    ("as ..2 not yet|maybe", Claim::Pressure),
    ("zastan* ..6 po_podpis*|potem|po_umowie", Claim::Pressure),
    (
        "think ..4 after ..1 signing|the_contract|you_sign",
        Claim::Pressure,
    ),
    (
        "won_t|don_t|refuse_to sign ..5 put|husband|wife|boss",
        Claim::Pressure,
    ),
    ("tak*|tych|ich ..5 juz ..2 nie_ma|nie_bedzie", Claim::Stock),
    (
        "tej|tego|takiego|takich|tych ..3 juz nie ..1 produkuj*|robia|dostan*|zamow*|zrobia|bedzie",
        Claim::Stock,
    ),
    (
        "jak|gdy|kiedy ..2 ten|ta|to|te ..2 pojdzie|zejdzie|pojda|zejda|sprzeda* ..4 koniec|nie|nastepn*",
        Claim::Stock,
    ),
    (
        "dlugo ..2 nie postoi|pozostanie|poczeka|zostanie|potrwa|postoja",
        Claim::Stock,
    ),
    ("nie ..1 postoi|postoja|poczeka ..1 dlugo", Claim::Stock),
    (
        "dopoki|poki|zanim ..1 nie ..1 wyjdzie|wyjdziecie|opusci",
        Claim::Deadline,
    ),
    (
        "drug*|taka|takiej|takie ..2 szans* ..4 nie|juz",
        Claim::Deadline,
    ),
    (
        "bez zaliczki|wplaty|podpisu|rezerwacji ..6 nie",
        Claim::Rush,
    ),
    (
        "nie ..1 dam|moge|bede|damy|mozemy ..5 przytrzym*|odlozyc|zatrzym*",
        Claim::Rush,
    ),
    (
        "won_t|can_t|cannot|never|not find|get|see ..2 another|one_like|a_better|this_price|it_again",
        Claim::Stock,
    ),
    (
        "don_t|doesn_t|won_t|never|not stay|sit|stand|hang|last|remain ..6 long|floor|lot|around",
        Claim::Stock,
    ),
    (
        "can_t|cannot|won_t|couldn_t|not_able ..3 honour|honor|hold|guarantee|keep|match ..3 figure|price|offer|deal|number|rate|aside",
        Claim::Deadline,
    ),
    (
        "can_t|won_t|cannot keep|put|set|hold ..2 aside ..2 otherwise|without|unless",
        Claim::Rush,
    ),
    (
        "prosze|lepiej|radze|nie_warto|po_co ..1 nie|to odkladac|zwlekac|czekac",
        Claim::Rush,
    ),
    (
        "dobr*|prawdziw*|odpowiedzialn*|kochajac* ojciec|matka|rodzic|tata|mama|rodzice|maz|dziadek ..5 by|nie|zastanawia*|kupi*|wybier*|wybral*|zawsze|powin*|oszczedz*|zrobi*",
        Claim::Vulnerable,
    ),
    (
        "good|real|responsible|caring|loving father|mother|parent|dad|mum|mom|husband|parents ..4 would|wouldn_t|always|never|doesn_t|don_t|buy*|put*|choose*",
        Claim::Vulnerable,
    ),
    ("tak_dlugo az", Claim::Pressure),
    (
        "az|dopoki ..4 ulegn*|ulegnie|pogadamy|powie",
        Claim::Pressure,
    ),
    (
        "don_t|won_t|can_t|not accept|take|buy ..2 answer|no|refusal",
        Claim::Pressure,
    ),
    (
        "not|aren_t going|leaving anywhere|until|before|without|here ..3 until|before|we|without|you",
        Claim::Pressure,
    ),
    (
        "not going_anywhere until|before|without|till",
        Claim::Pressure,
    ),
    (
        "nie ..1 ruszymy|wyjdziemy|skonczylem|skonczylismy",
        Claim::Pressure,
    ),
    (
        "ile jeszcze ..3 pojezdzi|pozyje|zostalo|zostaly",
        Claim::Vulnerable,
    ),
    (
        "nikt|kogos ..4 wyszedl|odszedl|kto ..3 niezadowolon*|zalowal*|zaluj*|narzek*",
        Claim::Proof,
    ),
    (
        "taniej ..3 nie_bedzie|nie_kupi*|juz_nie|nie_znajdz*",
        Claim::Deadline,
    ),
    (
        "nie bede|bedziemy|jestem ..4 w_stanie ..4 utrzyma*|zagwarant*|dac",
        Claim::Deadline,
    ),
    (
        "od_jutra|jutro|po_weekendzie|od_poniedzialku ..4 nie_utrzymam|nie_gwarantuj*|juz_nie|nie_bede|nie_bedzie",
        Claim::Deadline,
    ),
    (
        "takiej|taka|drugiej|druga ..2 okazj*|ofert*|cen* ..4 nie|juz_nie",
        Claim::Deadline,
    ),
    (
        "okazj*|ofert* ..3 nie_powtorz*|nie_trafi*|juz_nie|sie_nie_powtorz*",
        Claim::Deadline,
    ),
    (
        "jesli|jezeli|jak ..3 nie ..1 podpis*|zdecyduj*|wplac*|zarezerwuj* ..1 ..3 przepad*|strac*|koniec|nie_bedzie|ucieknie|pojdzie",
        Claim::Deadline,
    ),
    (
        "nie_ma|nie_ma_juz na_co|co|czasu ..1 czekac|zwlekac|do_stracenia|odkladac",
        Claim::Rush,
    ),
    ("nie_warto|szkoda ..1 czekac|zwlekac|odkladac", Claim::Rush),
    (
        "lepiej|prosze|radze ..2 nie zwlekac|czekac|odkladac",
        Claim::Rush,
    ),
    (
        "won_t|will_not|can_t last|be_here|be_around|be_available|stay_long|see_this_price|find_this|get_this_again|be_repeated",
        Claim::Stock,
    ),
    (
        "never ..3 cheaper|this_cheap|this_price|come_again|get_a_better|again",
        Claim::Deadline,
    ),
    (
        "don_t|can_t|no_time_to ..1 wait|miss|delay|hesitate",
        Claim::Rush,
    ),
    (
        "can_t_promise ..6 tomorrow|next_week|monday",
        Claim::Deadline,
    ),
    (
        "nikt|zaden|ani_jeden|zadna|malo_kto ..6 nie_zalowal*|nie_zaluj*|zalowal*|zaluj*|oddal*|zwrocil*|wrocil*|wraca*|narzek*|reklamowal*|rezygn*|zrezygnowal*|wybiera*|kupuj*",
        Claim::Proof,
    ),
    ("za_nic ..2 nie_wroc*|nie_wraca*|nie_oddal*", Claim::Proof),
    (
        "nobody|no_one|not_one|not_a_single ..4 regret*|returned|complain*|gave_it_back|went_back|goes_back|looked_back|changed_their",
        Claim::Proof,
    ),
    (
        "hardly|barely anybody|anyone|any|a_soul ..5 ask*|choos*|pick*|want*|regret*|return*|complain*|buys",
        Claim::Proof,
    ),
    ("never look|looked|looks back", Claim::Proof),
    (
        "nie przyjmuj*|przyjme|uznaj*|przyjmiemy ..1 odmow*",
        Claim::Pressure,
    ),
    ("nie ..1 wypuszcz*|odpuszcz*|odpuszcze", Claim::Pressure),
    ("pana|pani|panstwa nie wypuszcz*", Claim::Pressure),
    (
        "nie ..1 wyjdzie|wyjda|pozwole ..3 bez|wyjsc|podpis*",
        Claim::Pressure,
    ),
    (
        "az|dopoki ..3 zgodz*|zmieni*|podpis*|powie_tak|ustapi*",
        Claim::Pressure,
    ),
    (
        "dzwoni*_do_skutku|prosic_do_skutku|namawia*_do_skutku|nie_dam_za_wygrana|nie_poddam_sie|nie_odpuszcze",
        Claim::Pressure,
    ),
    ("na_pewno|jeszcze ..2 zmieni ..1 zdanie", Claim::Pressure),
    (
        "podaj*|podac|prosze ..2 jeden|choc_jeden ..2 powod*",
        Claim::Pressure,
    ),
    (
        "nie to|jest|znaczy jeszcze|dopiero|tylko ..2 koniec|poczatek|odpowiedz|rozmow*",
        Claim::Pressure,
    ),
    (
        "won_t|will_not|not|never|don_t ?going_to take|accept ?a no",
        Claim::Pressure,
    ),
    ("no for_an_answer", Claim::Pressure),
    (
        "not|won_t|can_t|never let|letting you|him|her|them ..1 leave|go|walk|out|say_no",
        Claim::Pressure,
    ),
    (
        "until|till you ..2 change|say_yes|agree|sign|give_in|come_round|come_around",
        Claim::Pressure,
    ),
    ("can_t|don_t|didn_t ..2 mean no", Claim::Pressure),
    (
        "no ..1 is|isn_t ..1 just|only|not_an|an_answer|fear|the_start",
        Claim::Pressure,
    ),
    (
        "keep|keeps ringing|calling|phoning|pestering|asking_until|at_you",
        Claim::Pressure,
    ),
    ("give_me|tell_me|name ..1 one ..2 reason", Claim::Pressure),
    (
        "nie ..1 mlodni*|mlodszy_nie|lat_nie_ubywa",
        Claim::Vulnerable,
    ),
    (
        "mlodsz* ..2 nie_bedzie|sie_nie_robi*|juz_nie",
        Claim::Vulnerable,
    ),
    (
        "not|isn_t|aren_t|nobody_s getting any_younger|younger",
        Claim::Vulnerable,
    ),
    (
        "don_t|may_not|won_t|might_not have|get ..2 decades|years_to|many_years|much_time_left|another_chance|long_left|forever",
        Claim::Vulnerable,
    ),
    (
        "nie ..2 wybacz*|daruj*|darowal* ..2 sobie",
        Claim::Vulnerable,
    ),
    ("never|not ..1 forgive yourself", Claim::Vulnerable),
];

/// Words that say a claim is not being made; they clear what follows until a "but".
pub(super) const DISCLAIMERS: &[&str] = &[
    "nie|nigdy bede|bedziemy|powiem|zamierzam|chce|mowie|twierdze|obiecam|obiecuje|wiem|namawiam|bylo|musi|musza|trzeba|ma|strasze|straszymy ?mowic|opowiadac|straszyc|udawac|obiecywac|twierdzic|wmawiac|naciskac|zgadywac|udaje|zadnego|tu|powodu|powodow|sie",
    "nie musi ..1 sie",
    "nie ..2 spiesz*",
    "nic|nikt|zaden|bez ..3 goni|pogania|nacisk*|presji|pospiech*|posp*",
    "won_t|will_not|don_t|never|not_going_to|can_t|cannot|wouldn_t|not ..1 pretend|tell|say|claim|promise|scare|push|know|use|invent|guess|rush|chase|ring|call",
    "no need|rush|hurry|pressure|reason|prize|idea|data|figures",
    "nie|brak ..1 mam|mamy|ma ..1 danych|liczb|statystyk",
    "isn_t|aren_t|not ?about_to ?going_to",
    "there_s|there_is no|nothing",
    "why|po_co|skad ..2 hurry|rush|spieszyc|pospiech",
    "rather_than|instead_of|zamiast|threat*|groz*|grozic",
    "you|we|they don_t ..1 wait",
    "cen* ?za pradu|energii|paliw*|benzyny|ladowania|prad|energie",
    "electricity|energy|fuel|petrol|power price*",
];

/// Words that end a disclaimer.
pub(super) const TURNS: &[&str] = &["ale", "but", "jednak", "however", "tylko", "lecz"];

/// What a respectful sentence says about a loss or a refusal.
pub(super) const KIND: &[&str] = &[
    "przykro|wspolczuj*|kondolenc*|wyraz* ..3 strat*|smierc*|powodu|pani|panu",
    "bardzo_mi_przykro|najszczersze",
    "sorry for|to_hear",
    "my condolences",
    "wrocic do rozmowy",
];
