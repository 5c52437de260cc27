//! The land as a map has it.

use serde_json::{Value, json};

use super::Land;
use crate::flight::Enu;

impl Land {
    /// Roads, buildings and trees as a `GeoJSON` feature collection (longitude, latitude), each with a
    /// `kind`, buildings with their `height` in metres, roads with `name` and `width`.
    pub fn geo_json(&self) -> Value {
        let roads = self.roads.iter().map(|road| {
            let line: Vec<Value> = road.line.iter().map(|at| self.lon_lat(*at)).collect();
            feature(
                "LineString",
                &json!(line),
                &json!({"kind": "road", "name": road.name, "width": road.width}),
            )
        });
        let buildings = self.buildings.iter().map(|building| {
            let mut ring: Vec<Value> = building.corners().map(|at| self.lon_lat(at)).to_vec();
            ring.push(ring[0].clone());
            let height = (building.height * 10.0).round() / 10.0;
            feature(
                "Polygon",
                &json!([ring]),
                &json!({"kind": "building", "height": height}),
            )
        });
        let trees = self.trees.iter().map(|tree| {
            let radius = (tree.radius * 10.0).round() / 10.0;
            feature(
                "Point",
                &self.lon_lat(tree.foot),
                &json!({"kind": "tree", "radius": radius}),
            )
        });
        let features: Vec<Value> = roads.chain(buildings).chain(trees).collect();
        json!({"type": "FeatureCollection", "features": features})
    }

    fn lon_lat(&self, at: Enu) -> Value {
        let (place, _) = self.frame.place(at);
        let round = |degrees: f64| (degrees * 1e7).round() / 1e7;
        json!([
            round(place.longitude.degrees()),
            round(place.latitude.degrees())
        ])
    }
}

fn feature(kind: &str, coordinates: &Value, properties: &Value) -> Value {
    let geometry = json!({"type": kind, "coordinates": coordinates});
    json!({"type": "Feature", "geometry": geometry, "properties": properties})
}
