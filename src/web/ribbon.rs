//! The ribbon of a profile as a drawing: its width is the share.
//!
//! Must not know archetypes: it draws shares over the visit, one step for each thing heard.

use crate::advisor::view::{RibbonPoint, RibbonView};

const WIDTH: f32 = 400.0;
const TOP: f32 = 8.0;
const HEIGHT: f32 = 72.0;
/// A name fits into a band at least this thick …
const TEXT_HEIGHT: f32 = 22.0;
/// … and as wide as this for each of its characters.
const CHARACTER: f32 = 9.0;
/// Below this the words "not enough data" have no room over the dotted line.
const ROOM_FOR_WORDS: f32 = 88.0;
/// Times on the axis stand at least this far apart.
const ROOM_FOR_TIME: f32 = 60.0;

/// Coordinates of a drawing 400 wide and 112 high.
pub(crate) struct Ribbon {
    /// Where the dotted line of "not enough data" ends; zero if there was enough at once.
    pub(crate) begins: f32,
    pub(crate) words_fit: bool,
    pub(crate) others: String,
    pub(crate) leader: String,
    pub(crate) second: String,
    /// Where the leader's name stands, if it fits.
    pub(crate) name: Option<(f32, f32)>,
    pub(crate) from_ms: i64,
    /// When there was enough, if its time fits on the axis.
    pub(crate) enough_ms: Option<i64>,
}

/// `name` is the leader's, to be written into its band.
pub(crate) fn draw(view: &RibbonView, name: &str) -> Ribbon {
    let step = WIDTH / view.points.len().max(1) as f32;
    let first = view.points.iter().position(|point| point.enough);
    let first = first.unwrap_or(view.points.len().saturating_sub(1));
    let begins = first as f32 * step;
    // The state after the newest words holds until now.
    let mut knots: Vec<Knot> = view.points[first..]
        .iter()
        .enumerate()
        .map(|(i, point)| Knot::at(begins + i as f32 * step, point))
        .collect();
    if let Some(last) = view.points.last() {
        knots.push(Knot::at(WIDTH, last));
    }
    let edge = |y: fn(&Knot) -> f32| -> Vec<(f32, f32)> {
        knots.iter().map(|knot| (knot.x, y(knot))).collect()
    };
    let (top, upper) = (edge(|_| TOP), edge(|k| k.upper));
    let (lower, bottom) = (edge(|k| k.lower), edge(|_| TOP + HEIGHT));
    let times_apart = (ROOM_FOR_TIME..=WIDTH - ROOM_FOR_TIME).contains(&begins);
    Ribbon {
        begins,
        words_fit: begins >= ROOM_FOR_WORDS,
        others: band(&top, &upper),
        leader: band(&upper, &lower),
        second: band(&lower, &bottom),
        name: name_place(&knots, name),
        from_ms: view.points.first().map_or(0, |point| point.at_ms),
        enough_ms: view
            .points
            .get(first)
            .map(|p| p.at_ms)
            .filter(|_| times_apart),
    }
}

/// The edges of the leader's band at one moment: what is above is "others", below the second.
#[derive(Debug, Clone, Copy)]
struct Knot {
    x: f32,
    upper: f32,
    lower: f32,
}

impl Knot {
    fn at(x: f32, point: &RibbonPoint) -> Self {
        let share = |per_cent: u8| f32::from(per_cent.min(100)) / 100.0 * HEIGHT;
        let lower = TOP + HEIGHT - share(point.second);
        let upper = (lower - share(point.leader)).max(TOP);
        Self { x, upper, lower }
    }
}

/// A closed shape between two edges.
fn band(upper: &[(f32, f32)], lower: &[(f32, f32)]) -> String {
    let back: Vec<_> = lower.iter().rev().copied().collect();
    format!("M{}L{}Z", curve(upper), curve(&back))
}

/// A line through the knots that is level at each of them, without the command that begins it.
fn curve(knots: &[(f32, f32)]) -> String {
    let begin = knots.first().map(|(x, y)| format!("{x:.1} {y:.1}"));
    let pieces = knots.windows(2).map(|pair| {
        let ((x0, y0), (x, y)) = (pair[0], pair[1]);
        let mid = f32::midpoint(x0, x);
        format!("C{mid:.1} {y0:.1} {mid:.1} {y:.1} {x:.1} {y:.1}")
    });
    begin.into_iter().chain(pieces).collect()
}

/// The middle of the thickest stretch, if the name has room there.
fn name_place(knots: &[Knot], name: &str) -> Option<(f32, f32)> {
    let (first, last) = (knots.first()?, knots.last()?);
    let wide = name.chars().count() as f32 * CHARACTER;
    let x = f32::midpoint(first.x, last.x);
    let fits = |knot: &&Knot| (knot.x - x).abs() <= wide / 2.0 + CHARACTER;
    let near: Vec<&Knot> = knots.iter().filter(fits).collect();
    let around = |f: fn(&Knot) -> f32, pick: fn(f32, f32) -> f32| {
        let before = knots.iter().rev().find(|knot| knot.x <= x);
        let after = knots.iter().find(|knot| knot.x >= x);
        let known = near.iter().copied().chain(before).chain(after);
        known.map(f).reduce(pick)
    };
    let upper = around(|k| k.upper, f32::max)?;
    let lower = around(|k| k.lower, f32::min)?;
    let thick = lower - upper >= TEXT_HEIGHT;
    (thick && last.x - first.x >= wide).then(|| (x, f32::midpoint(upper, lower) + 5.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::labels::Archetype;

    const NAME: &str = "Strażnik Rodziny";

    fn view(points: &[(bool, u8, u8)]) -> RibbonView {
        RibbonView {
            points: (1..)
                .zip(points)
                .map(|(at_ms, &(enough, leader, second))| RibbonPoint {
                    at_ms,
                    enough,
                    leader,
                    second,
                })
                .collect(),
            leader: Archetype::FamilyGuardian,
            second: None,
            second_grows: false,
        }
    }

    #[test]
    fn the_bands_fill_the_height_and_end_at_the_edge() {
        let ribbon = draw(
            &view(&[(false, 10, 10), (true, 50, 25), (true, 75, 0)]),
            NAME,
        );
        assert!((ribbon.begins - 133.3).abs() < 0.1);
        assert!(ribbon.words_fit);
        assert_eq!(ribbon.enough_ms, Some(2));
        assert!(ribbon.others.starts_with("M133.3 8.0C"));
        // 50 % of 72 between 8 and 80, the second's 25 % below it.
        assert!(
            ribbon.leader.starts_with("M133.3 26.0"),
            "{}",
            ribbon.leader
        );
        assert!(ribbon.leader.ends_with("133.3 62.0Z"), "{}", ribbon.leader);
        assert!(ribbon.second.contains("400.0 80.0"));
        assert!(ribbon.name.is_some());
    }

    #[test]
    fn a_profile_after_one_sentence_is_drawn_over_the_whole_width() {
        let ribbon = draw(&view(&[(true, 60, 20)]), NAME);
        assert!(ribbon.begins.abs() < f32::EPSILON && !ribbon.words_fit);
        assert!(ribbon.leader.contains("400.0"));
        assert_eq!(ribbon.enough_ms, None);
    }

    #[test]
    fn a_name_that_has_no_room_is_left_out() {
        assert!(draw(&view(&[(true, 20, 20)]), NAME).name.is_none());
    }
}
