//! Patterns of dishonest sentences in Polish and English, folded, without diacritics.
//!
//! They describe what is claimed (a car that others are after, what most clients do, a "no" that is
//! overridden), not sentences somebody once said. Patterns as in [`phrase`](crate::domain::phrase).

mod leaning;
mod pressure;
mod proof;
mod scarcity;

#[rustfmt::skip]
pub(super) const CLASSES: &[(&str, &str)] = &[
    ("stock", "sztuk* egzemplarz* auto auta aut autko autka samochod* model* wersj* kolor*"),
    ("stock_en", "car cars unit units model models vehicle vehicles one ones piece pieces example examples colo*"),
    ("few", "jeden jedna jedno jednego dwa dwie dwoch trzy trzech cztery czterech piec pieciu kilka pare 1 2 3 4 5 6 7 8 9"),
    ("few_en", "one two three four five six seven few handful couple 1 2 3 4 5 6 7 8 9"),
    ("only", "tylko jedynie zaledwie raptem ledwie"),
    ("offer", "rabat rabatu rabaty bonus doplata akcja akcje kampania wyprzedaz promocj* ofert* okazj* cena ceny cene znizk* upust* warunki"),
    ("offer_en", "discount* campaign sale rate rates rebate* offer* deal deals price prices promotion* promo bonus terms"),
    ("people", "klient* kierowc* kupujacy kupujacych osob osoby ludzi ludzie uzytkowni* wlasciciel* rodzin rodziny przedsiebiorc* firm firmy nabywc* posiadacz* sasiad* sasiedzi taksowkarz* lekarz* handlowc* panowie panie kobiet kobiety"),
    ("people_en", "client* customer* buyer* driver* owner* people famil* user* neighbour* neighbor* businesses companies everyone everybody folks"),
    ("claim", "wybier* wybral* kupuj* kupil* kupi zamawia* zamowil* bierze biora wzial* wziel* mowi mowia mowil* poleca* chwal* wraca wracaja wrocil* wrocic zaluj* zalowal* przesiad* decyduj* zdecydowal* jezdzi jezdza podpis* pokocha* uwielbia* narzek* rezygn* zachwycon* zadowolon* zakochan* oddal* zwrocil* reklamowal* twierdz* potwierdz* przyznaj* stawia* zmienil* wola woli"),
    ("claim_en", "choose* chose pick picks picked buy buys bought buying order orders ordered love loves loved recommend* say says said tell* report* regret* regretted switch* go_for goes_for went_for sign signs signed prefer* happy satisfied delighted thrilled come_back came_back look_back looked_back rave* swear* upgrade* drives driving returned complain* convinced end_up ends_up"),
    ("refusal", "odmawia* odmowi* odmow* odrzuc* nie_chce nie_chca nie_chcial* nie_zyczy nie_zycza nie_jest_zainteresowan* nie_sa_zainteresowan* niezainteresowan* podziekowal* zrezygnowal* powiedzial*_nie mowi_nie mowi_pan_nie mowi_pani_nie powiedzial*_pan_nie powiedzial*_pani_nie slysz*_nie slyszal*_nie slyszal*_juz_nie uslyszal*_nie pana_nie pani_nie to_nie said_no say_no says_no saying_no said_no_to told_me_no mean_no not_interested aren_t_interested weren_t_interested wasn_t_interested isn_t_interested rather_not don_t_want didn_t_want doesn_t_want declined refus* turned_down turn_down your_no a_no not_for_you had_enough"),
    ("yet", "mimo_to mimo_wszystko jednak ale i_tak tak_czy_inaczej tak_czy_siak lecz chociaz choc przynajmniej jeszcze_raz but anyway still regardless nevertheless yet however all_the_same at_least even_so once_more"),
    ("push", "podpis* umowe umowa umowy rezerwacj* zarezerwow* zaliczk* przekona* namow* namawia* zadzwoni* dzwoni* wypuszcz* odpuszcz* zgodz* formalnosci naciska* wysylam_umowe przygotowal*_umowe nie_poddam* nie_poddaj* wracam_do wrocimy_do zmieni*_zdanie sign signing signature paperwork contract deposit convince persuade change_your_mind keep_ringing keep_calling keep_asking ring ringing call calling not_letting booked_you book_you expect_you finalise finalize keep_trying get_you_to talk_you_into push give_up put_you_down"),
    ("grief", "po_smierci po_stracie po_odejsciu po_pogrzebie wdow* osierocon* zalob* samotn* po_rozwodzie po_rozstaniu after_your_loss widow* grief grieving mourning lonely loneliness bereave* divorce divorced funeral"),
    ("balm", "nalezy_sie nalezy_sie_pani zasluguj* zasluzyl* pomoze pomaga pocies* zapeln* poprawi* oslodz* osladz* nagrod* ukoi* ratunek nowy_poczatek nowego_poczatku rozproszy zapomni* odskoczni* deserve* treat cheer* comfort* fill heal* help helps fresh_start lift new_start distraction reward* company"),
    ("harm", "wypadk* wypadek zgin* umr* umier* zabij* zabil* kalek* szpital* tragedi* nieszczesc* pogrzeb* accident die dies died killed killing hurt injured funeral tragedy wreck"),
    ("child", "dzieci dziecko dziecka dziecku dziecmi syn* corka corki corke corce wnuk* wnucz* malenstw* children child kids kid son daughter little_ones baby grandchildren family rodzin*"),
    ("age_en", "sixty seventy eighty ninety sixty* seventy* 60 61 62 63 64 65 66 67 68 69 70 71 72 73 74 75 76 77 78 79 80 81 82 83 84 85 86 87 88 89 90"),
    ("infer", "pewnie chyba widac wyglada_na najwyrazniej zapewne prawdopodobnie z_pewnoscia musi_byc na_pewno slychac must_be probably obviously clearly likely apparently seems looks_like surely"),
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

/// Patterns that a negation before or inside them clears ("there isn't only one left").
pub(super) const NEGATABLE: &[&[(&str, Claim)]] =
    &[scarcity::NEGATABLE, proof::NEGATABLE, leaning::NEGATABLE];

/// Patterns that hold a negation of their own, so that none clears them.
pub(super) const FIXED: &[&[(&str, Claim)]] = &[
    scarcity::FIXED,
    proof::FIXED,
    pressure::FIXED,
    leaning::FIXED,
];
