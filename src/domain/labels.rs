//! The closed label sets that classifier, knowledge, API and evaluation share (`labels.md`).
//!
//! Ids are stable and written in `snake_case`; names shown to people live in the translations.
//! The order of `ALL` is the order of every array indexed by a label.

/// Defines a closed set: an enum, its ids, `ALL`, `index()`, `FromStr`, serde and schema by id.
macro_rules! labels {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $variant:ident = $id:tt),+ $(,)? }) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        $(#[$doc])*
        pub enum $name { $($(#[$about])* #[serde(rename = $id)] $variant),+ }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            pub const COUNT: usize = Self::ALL.len();

            /// The stable id, as stored, exported and sent over the API.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id),+ }
            }

            /// Position in `ALL`.
            pub const fn index(self) -> usize { self as usize }

            pub fn from_id(id: &str) -> Option<Self> {
                match id { $($id => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.id()) }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::labels::UnknownLabel;
            fn from_str(id: &str) -> Result<Self, $crate::domain::labels::UnknownLabel> {
                Self::from_id(id).ok_or_else(|| $crate::domain::labels::UnknownLabel { set: stringify!($name), id: id.to_owned() })
            }
        }
    };
}
pub(crate) use labels;

/// An id that is in no set of that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{id}\" is not a known {set}")]
pub struct UnknownLabel {
    pub set: &'static str,
    pub id: String,
}

labels! {
    /// What drives the client. One per client, as a soft distribution.
    Archetype {
        StatusAchiever = "status_achiever",
        FamilyGuardian = "family_guardian",
        PragmaticAnalyst = "pragmatic_analyst",
        EcoEnthusiast = "eco_enthusiast",
        TechPioneer = "tech_pioneer",
        TechnicalSkeptic = "technical_skeptic",
        PremiumLoyalist = "premium_loyalist",
        DealHunter = "deal_hunter",
        UndecidedExplorer = "undecided_explorer",
        PerformanceEnthusiast = "performance_enthusiast",
    }
}

labels! {
    /// Circumstances of the client; several may hold.
    Tag {
        Business = "business",
        Fleet = "fleet",
        SoleTrader = "sole_trader",
        Family = "family",
        CityProfessional = "city_professional",
        BusyExecutive = "busy_executive",
        HasPv = "has_pv",
        NoHomeCharging = "no_home_charging",
        Rural = "rural",
        Senior = "senior",
    }
}

labels! {
    /// What the client cares about; several may hold.
    Need {
        Safety = "safety",
        CostOfOwnership = "cost_of_ownership",
        PurchasePrice = "purchase_price",
        Range = "range",
        Charging = "charging",
        Performance = "performance",
        Technology = "technology",
        Comfort = "comfort",
        Space = "space",
        Status = "status",
        Ecology = "ecology",
        Service = "service",
        Resale = "resale",
        DeliveryTime = "delivery_time",
    }
}

labels! {
    /// The 33 objections, in the order of their groups.
    Objection {
        PriceTooHigh = "price_too_high",
        MonthlyPayment = "monthly_payment",
        NoBudgetNow = "no_budget_now",
        ResaleValue = "resale_value",
        InsuranceCost = "insurance_cost",
        SubsidyUnavailable = "subsidy_unavailable",
        LeaseVsCash = "lease_vs_cash",
        BusinessTaxUnclear = "business_tax_unclear",
        ExtraEquipmentCost = "extra_equipment_cost",
        WinterRange = "winter_range",
        LongTrips = "long_trips",
        ChargingTime = "charging_time",
        NoHomeCharging = "no_home_charging",
        ChargingNetwork = "charging_network",
        ElectricityPrice = "electricity_price",
        BatteryDegradation = "battery_degradation",
        ServiceDistance = "service_distance",
        Reliability = "reliability",
        TooNew = "too_new",
        DriverAssistanceSafety = "driver_assistance_safety",
        DataPrivacy = "data_privacy",
        GermanPremiumBetter = "german_premium_better",
        ChineseBetterValue = "chinese_better_value",
        StayWithCombustion = "stay_with_combustion",
        UsedTesla = "used_tesla",
        WaitForBetter = "wait_for_better",
        MustThink = "must_think",
        SpouseDisagrees = "spouse_disagrees",
        HappyWithCurrentCar = "happy_with_current_car",
        BrandImage = "brand_image",
        InteriorQuality = "interior_quality",
        NoSoul = "no_soul",
        EveryoneHasOne = "everyone_has_one",
    }
}

labels! {
    /// The six groups of objections.
    ObjectionGroup {
        Money = "money",
        RangeAndCharging = "range_and_charging",
        TechnologyAndTrust = "technology_and_trust",
        Comparison = "comparison",
        Decision = "decision",
        Brand = "brand",
    }
}

labels! {
    /// What the client says that moves towards (or away from) a decision.
    Signal {
        DeliveryDate = "delivery_date",
        TestDrive = "test_drive",
        Configuration = "configuration",
        Financing = "financing",
        TradeIn = "trade_in",
        Colour = "colour",
        OwnershipLanguage = "ownership_language",
        FamilyDecision = "family_decision",
        CompetitorComparison = "competitor_comparison",
        DiscountRequest = "discount_request",
        JustLooking = "just_looking",
        Delay = "delay",
    }
}

labels! {
    /// The attitude to buying here, from worst to best; neighbours are close.
    Tone {
        VeryNegative = "very_negative",
        Negative = "negative",
        Skeptical = "skeptical",
        Neutral = "neutral",
        Interested = "interested",
        Positive = "positive",
        Enthusiastic = "enthusiastic",
    }
}

labels! {
    /// Stage of the visit. The model suggests; only the seller sets it.
    Stage { Discovery = "discovery", Analysis = "analysis", Decision = "decision" }
}

labels! {
    Lang { Pl = "pl", En = "en" }
}

labels! {
    /// Whose words an utterance holds. The seller's own speech is never evidence of the client.
    Speaker { Client = "client", Observation = "observation", Seller = "seller" }
}

labels! {
    /// What the client stated, kept with its quote outside any prompt.
    SlotKey {
        CurrentCar = "current_car",
        YearlyKm = "yearly_km",
        CommuteKm = "commute_km",
        HomeCharging = "home_charging",
        PvKwp = "pv_kwp",
        BudgetPln = "budget_pln",
        MonthlyBudgetPln = "monthly_budget_pln",
        HouseholdSize = "household_size",
        Timeline = "timeline",
        Financing = "financing",
        CompanyForm = "company_form",
    }
}

labels! {
    /// The five modes of analysis (`product.md` 2.3).
    Mode {
        Analyzer = "analyzer",
        Coach = "coach",
        ClientSimulator = "client_simulator",
        Hybrid = "hybrid",
        Continuous = "continuous",
    }
}

labels! {
    /// One role per account.
    Role {
        Seller = "seller",
        Manager = "manager",
        Admin = "admin",
        Auditor = "auditor",
        Privacy = "privacy",
    }
}

impl Objection {
    pub const fn group(self) -> ObjectionGroup {
        match self.index() {
            0..=8 => ObjectionGroup::Money,
            9..=14 => ObjectionGroup::RangeAndCharging,
            15..=20 => ObjectionGroup::TechnologyAndTrust,
            21..=24 => ObjectionGroup::Comparison,
            25..=28 => ObjectionGroup::Decision,
            _ => ObjectionGroup::Brand,
        }
    }

    /// The need an objection implies (`labels.md`, "How to label"); most imply none.
    pub const fn implied_need(self) -> Option<Need> {
        Some(match self {
            Self::WinterRange | Self::LongTrips => Need::Range,
            Self::ChargingTime | Self::NoHomeCharging | Self::ChargingNetwork => Need::Charging,
            Self::PriceTooHigh
            | Self::MonthlyPayment
            | Self::SubsidyUnavailable
            | Self::ExtraEquipmentCost => Need::PurchasePrice,
            Self::InsuranceCost | Self::ElectricityPrice | Self::BusinessTaxUnclear => {
                Need::CostOfOwnership
            }
            Self::ResaleValue => Need::Resale,
            Self::ServiceDistance => Need::Service,
            Self::DriverAssistanceSafety => Need::Safety,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_have_the_sizes_of_the_specification() {
        let sizes = [
            Archetype::COUNT,
            Tag::COUNT,
            Need::COUNT,
            Objection::COUNT,
            Signal::COUNT,
            Tone::COUNT,
            Stage::COUNT,
            SlotKey::COUNT,
        ];
        assert_eq!(sizes, [10, 10, 14, 33, 12, 7, 3, 11]);
    }

    #[test]
    fn ids_round_trip_through_text_and_json() {
        for &objection in Objection::ALL {
            assert_eq!(objection.id().parse(), Ok(objection));
            let json = serde_json::to_string(&objection).unwrap();
            assert_eq!(json, format!("\"{}\"", objection.id()));
            assert_eq!(serde_json::from_str::<Objection>(&json).unwrap(), objection);
        }
        assert!("winter".parse::<Objection>().is_err());
    }

    #[test]
    fn groups_follow_the_table() {
        let count = |group| Objection::ALL.iter().filter(|o| o.group() == group).count();
        let sizes: Vec<_> = ObjectionGroup::ALL.iter().map(|&g| count(g)).collect();
        assert_eq!(sizes, [9, 6, 6, 4, 4, 4]);
        assert_eq!(
            Objection::NoHomeCharging.group(),
            ObjectionGroup::RangeAndCharging
        );
        assert_eq!(Objection::BrandImage.group(), ObjectionGroup::Brand);
    }
}
