//! Whether the client can charge at home.

use std::{ops::Range, sync::LazyLock};

use super::{Reading, SlotValue, WEAK, cues::breaks};
use crate::domain::{
    labels::SlotKey,
    phrase::{Phrases, Words},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Home {
    Yes,
    No,
    /// A flat, of which most have no socket by the car.
    Flat,
    /// On the road.
    Public,
    /// Somebody else's, or the boot's.
    Elsewhere,
}

const CLASSES: &[(&str, &str)] = &[
    (
        "plug",
        "gniazd* wtyczk* kontakt kontaktu sila sile wallbox* ladowark* wtyczka plug socket sockets charger chargers wallbox wall_box charging_box charging_point home_charger three_phase",
    ),
    (
        "power",
        "gniazd* kontakt sila przylacze prad pradem pradu trojfaz* electricity power three_phase wallbox* ladowark* charger",
    ),
    (
        "home",
        "w_garazu garaz garazu garazem domem w_domu domu w_wiacie wiacie pod_domem na_podjezdzie podjezdzie w_stodole stodole szopie komorce blaszak* przy_domu na_posesji w_hali pod_wiata na_podworku na_stanowisku obok_auta kolo_auta przy_miejscu garage at_home home house our_house driveway the_drive cabin carport barn shed",
    ),
    (
        "denied",
        "nie_wydal* odmowil* nie_zgodz* nie_zgadza* nie_pozwala* nie_pozwoli* powiedzial*_nie nie_chce zabrania zabronil* nie_wyraz* nie_daje* nie_da nie_dal* blokuj* voted_against refused refuses won_t wouldn_t doesn_t said_no won_t_allow doesn_t_allow won_t_let",
    ),
    (
        "block",
        "wspolnot* spoldzielni* administracj* administrator* committee zarzad zarzadca landlord housing_association building_manager wlasciciel_mieszkania the_management",
    ),
    (
        "charge",
        "ladowac naladowac podlaczyc wpiac podpiac podladowac sie_wpiac sie_podlaczyc ladowania",
    ),
];

static HOME: LazyLock<Phrases<Home>> = LazyLock::new(|| {
    Phrases::new(
        CLASSES,
        &[
            (
                "parkuj*|parking|parkuje|stoi ..2 ulicy|ulica|chodniku|chodnik|pod_blokiem|na_osiedlu",
                Home::No,
            ),
            (
                "street_parking|park ..2 on_the_street|park_in_the_street|on_street_parking",
                Home::No,
            ),
            ("on_the_street|on_street we|i ..1 park", Home::No),
            (
                "kabel|kabla|kablem|przedluzacz ..2 przez|z ..1 okno|okna|chodnik|balkon|balkonu",
                Home::No,
            ),
            (
                "nie_ma_mowy|mowy_nie_ma|nie_wchodzi_w_gre ..4 ladowark*|gniazd*|wallbox*",
                Home::No,
            ),
            ("@home ..4 @power", Home::Yes),
            ("prad|sila|trojfaz* ..3 @home", Home::Yes),
            (
                "power|electricity ..3 in_the_garage|in_my_garage|at_home|in_the_carport|driveway",
                Home::Yes,
            ),
            (
                "wallbox*|ladowark*|gniazd* ..3 wisi|juz_mam|mamy_juz|zamontowa*|zainstalowa*|zalozy*|zalozon*|stoi|jest|juz_jest|gotow*",
                Home::Yes,
            ),
            (
                "charger|wallbox|wall_box|socket ..3 installed|fitted|on_the_wall|already|outside|on_the_side",
                Home::Yes,
            ),
            ("outside|outdoor socket|plug|charger", Home::Yes),
            (
                "nie_ma|brak|nie_mam|nie_mamy|bez|zadnego|zadnych|zadnej|zero ..3 @plug|wtyczki|garazu|wlasnego_miejsca|wlasnego_gniazdka",
                Home::No,
            ),
            (
                "@plug ..2 brak|nie_ma|nie_mam|nie_mamy|nie_bedzie|nie_zrobi*|zero",
                Home::No,
            ),
            (
                "garazu|garaz|miejsca brak|nie_ma|nie_mam|nie_mamy|zero",
                Home::No,
            ),
            (
                "nie_mam|nie_ma|nie_mamy|nie_bedzie|nie_bardzo ..2 gdzie|jak|mozliwosci ..5 @charge",
                Home::No,
            ),
            (
                "@charge ..2 nie_mam|nie_ma|nie_mamy|nie_bede_mial*|nie_bedzie ..1 gdzie|jak",
                Home::No,
            ),
            (
                "pod|w domem|blokiem|bloku|kamienicy|mieszkaniu|domu ..3 nie_mam|nie_ma|nie_mamy ..1 gdzie|jak",
                Home::No,
            ),
            (
                "nie_mam|nie_ma ..1 gdzie ..3 domem|blokiem|bloku|kamienic*",
                Home::No,
            ),
            (
                "kabla nie_spuszcze|nie_pociagne|nie_puszcze|nie_przeciagne|nie_przerzuce",
                Home::No,
            ),
            ("jest|sa ..2 gniazd*|wallbox*", Home::Yes),
            ("sockets everywhere|in|at|by", Home::Yes),
            ("blok|wiezowiec ..2 pietro", Home::Flat),
            ("share|rent ..1 a flat|studio|room", Home::Flat),
            ("nikt nie laduje", Home::No),
            (
                "gniazdku|ladowarce ..2 nie_wspominajac|nie_wspomne|pomarzyc|marzyc|zapomniec|nie_ma_mowy",
                Home::No,
            ),
            (
                "sleeps|lives|stands|parked|parks ..2 on_the_street|in_the_street",
                Home::No,
            ),
            ("sila|sile ..1 jest|mam|mamy", Home::Yes),
            (
                "charger|socket|plug ..1 by|near|next_to|beside the|my|our gate|wall|door|fence|house|garage|driveway|car",
                Home::Yes,
            ),
            ("ani_jednego|not_even_a|not_even_one ..1 @plug", Home::No),
            ("garaz*|hali ..2 bez_pradu", Home::No),
            ("pradem nie_mam", Home::No),
            ("@home ..4 nie_ma ..2 ladowar*|gniazd*|pradu", Home::No),
            (
                "brak|nie_mam|nie_mamy|nie_ma ..1 mozliwosci ..2 ladowania",
                Home::No,
            ),
            ("mam|mamy ..1 mozliwosc ..2 ladowania|ladowac", Home::Yes),
            (
                "na_osiedlu|w_bloku ..4 ani_jednej|zadnej|zadnych|brak ..1 ladowar*",
                Home::No,
            ),
            ("@block ..6 @denied", Home::No),
            ("@denied ..4 @block", Home::No),
            (
                "nikt ..3 gniazd*|gniazdka|ladowarki ..2 nie_zrobi|nie_zalozy|nie_da",
                Home::No,
            ),
            (
                "nie_naladuje|nie_moge_ladowac|nie_podlacze ..3 domu|bloku|sie|pod",
                Home::No,
            ),
            (
                "no|without|any|isn_t_a ?home|own|private charger|chargers|socket|sockets|plug|wallbox|wall_box|charging|garage|driveway|power|outlet",
                Home::No,
            ),
            (
                "nowhere|no_place|no_way|nothing ..2 to ..1 charge|plug",
                Home::No,
            ),
            (
                "can_t|cannot|couldn_t|not_able_to ..1 charge|plug ..2 home|flat|building|house|in",
                Home::No,
            ),
            (
                "won_t|wouldn_t|doesn_t ..4 charger|socket|wallbox ..3 garage|building|flat",
                Home::No,
            ),
            ("@plug ..4 @home", Home::Yes),
            ("@home ..6 @plug", Home::Yes),
            ("mam|mamy|jest|bedzie ..2 gdzie|jak ..2 @charge", Home::Yes),
            (
                "ladowac|ladowanie|podlaczyc|podpiac ..2 mam|mamy|jest ..1 gdzie|jak",
                Home::Yes,
            ),
            (
                "ladujemy|laduje|naladuje|bede_ladowac|bede_ladowal*|ladowac ..3 z_wlasnego|w_domu|w_garazu|z_garazu|z_dachu|pod_domem|u_siebie|na_podjezdzie|we_wlasnym",
                Home::Yes,
            ),
            (
                "charge|charges|charging|plug_in ..3 at_home|at_my_house|at_the_house|in_my_garage|in_the_garage|in_our_garage|overnight_at_home|on_the_drive",
                Home::Yes,
            ),
            ("have|got|ve ?a box ..2 at_home|in_the_garage", Home::Yes),
            ("mam|mamy|have|got|ve ..2 @plug", Home::Yes),
            ("a|the plug|socket for_the", Home::Yes),
            (
                "mieszk* ..4 bloku|blok|kamienicy|kamienica|kawalerce|kawalerka|wiezowcu|pietrze|wynajmowanym|wynajmie|blokowisku",
                Home::Flat,
            ),
            (
                "kamienica|wynajmuje_mieszkanie|mam_mieszkanie_w_bloku|flat_on_the|i_rent_a|rent_a_flat|rent_a_studio|live_in_a_flat|i_m_in_a_flat|apartment_block|tower_block",
                Home::Flat,
            ),
            ("live|flat|apartment ..2 on_the ..1 floor", Home::Flat),
            (
                "u_tesciow|u_rodzicow|u_mamy|u_babci|na_dzialce|parents|in_laws ..4 @plug",
                Home::Elsewhere,
            ),
            (
                "@plug ..3 bagaznik*|boot|trunk|pracy|biurem|biurze|firmie|work|office|kosciol*|urzedem|dyskont*|trasie|stacji|hotel*|miescie|miasto|galeri*|osiedlu|tesciow|rodzicow|rynku|sklepem",
                Home::Elsewhere,
            ),
            (
                "pod|przy|at|w biurem|biurze|firma|pracy|work|the_office ..4 @plug",
                Home::Elsewhere,
            ),
            (
                "gdybym|jakbym|gdyby|jesli|musialbym|trzeba|ile|if|would_need|need|cost* ..6 @plug",
                Home::Elsewhere,
            ),
            (
                "szybk*|publiczn*|miejsk*|fast|public|rapid @plug",
                Home::Public,
            ),
            (
                "portable|przenosn*|dorzuc*|gratis|in_the_boot @plug",
                Home::Elsewhere,
            ),
            (
                "free|make_the|dorzuc*|throw_in|w_cenie|oferuj*|offered ..4 @plug",
                Home::Elsewhere,
            ),
        ],
    )
});

pub(super) fn read(reading: &mut Reading<'_>, words: &Words<'_>, tokens: &Range<usize>) {
    let hits = HOME.find(words);
    let all = |home: Home| {
        hits.iter()
            .filter(move |h| h.value == home)
            .map(|h| h.tokens.clone())
            .filter(|at| !reading.of_others(at.start) && !reading.is_filler(at.start))
    };
    let asks = reading.asks(tokens.start) && !matches!(words.get(0), "mam" | "mamy" | "i" | "we");
    let public = hits.iter().any(|h| h.value == Home::Public);
    let elsewhere = public || hits.iter().any(|h| h.value == Home::Elsewhere);
    let no = all(Home::No).next().filter(|_| !public);
    // Within a clause the denial holds; a later clause takes it back.
    let denied = no
        .as_ref()
        .and_then(|_| all(Home::No).map(|at| at.end).max());
    let later = |at: &Range<usize>| {
        denied.is_none_or(|end| end <= at.start && breaks(reading.folded, &(end..at.start)))
    };
    let yes = all(Home::Yes).find(later).filter(|_| !elsewhere && !asks);
    let found = match (yes, no) {
        (Some(yes), _) => Some((true, yes, 1.0)),
        (None, Some(no)) => Some((false, no, 1.0)),
        (None, None) => all(Home::Flat).next().map(|flat| (false, flat, WEAK)),
    };
    if let Some((yes, at, weight)) = found {
        reading.state(SlotKey::HomeCharging, SlotValue::YesNo(yes), &at, weight);
    }
}
