//! A refusal that is not taken.

use super::Claim::{self, Pressure};

/// These hold a negation of their own, so that none clears them.
#[rustfmt::skip]
pub(in crate::domain::guard) const FIXED: &[(&str, Claim)] = &[
    ("nie_zgadzam|nie_zgodze|nie_akceptuj*|nie_pogodz* ..5 odmow*|nie|sprzeciw*", Pressure),
    ("refuse|refusing|not_going to ..1 accept ..3 refusal|no|that|answer", Pressure),
    ("nie ..1 przyjmuj*|przyjme ..4 do_wiadomosci|odmow*|tego", Pressure),
    ("nie ..1 wyjdzie|wyjda|wyjdziecie|pojdzie ..5 dopoki|poki|bez|zanim", Pressure),
    ("az|dopoki ..4 uslysz*", Pressure),
    ("not|aren_t leaving|going ..4 before|until|without|till", Pressure),
    ("nie_ma_mowy|nie_ma_opcji ..6 bez|wyszedl|wyszla|wyjdzie|wyjdz*", Pressure),
    ("no_way ..4 leav*|go*|walk* ..3 without|until", Pressure),
    ("jeszcze nie ..3 wiec|dlatego|jutro", Pressure),
    ("as ..2 not yet|maybe", Pressure),
    ("zastan* ..6 po_podpis*|potem|po_umowie", Pressure),
    ("think ..4 after ..1 signing|the_contract|you_sign", Pressure),
    ("won_t|don_t|refuse_to sign ..5 put|husband|wife|boss", Pressure),
    ("tak_dlugo az", Pressure),
    ("az|dopoki ..4 ulegn*|ulegnie|pogadamy|powie", Pressure),
    ("don_t|won_t|can_t|not accept|take|buy ..2 answer|no|refusal", Pressure),
    ("not|aren_t going|leaving anywhere|until|before|without|here ..3 until|before|we|without|you", Pressure),
    ("not going_anywhere until|before|without|till", Pressure),
    ("nie ..1 ruszymy|wyjdziemy|skonczylem|skonczylismy", Pressure),
    ("nie przyjmuj*|przyjme|uznaj*|przyjmiemy ..1 odmow*", Pressure),
    ("nie ..1 wypuszcz*|odpuszcz*|odpuszcze", Pressure),
    ("pana|pani|panstwa nie wypuszcz*", Pressure),
    ("nie ..1 wyjdzie|wyjda|pozwole ..3 bez|wyjsc|podpis*", Pressure),
    ("az|dopoki ..3 zgodz*|zmieni*|podpis*|powie_tak|ustapi*", Pressure),
    ("dzwoni*_do_skutku|prosic_do_skutku|namawia*_do_skutku|nie_dam_za_wygrana|nie_poddam_sie|nie_odpuszcze", Pressure),
    ("na_pewno|jeszcze ..2 zmieni ..1 zdanie", Pressure),
    ("podaj*|podac|prosze ..2 jeden|choc_jeden ..2 powod*", Pressure),
    ("nie to|jest|znaczy jeszcze|dopiero|tylko ..2 koniec|poczatek|odpowiedz|rozmow*", Pressure),
    ("won_t|will_not|not|never|don_t ?going_to take|accept ?a no", Pressure),
    ("no for_an_answer", Pressure),
    ("not|won_t|can_t|never let|letting you|him|her|them ..1 leave|go|walk|out|say_no", Pressure),
    ("until|till you ..2 change|say_yes|agree|sign|give_in|come_round|come_around", Pressure),
    ("can_t|don_t|didn_t ..2 mean no", Pressure),
    ("no ..1 is|isn_t ..1 just|only|not_an|an_answer|fear|the_start", Pressure),
    ("keep|keeps ringing|calling|phoning|pestering|asking_until|at_you", Pressure),
    ("give_me|tell_me|name ..1 one ..2 reason", Pressure),
];
