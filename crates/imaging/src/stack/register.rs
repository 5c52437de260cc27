use super::Motion;
use crate::stars::Star;
use crate::wcs::ImagePoint;

/// Wishes for a registration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RegisterConfig {
    /// Where to look first: the last sub's motion is a good guess for the next one's.
    pub guess: Motion,
    /// How near a star must come to its partner, in pixels.
    pub tolerance: f64,
    /// At least so many stars must agree.
    pub least_stars: usize,
}

impl Default for RegisterConfig {
    fn default() -> Self {
        Self {
            guess: Motion::default(),
            tolerance: 2.0,
            least_stars: 5,
        }
    }
}

/// A motion and how well it is founded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Registration {
    /// How the sub lies against the reference.
    pub motion: Motion,
    /// Stars that agree.
    pub matched: usize,
    /// Their mean distance from where the motion puts them (root of mean square), in pixels.
    pub rms_px: f64,
}

/// Stars used to find a motion from nothing. Pairs of so many give a clear verdict, and the brightest
/// are the same ones in each sub.
const GUIDES: usize = 40;
/// Stars used to make it exact.
const REFINERS: usize = 400;
/// Stars nearer together than this, in pixels, say little about rotation.
const LEAST_BASE: f64 = 40.0;

/// Finds how a sub's stars lie against the reference's. Both lists begin with the brightest star.
///
/// Any shift and any rotation are found, also half a turn; the scale must be the same. `None` when too
/// few stars agree.
pub fn register(reference: &[Star], sub: &[Star], config: &RegisterConfig) -> Option<Registration> {
    let reference = places(reference, REFINERS);
    let sub = places(sub, REFINERS);
    let guides = (first(&reference, GUIDES), first(&sub, GUIDES));
    let enough = config.least_stars.max(2);

    let chance = Chance::of(guides.0, guides.1, config.tolerance);
    let guessed = agreeing(&config.guess, guides.0, guides.1, config.tolerance);
    let start = if guessed >= enough && chance.is_ruled_out(guessed, 1) {
        config.guess
    } else {
        let found = search(guides.0, guides.1, config.tolerance)?;
        // Two stars agree because the motion was made from them.
        let others = found.votes.saturating_sub(2);
        chance
            .is_ruled_out(others, found.tried)
            .then_some(found.motion)?
    };
    refine(start, &reference, &sub, config.tolerance).filter(|found| found.matched >= enough)
}

fn places(stars: &[Star], most: usize) -> Vec<ImagePoint> {
    stars.iter().take(most).map(|star| star.centre).collect()
}

fn first(places: &[ImagePoint], most: usize) -> &[ImagePoint] {
    &places[..places.len().min(most)]
}

/// How easily stars agree by accident.
struct Chance {
    /// Probability that a star of the reference meets one of the sub's anywhere.
    meeting: f64,
    stars: usize,
}

impl Chance {
    fn of(reference: &[ImagePoint], sub: &[ImagePoint], tolerance: f64) -> Self {
        let extent = |of: fn(&ImagePoint) -> f64| {
            let (low, high) = sub
                .iter()
                .map(of)
                .fold((f64::MAX, f64::MIN), |(low, high), v| {
                    (low.min(v), high.max(v))
                });
            (high - low).max(1.0)
        };
        let area = extent(|p| p.x) * extent(|p| p.y);
        let circles = sub.len() as f64 * core::f64::consts::PI * tolerance * tolerance;
        Self {
            meeting: (circles / area).min(1.0),
            stars: reference.len(),
        }
    }

    /// Whether so many stars would agree in any of so many tried motions less than once in a thousand
    /// fields that have nothing in common.
    fn is_ruled_out(&self, agreeing: usize, tried: usize) -> bool {
        let ways: f64 = (0..agreeing)
            .map(|k| ((self.stars.saturating_sub(k)).max(1) as f64 / (k + 1) as f64).ln())
            .sum();
        let expected = (tried.max(1) as f64).ln() + ways + agreeing as f64 * self.meeting.ln();
        expected < 1e-3_f64.ln()
    }
}

/// What a search brought.
struct Candidate {
    motion: Motion,
    votes: usize,
    tried: usize,
}

/// Two stars and the distance between them.
struct Base {
    from: ImagePoint,
    to: ImagePoint,
    length: f64,
}

/// Each pair of reference stars is laid on each pair of the sub's of the same length; the motion that most
/// stars agree with wins.
fn search(reference: &[ImagePoint], sub: &[ImagePoint], tolerance: f64) -> Option<Candidate> {
    let mut candidates = bases(sub);
    candidates.sort_unstable_by(|a, b| a.length.total_cmp(&b.length));
    let mut best: Option<Candidate> = None;
    let mut tried = 0;
    for base in bases(reference) {
        let start = candidates.partition_point(|c| c.length < base.length - tolerance);
        let alike = candidates[start..]
            .iter()
            .take_while(|c| c.length <= base.length + tolerance);
        for candidate in alike {
            for (from, to) in [
                (candidate.from, candidate.to),
                (candidate.to, candidate.from),
            ] {
                let Some(motion) = Motion::between(&[(base.from, from), (base.to, to)]) else {
                    continue;
                };
                let votes = agreeing(&motion, reference, sub, tolerance);
                tried += 1;
                if best.as_ref().is_none_or(|best| votes > best.votes) {
                    best = Some(Candidate {
                        motion,
                        votes,
                        tried,
                    });
                }
            }
        }
        // More than half of all stars agree: no other motion can have more.
        let most = reference.len().max(sub.len());
        if best
            .as_ref()
            .is_some_and(|best| best.votes >= 6 && 2 * best.votes > most)
        {
            break;
        }
    }
    best.map(|best| Candidate { tried, ..best })
}

fn bases(places: &[ImagePoint]) -> Vec<Base> {
    let mut bases = Vec::new();
    for (index, &from) in places.iter().enumerate() {
        for &to in &places[index + 1..] {
            let length = (to.x - from.x).hypot(to.y - from.y);
            if length >= LEAST_BASE {
                bases.push(Base { from, to, length });
            }
        }
    }
    bases
}

fn agreeing(
    motion: &Motion,
    reference: &[ImagePoint],
    sub: &[ImagePoint],
    tolerance: f64,
) -> usize {
    pairs(motion, reference, sub, tolerance).count()
}

/// Reference stars with the sub's star that is nearest to where the motion puts them.
fn pairs(
    motion: &Motion,
    reference: &[ImagePoint],
    sub: &[ImagePoint],
    tolerance: f64,
) -> impl Iterator<Item = (ImagePoint, ImagePoint)> {
    let distance = |a: ImagePoint, b: ImagePoint| (a.x - b.x).hypot(a.y - b.y);
    reference.iter().filter_map(move |&place| {
        let expected = motion.apply(place);
        sub.iter()
            .map(|&found| (found, distance(expected, found)))
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .filter(|&(_, distance)| distance <= tolerance)
            .map(|(found, _)| (place, found))
    })
}

/// Fits all stars that agree, then once more those that agree within three times the error.
fn refine(
    start: Motion,
    reference: &[ImagePoint],
    sub: &[ImagePoint],
    tolerance: f64,
) -> Option<Registration> {
    let mut found = Registration {
        motion: start,
        matched: 0,
        rms_px: tolerance,
    };
    for _ in 0..4 {
        let reach = (3.0 * found.rms_px).clamp(0.3, tolerance);
        let agreed: Vec<_> = pairs(&found.motion, reference, sub, reach).collect();
        let motion = Motion::between(&agreed)?;
        let squares: f64 = agreed
            .iter()
            .map(|&(place, seen)| {
                let expected = motion.apply(place);
                (expected.x - seen.x).powi(2) + (expected.y - seen.y).powi(2)
            })
            .sum();
        found = Registration {
            motion,
            matched: agreed.len(),
            rms_px: (squares / agreed.len() as f64).sqrt(),
        };
    }
    Some(found)
}
