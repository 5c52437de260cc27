//! Where roads, buildings, trees and fields are.

use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::terrain::Terrain;
use super::{Building, Field, Road, Tree};
use crate::flight::Enu;
use crate::random::uniform;

/// Nothing stands closer to the pad than this, metres.
const CLEAR: f64 = 45.0;
type RoadPlan = (&'static str, f64, &'static [(f64, f64)]);
/// The roads: name, width and line (east, north).
const ROADS: [RoadPlan; 5] = [
    (
        "Mill Road",
        8.0,
        &[
            (-2000.0, 180.0),
            (-900.0, 120.0),
            (-250.0, 70.0),
            (300.0, 70.0),
            (1100.0, 160.0),
            (2000.0, 120.0),
        ],
    ),
    (
        "Station Road",
        7.0,
        &[
            (120.0, -2000.0),
            (90.0, -800.0),
            (110.0, -200.0),
            (110.0, 70.0),
            (140.0, 600.0),
            (60.0, 2000.0),
        ],
    ),
    (
        "Orchard Lane",
        5.0,
        &[
            (110.0, -200.0),
            (-180.0, -230.0),
            (-600.0, -180.0),
            (-900.0, 120.0),
        ],
    ),
    (
        "School Lane",
        5.0,
        &[(300.0, 70.0), (330.0, 330.0), (140.0, 600.0)],
    ),
    (
        "Works Road",
        6.0,
        &[
            (90.0, -800.0),
            (520.0, -620.0),
            (900.0, -300.0),
            (1100.0, 160.0),
        ],
    ),
];

/// All that stands on the ground.
pub(super) struct Layout {
    pub(super) buildings: Vec<Building>,
    pub(super) trees: Vec<Tree>,
    pub(super) roads: Vec<Road>,
    pub(super) fields: Vec<Field>,
}

impl Layout {
    pub(super) fn seeded(seed: u64, terrain: &Terrain) -> Self {
        let mut maker = Maker {
            random: Xoshiro256PlusPlus::seed_from_u64(seed ^ 0x6c61_6e64),
            terrain,
        };
        let roads = maker.roads();
        let buildings = maker.buildings(&roads);
        let trees = maker.trees(&roads, &buildings);
        let fields = maker.fields();
        Self {
            buildings,
            trees,
            roads,
            fields,
        }
    }
}

struct Maker<'a> {
    random: Xoshiro256PlusPlus,
    terrain: &'a Terrain,
}

impl Maker<'_> {
    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * uniform(&mut self.random)
    }

    fn on_ground(&self, east: f64, north: f64) -> Enu {
        Enu::new(east, north, self.terrain.height(east, north))
    }

    fn roads(&self) -> Vec<Road> {
        let road = |&(name, width, line): &RoadPlan| {
            let mut points = Vec::new();
            for pair in line.windows(2) {
                let (from, to) = (pair[0], pair[1]);
                let steps = ((to.0 - from.0).hypot(to.1 - from.1) / 40.0).ceil();
                points.extend((0..steps as usize).map(|i| {
                    let share = i as f64 / steps;
                    let east = from.0 + share * (to.0 - from.0);
                    self.on_ground(east, from.1 + share * (to.1 - from.1))
                }));
            }
            points.extend(line.last().map(|&(e, n)| self.on_ground(e, n)));
            Road {
                line: points,
                width,
                name,
            }
        };
        ROADS.iter().map(road).collect()
    }

    fn buildings(&mut self, roads: &[Road]) -> Vec<Building> {
        let mut all: Vec<Building> = Vec::new();
        for road in roads {
            for pair in road.line.windows(2) {
                let way = pair[1] - pair[0];
                let out = pair[0].level_length();
                // A village around the middle that thins out.
                let density = (0.75 * (1.0 - out / 1300.0)).max(0.04);
                for side in [90.0, -90.0] {
                    if self.between(0.0, 1.0) > density {
                        continue;
                    }
                    let building = self.building(pair[0], way.heading_deg(), side, road.width);
                    if fits(&building, &all, roads) {
                        all.push(building);
                    }
                }
            }
        }
        all
    }

    fn building(&mut self, at: Enu, heading: f64, side: f64, road: f64) -> Building {
        let big = self.between(0.0, 1.0) < 0.12;
        let half = if big {
            (self.between(14.0, 24.0), self.between(9.0, 14.0))
        } else {
            (self.between(5.0, 11.0), self.between(4.0, 7.0))
        };
        let height = if big {
            self.between(7.0, 26.0)
        } else {
            self.between(4.0, 11.0)
        };
        let away = road / 2.0 + half.1 + self.between(4.0, 12.0);
        let middle =
            at + Enu::along(heading, self.between(8.0, 20.0)) + Enu::along(heading + side, away);
        Building {
            middle: self.on_ground(middle.east, middle.north),
            half,
            heading_deg: heading + self.between(-4.0, 4.0),
            height,
            tint: self.between(0.0, 6.0) as u8,
        }
    }

    fn trees(&mut self, roads: &[Road], buildings: &[Building]) -> Vec<Tree> {
        let mut trees = Vec::new();
        for _ in 0..26 {
            let (e, n) = (self.between(-1500.0, 1500.0), self.between(-1500.0, 1500.0));
            let spread = self.between(20.0, 90.0);
            for _ in 0..(spread as usize) {
                let heading = self.between(0.0, 360.0);
                let out = spread * self.between(0.0, 1.0).sqrt();
                let at = Enu::new(e, n, 0.0) + Enu::along(heading, out);
                self.plant(at, roads, buildings, &mut trees);
            }
        }
        for _ in 0..300 {
            let at = Enu::new(
                self.between(-700.0, 700.0),
                self.between(-700.0, 700.0),
                0.0,
            );
            self.plant(at, roads, buildings, &mut trees);
        }
        trees
    }

    fn plant(&mut self, at: Enu, roads: &[Road], buildings: &[Building], trees: &mut Vec<Tree>) {
        let height = self.between(5.0, 16.0);
        let radius = height * self.between(0.22, 0.34);
        let free = at.level_length() > CLEAR + radius
            && buildings
                .iter()
                .all(|b| (b.middle - at).level_length() > b.half.0.hypot(b.half.1) + radius)
            && roads
                .iter()
                .all(|road| road.distance(at) > road.width / 2.0 + radius);
        if free {
            trees.push(Tree {
                foot: self.on_ground(at.east, at.north),
                height,
                radius,
            });
        }
    }

    fn fields(&mut self) -> Vec<Field> {
        let mut fields = Vec::new();
        for row in -8..8_i32 {
            for column in -8..8_i32 {
                let (e, n) = (f64::from(column) * 250.0, f64::from(row) * 250.0);
                let near = (e + 125.0).hypot(n + 125.0) < 330.0;
                let crop = self.between(0.0, 7.0) as u8;
                if near || crop == 6 {
                    continue;
                }
                let lean = self.between(-30.0, 30.0);
                fields.push(Field {
                    corners: [
                        (e + 6.0, n + 6.0 + lean * 0.2),
                        (e + 244.0, n + 6.0),
                        (e + 244.0 + lean * 0.1, n + 244.0),
                        (e + 6.0, n + 244.0 - lean * 0.2),
                    ],
                    crop,
                });
            }
        }
        fields
    }
}

impl Road {
    /// How far a point is from its middle line.
    pub(super) fn distance(&self, at: Enu) -> f64 {
        self.line
            .windows(2)
            .map(|pair| {
                let (way, rest) = ((pair[1] - pair[0]).level(), (at - pair[0]).level());
                let share = (rest.dot(way) / way.dot(way).max(1e-9)).clamp(0.0, 1.0);
                (rest - way * share).level_length()
            })
            .fold(f64::INFINITY, f64::min)
    }
}

fn fits(building: &Building, all: &[Building], roads: &[Road]) -> bool {
    let size = |b: &Building| b.half.0.hypot(b.half.1);
    let own = size(building);
    building.middle.level_length() > CLEAR + own
        && all
            .iter()
            .all(|other| (other.middle - building.middle).level_length() > own + size(other) + 2.0)
        && roads.iter().all(|road| {
            let corners = building.corners();
            corners
                .iter()
                .all(|corner| road.distance(*corner) > road.width / 2.0 + 1.0)
        })
}
