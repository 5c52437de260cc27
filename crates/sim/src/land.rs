//! A small made-up land to fly over: hills, roads, buildings, trees and fields, the same for the same seed.
//!
//! ```text
//!  seed ─► Land ─┬─ height, surface, things_near, ranges, hit      what sensors measure
//!                ├─ geo_json                                        what a map shows
//!                └─ Painter ─► Frame                                what a camera sees
//! ```
//!
//! # Shape
//! Four kilometres square around the origin of its frame, flat near the middle where the pad is; beyond
//! its edge it is level ground. Positions are [`Enu`] of [`Land::frame`].

mod geojson;
mod ground_map;
mod layout;
mod mesh;
mod picture;
mod raster;
mod sense;
mod shade;
mod terrain;
#[cfg(test)]
mod tests;

use skyhelm_units::Site;

use crate::flight::{Enu, LocalFrame};
pub use picture::{Band, Frame, Painter, View, sun_over};
pub use sense::{Hit, NearThing};
use terrain::Terrain;

/// A house or hall: a rectangle with upright walls and a flat roof.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Building {
    /// Its middle, at the foot of its walls.
    pub middle: Enu,
    /// Half its length and half its width, metres.
    pub half: (f64, f64),
    /// Which way its length lies, degrees from north through east.
    pub heading_deg: f64,
    /// Height of its walls.
    pub height: f64,
    pub(crate) tint: u8,
}

impl Building {
    /// The corners of its footprint, in order round it, at the foot of its walls.
    pub fn corners(&self) -> [Enu; 4] {
        let long = Enu::along(self.heading_deg, self.half.0);
        let wide = Enu::along(self.heading_deg + 90.0, self.half.1);
        [
            self.middle + long + wide,
            self.middle - long + wide,
            self.middle - long - wide,
            self.middle + long - wide,
        ]
    }

    /// Height of its roof in the local frame.
    pub fn top(&self) -> f64 {
        self.middle.up + self.height
    }
}

/// A tree: a crown on a stem.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tree {
    /// The foot of its stem.
    pub foot: Enu,
    /// How tall.
    pub height: f64,
    /// Half the width of its crown.
    pub radius: f64,
}

/// A road along a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Road {
    /// Its middle line.
    pub line: Vec<Enu>,
    /// How wide, metres.
    pub width: f64,
    /// What the map calls it.
    pub name: &'static str,
}

/// A field of one crop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Field {
    pub(crate) corners: [(f64, f64); 4],
    pub(crate) crop: u8,
}

/// A land: see the module.
#[derive(Debug)]
pub struct Land {
    frame: LocalFrame,
    terrain: Terrain,
    buildings: Vec<Building>,
    trees: Vec<Tree>,
    roads: Vec<Road>,
    fields: Vec<Field>,
}

impl Land {
    /// The land of a seed around a place.
    pub fn seeded(seed: u64, origin: Site) -> Self {
        let terrain = Terrain::seeded(seed);
        let layout = layout::Layout::seeded(seed, &terrain);
        Self {
            frame: LocalFrame::at(origin),
            terrain,
            buildings: layout.buildings,
            trees: layout.trees,
            roads: layout.roads,
            fields: layout.fields,
        }
    }

    /// Level ground with nothing on it.
    pub fn bare(origin: Site) -> Self {
        Self {
            frame: LocalFrame::at(origin),
            terrain: Terrain::flat(),
            buildings: Vec::new(),
            trees: Vec::new(),
            roads: Vec::new(),
            fields: Vec::new(),
        }
    }

    /// The same with one more building; its foot is put on the ground.
    #[must_use]
    pub fn with_building(
        mut self,
        east: f64,
        north: f64,
        half: (f64, f64),
        heading_deg: f64,
        height: f64,
    ) -> Self {
        let at = Enu::new(east, north, 0.0);
        let middle = Enu {
            up: self.height(at),
            ..at
        };
        self.buildings.push(Building {
            middle,
            half,
            heading_deg,
            height,
            tint: 0,
        });
        self
    }

    /// The frame its positions are in.
    pub fn frame(&self) -> &LocalFrame {
        &self.frame
    }

    /// Height of the ground below (or above) a point.
    pub fn height(&self, at: Enu) -> f64 {
        self.terrain.height(at.east, at.north)
    }

    /// Its buildings.
    pub fn buildings(&self) -> &[Building] {
        &self.buildings
    }

    /// Its trees.
    pub fn trees(&self) -> &[Tree] {
        &self.trees
    }

    /// Its roads.
    pub fn roads(&self) -> &[Road] {
        &self.roads
    }
}
