use super::*;
use proptest::prelude::*;

fn munich(seconds: i64, atmosphere: &Atmosphere) -> SkyFrame {
    let site = Site::from_degrees(48.14, 11.58, 520.0);
    SkyFrame::new(&site, UtcMillis::from_seconds(seconds), atmosphere)
}

fn place(ra: f64, dec: f64) -> Equatorial<J2000> {
    Equatorial::from_degrees(ra, dec).unwrap()
}

#[test]
fn the_pole_star_stands_at_the_latitude_in_the_north() {
    let seen = munich(1_795_212_000, &Atmosphere::NONE).horizontal(place(37.954, 89.264));
    assert!((seen.altitude.angle().degrees() - 48.14).abs() < 0.8);
    assert!(seen.azimuth.angle().normalized_signed().abs().degrees() < 1.2);
}

#[test]
fn a_frame_moved_by_hours_agrees_with_a_new_one() {
    let frame = munich(1_795_212_000, &Atmosphere::default());
    for hours in [-12, 1, 12] {
        let moved = frame.moved_to(UtcMillis::from_seconds(1_795_212_000 + hours * 3600));
        let anew = munich(1_795_212_000 + hours * 3600, &Atmosphere::default());
        let vega = place(279.23, 38.78);
        let apart = moved.horizontal(vega).separation(&anew.horizontal(vega));
        assert!(apart.arcseconds() < 0.1, "{apart:.6}");
        let spun = frame.spun_to(anew.utc()).horizontal(vega);
        assert!(spun.separation(&anew.horizontal(vega)).arcseconds() < 0.5);
    }
}

#[test]
fn the_hour_angle_is_sidereal_time_less_right_ascension_and_west_is_positive() {
    let frame = munich(1_795_212_000, &Atmosphere::NONE);
    let west = frame.j2000(Horizontal::from_degrees(250.0, 40.0).unwrap());
    let east = frame.j2000(Horizontal::from_degrees(110.0, 40.0).unwrap());
    assert!(frame.hour_angle(west).degrees() > 10.0);
    assert!(frame.hour_angle(east).degrees() < -10.0);
    assert!(frame.parallactic_angle(west).degrees() > 0.0);
    assert!(frame.parallactic_angle(east).degrees() < 0.0);
}

#[test]
fn the_field_turns_as_fast_as_the_parallactic_angle_grows() {
    let frame = munich(1_795_212_000, &Atmosphere::NONE);
    for (ra, dec) in [(10.68, 41.27), (83.8, -5.4), (200.0, 70.0)] {
        let target = place(ra, dec);
        let later = frame.moved_to(frame.utc().plus_seconds(10.0));
        let grown = later.parallactic_angle(target) - frame.parallactic_angle(target);
        let rate = frame.field_rotation_rate(frame.horizontal(target));
        let apart = grown.normalized_signed() / 10.0 - rate;
        assert!(apart.abs().arcseconds() < 0.02, "{grown} {rate:.6}");
    }
}

#[test]
fn the_zenith_has_a_finite_field_rotation_and_a_way_back() {
    let frame = munich(1_795_212_000, &Atmosphere::default());
    let zenith = Horizontal::from_degrees(0.0, 90.0).unwrap();
    assert!(frame.field_rotation_rate(zenith).is_finite());
    let back = frame.horizontal(frame.j2000(zenith));
    assert!(back.separation(&zenith).arcseconds() < 1e-3);
}

#[test]
fn a_place_of_date_goes_back_to_the_catalogue() {
    let frame = munich(1_795_212_000, &Atmosphere::default());
    let m31 = place(10.684_7, 41.269);
    let apparent = frame.apparent(m31);
    // 26 years of precession: about 20 arc-minutes.
    let moved = apparent.dec.angle() - m31.dec.angle();
    assert!((7.0..11.0).contains(&moved.arcminutes()), "{moved}");
    assert!(frame.j2000_of_date(apparent).separation(&m31).arcseconds() < 1e-4);
}

#[test]
fn above_five_degrees_the_whole_way_is_what_the_library_makes_in_one_call() {
    let air = Atmosphere {
        dut1_s: 0.31,
        ..Atmosphere::standard(520.0)
    };
    let frame = munich(1_795_212_000, &air);
    let (utc, site) = (frame.scales.utc, frame.site);
    for (azimuth, altitude) in [(10.0, 5.5), (130.0, 20.0), (250.0, 60.0), (300.0, 89.0)] {
        let seen = Horizontal::from_degrees(azimuth, altitude).unwrap();
        let place = frame.j2000(seen);
        let (library, _) = erfars::astrometry::Atco13(
            place.ra.angle().radians(),
            place.dec.angle().radians(),
            0.0,
            0.0,
            0.0,
            0.0,
            utc.0,
            utc.1,
            air.dut1_s,
            site.longitude.radians(),
            site.latitude.radians(),
            site.height.metres,
            0.0,
            0.0,
            air.pressure_hpa,
            air.temperature_c,
            air.humidity,
            air.wavelength_um,
        )
        .unwrap();
        let theirs =
            Horizontal::from_degrees(library.0.to_degrees(), 90.0 - library.1.to_degrees());
        let apart = theirs.unwrap().separation(&seen).arcseconds();
        // The library's two ways, there and back, differ by as much near the horizon.
        assert!(apart < 0.002, "{apart} at {altitude}");
    }
}

#[test]
fn absurd_sites_and_times_give_finite_directions() {
    let site = Site::from_degrees(-91.0, 4000.0, -20_000.0);
    for millis in [i64::MIN, 0, i64::MAX] {
        let frame = SkyFrame::new(&site, UtcMillis::new(millis), &Atmosphere::default());
        let seen = frame.horizontal(place(12.0, 34.0));
        assert!(seen.altitude.angle().is_finite() && seen.azimuth.angle().is_finite());
    }
}

proptest! {
    #[test]
    fn there_and_back_is_the_same_direction(
        ra in 0.0..360.0f64, dec in -90.0..90.0f64, seconds in 1_577_836_800i64..2_113_776_000,
    ) {
        let frame = munich(seconds, &Atmosphere::default());
        let target = place(ra, dec);
        let back = frame.j2000(frame.horizontal(target));
        prop_assert!(back.separation(&target).arcseconds() < 0.01);
    }

    #[test]
    fn a_small_field_keeps_its_shape(ra in 0.0..360.0f64, dec in -89.0..89.0f64) {
        let frame = munich(1_795_212_000, &Atmosphere::NONE);
        let (a, b) = (place(ra, dec), place(ra, dec + 0.5));
        let seen = frame.horizontal(a).separation(&frame.horizontal(b));
        // Aberration squeezes by at most one part in ten thousand.
        prop_assert!((seen.degrees() - 0.5).abs() < 6e-5);
    }
}
