//! Procedural texture: the irregularity of clouds, dust and gas.

/// Hashes lattice coordinates to `[0, 1)`.
#[inline]
fn lattice(x: i32, y: i32, z: i32, seed: u32) -> f32 {
    let mut h = (x as u32).wrapping_mul(0x8da6_b343)
        ^ (y as u32).wrapping_mul(0xd816_3841)
        ^ (z as u32).wrapping_mul(0xcb1a_b31f)
        ^ seed.wrapping_mul(0x9e37_79b9);
    h = (h ^ (h >> 15)).wrapping_mul(0x2c1b_3c6d);
    h = (h ^ (h >> 12)).wrapping_mul(0x297a_2d39);
    h ^= h >> 15;
    (h >> 8) as f32 * (1.0 / 16_777_216.0)
}

/// The integer at or below, within the range of `i32`; `f32::floor` is a call on plain x86-64.
#[inline]
fn floor(x: f32) -> i32 {
    let toward_zero = x as i32;
    toward_zero.wrapping_sub(i32::from(toward_zero as f32 > x))
}

#[inline]
fn ease(t: f32) -> f32 {
    t * t * t * (t * (t * 6.0 - 15.0) + 10.0)
}

#[inline]
fn mix(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}

/// Smooth noise in the plane, in `[-1, 1]`, features of size 1.
#[inline]
pub(crate) fn plane(x: f32, y: f32, seed: u32) -> f32 {
    let (ix, iy) = (floor(x), floor(y));
    let (fx, fy) = (ease(x - ix as f32), ease(y - iy as f32));
    let corner = |dx, dy| lattice(ix.wrapping_add(dx), iy.wrapping_add(dy), 0, seed);
    let top = mix(corner(0, 0), corner(1, 0), fx);
    let bottom = mix(corner(0, 1), corner(1, 1), fx);
    mix(top, bottom, fy) * 2.0 - 1.0
}

/// Smooth noise in space, in `[-1, 1]`: on a sphere it has no seam.
#[inline]
pub(crate) fn space(p: [f32; 3], seed: u32) -> f32 {
    let base = p.map(floor);
    let f = [0, 1, 2].map(|i| ease(p[i] - base[i] as f32));
    let [ix, iy, iz] = base;
    let corner = |dx, dy, dz| {
        lattice(
            ix.wrapping_add(dx),
            iy.wrapping_add(dy),
            iz.wrapping_add(dz),
            seed,
        )
    };
    let face = |dz| {
        let top = mix(corner(0, 0, dz), corner(1, 0, dz), f[0]);
        let bottom = mix(corner(0, 1, dz), corner(1, 1, dz), f[0]);
        mix(top, bottom, f[1])
    };
    mix(face(0), face(1), f[2]) * 2.0 - 1.0
}

/// Several octaves of [`plane`], about in `[-1, 1]`; each octave is turned so that no lattice shows.
pub(crate) fn layered(mut x: f32, mut y: f32, octaves: u32, seed: u32) -> f32 {
    let (mut sum, mut weight, mut total) = (0.0, 1.0, 0.0);
    for octave in 0..octaves {
        sum += weight * plane(x, y, seed.wrapping_add(octave));
        total += weight;
        weight *= 0.52;
        (x, y) = (1.62 * x - 1.18 * y + 7.3, 1.18 * x + 1.62 * y - 3.1);
    }
    sum / total * 1.4
}

/// Several octaves of [`space`], about in `[-1, 1]`.
pub(crate) fn layered_in_space(mut p: [f32; 3], octaves: u32, seed: u32) -> f32 {
    let (mut sum, mut weight, mut total) = (0.0, 1.0, 0.0);
    for octave in 0..octaves {
        sum += weight * space(p, seed.wrapping_add(octave));
        total += weight;
        weight *= 0.52;
        let [x, y, z] = p;
        p = [
            1.62 * x - 1.18 * y + 7.3,
            1.18 * x + 1.62 * y - 3.1,
            2.01 * z + 0.3 * x + 11.9,
        ];
    }
    sum / total * 1.4
}

/// Filaments: sharp crests where the noise changes sign, in `[0, 1]`.
pub(crate) fn ridged(mut x: f32, mut y: f32, octaves: u32, seed: u32) -> f32 {
    let (mut sum, mut weight, mut total, mut carry) = (0.0, 1.0, 0.0, 1.0);
    for octave in 0..octaves {
        let crest = 1.0 - plane(x, y, seed.wrapping_add(octave)).abs();
        let crest = crest * crest * carry;
        sum += weight * crest;
        total += weight;
        carry = (crest * 1.6).clamp(0.15, 1.0);
        weight *= 0.55;
        (x, y) = (1.62 * x - 1.18 * y + 5.1, 1.18 * x + 1.62 * y + 2.7);
    }
    sum / total
}

/// A smooth step from 0 at `low` to 1 at `high` (which may lie below `low`).
#[inline]
pub(crate) fn step(low: f32, high: f32, x: f32) -> f32 {
    let t = ((x - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_smooth_bounded_and_repeatable() {
        let mut last = layered(0.0, 0.3, 5, 9);
        for i in 1..5000 {
            let next = layered(i as f32 * 0.002, 0.3, 5, 9);
            assert!(next.abs() <= 1.5 && (next - last).abs() < 0.1);
            last = next;
        }
        assert_eq!(
            ridged(3.3, 4.4, 4, 1).to_bits(),
            ridged(3.3, 4.4, 4, 1).to_bits()
        );
    }
}
