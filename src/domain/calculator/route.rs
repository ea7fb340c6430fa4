//! How often a route has to be broken for charging in hard frost.

use rust_decimal::Decimal;

use super::{super::fact::Unit, Amount, Error, Estimate};

/// Stops on a route, from the mildest to the worst that the range allows.
///
/// The battery is taken as full at the start and after each stop, so these are the fewest stops of
/// that range; who charges less at a stop needs more of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub km: Decimal,
    /// Range in km that the worst case leaves.
    pub reach_km: Decimal,
    pub fewest: u32,
    pub most: u32,
}

/// # Errors
/// [`Error::Implausible`] for a route outside 1–3,000 km, or a range of nothing.
pub fn route(km: &Amount, range: &Estimate) -> Result<Route, Error> {
    km.within("route", Unit::Km, 1, 3_000)?;
    if range.unit != Unit::Km || range.low <= Decimal::ZERO || range.low > range.high {
        return Err(Error::Implausible("range"));
    }
    let stops = |km: Decimal, reach: Decimal| {
        let legs = (km / reach).ceil();
        u32::try_from(legs).map_or(u32::MAX, |legs| legs.saturating_sub(1))
    };
    Ok(Route {
        km: km.high,
        reach_km: range.low,
        fewest: stops(km.low, range.high),
        most: stops(km.high, range.low),
    })
}
