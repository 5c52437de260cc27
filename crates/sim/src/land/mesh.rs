//! The land as faces in front of a camera.

use super::picture::Camera;
use super::raster::Face;
use super::shade::Paint;
use super::terrain::{HALF, POST, POSTS, Terrain};
use super::{Building, Land, Tree};
use crate::flight::Enu;

/// How far the level ground beyond the edge is drawn, metres.
const FAR: f64 = 30_000.0;
/// Trees farther than this have fewer sides, metres.
const PLAIN_TREE: f64 = 400.0;

/// All faces of the land that a camera may see.
pub(super) fn faces(land: &Land, camera: &Camera) -> Vec<Face> {
    let mut faces = Vec::with_capacity(40_000);
    ground(land, camera, &mut faces);
    rim(camera, &mut faces);
    for building in &land.buildings {
        walls(building, camera, &mut faces);
    }
    for (i, tree) in land.trees.iter().enumerate() {
        crown(tree, i as u32, camera, &mut faces);
    }
    faces
}

fn ground(land: &Land, camera: &Camera, faces: &mut Vec<Face>) {
    let post = |column: usize, row: usize| {
        let (east, north) = Terrain::post(column, row);
        Enu::new(east, north, land.terrain.post_height(column, row))
    };
    for row in 0..POSTS - 1 {
        for column in 0..POSTS - 1 {
            let middle = post(column, row) + Enu::new(POST / 2.0, POST / 2.0, 0.0);
            if !camera.may_see(middle, POST) {
                continue;
            }
            let (a, b) = (post(column, row), post(column + 1, row));
            let (c, d) = (post(column + 1, row + 1), post(column, row + 1));
            faces.extend(camera.face(&[a, b, d], Paint::Ground));
            faces.extend(camera.face(&[b, c, d], Paint::Ground));
        }
    }
}

fn rim(camera: &Camera, faces: &mut Vec<Face>) {
    let rectangle = |e1: f64, n1: f64, e2: f64, n2: f64| {
        [(e1, n1), (e2, n1), (e2, n2), (e1, n2)].map(|(e, n)| Enu::new(e, n, 0.0))
    };
    let sides = [
        rectangle(-FAR, HALF, FAR, FAR),
        rectangle(-FAR, -FAR, FAR, -HALF),
        rectangle(HALF, -HALF, FAR, HALF),
        rectangle(-FAR, -HALF, -HALF, HALF),
    ];
    for side in sides {
        faces.extend(camera.face(&side, Paint::Ground));
    }
}

fn walls(building: &Building, camera: &Camera, faces: &mut Vec<Face>) {
    let size = building.half.0 + building.half.1 + building.height;
    if !camera.may_see(building.middle, size) {
        return;
    }
    let feet = building.corners();
    let up = Enu::new(0.0, 0.0, building.height);
    // On a slope the walls reach down to the ground.
    let down = Enu::new(0.0, 0.0, -4.0);
    for i in 0..4 {
        let (a, b) = (feet[i], feet[(i + 1) % 4]);
        let along = (b - a).unit().unwrap_or_default();
        let paint = Paint::Wall {
            begin: (a.east as f32, a.north as f32),
            along: (along.east as f32, along.north as f32),
            foot: a.up as f32,
            tint: building.tint,
        };
        faces.extend(camera.face(&[b + down, a + down, a + up, b + up], paint));
    }
    let [a, b, c, d] = feet.map(|foot| foot + up);
    faces.extend(camera.face(
        &[d, c, b, a],
        Paint::Roof {
            tint: building.tint,
        },
    ));
}

fn crown(tree: &Tree, seed: u32, camera: &Camera, faces: &mut Vec<Face>) {
    if !camera.may_see(tree.foot, tree.height) {
        return;
    }
    let far = (tree.foot - camera.position()).length() > PLAIN_TREE;
    let sides = if far { 4 } else { 7 };
    let paint = Paint::Leaf {
        seed: seed.wrapping_mul(0x9e37_79b1) >> 16,
    };
    let tip = tree.foot + Enu::new(0.0, 0.0, tree.height);
    let root = tree.foot + Enu::new(0.0, 0.0, tree.height * 0.12);
    let rim = |i: i32| {
        let turn = 360.0 * f64::from(i % sides) / f64::from(sides) + f64::from(seed % 90);
        tree.foot + Enu::new(0.0, 0.0, tree.height * 0.4) + Enu::along(turn, tree.radius)
    };
    for i in 0..sides {
        // Clockwise from above is inside out from below.
        faces.extend(camera.face(&[rim(i + 1), rim(i), tip], paint));
        faces.extend(camera.face(&[rim(i), rim(i + 1), root], paint));
    }
}
