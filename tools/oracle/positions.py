"""Judge where stars fall on frames of the virtual telescope's camera.

    positions.py FOLDER DATA --expect=right|wrong

FOLDER holds pairs `NAME.json` (what was asked: place, time, air, where the lens looked) and
`NAME.fits` (the frame). The catalogue rows come from DATA directly, the places in the sky from
astropy, the places in the picture from sep. No code is shared with the program that made the frames.

Right means: the median distance between prediction and measurement is under 0.5 pixel over all
fields, and each frame's own WCS puts its stars within 1 arcsecond of the catalogue (median).
"""

import json
import pathlib
import sys

import astropy.units as u
import numpy as np
from astropy.coordinates import AltAz, EarthLocation, SkyCoord
from astropy.io import fits
from astropy.time import Time
from astropy.utils import iers
from astropy.wcs import WCS

from stars import catalogue, measured

iers.conf.auto_download = False
iers.conf.iers_degraded_accuracy = "warn"

MATCH_WITHIN_PX = 20.0
ALONE_WITHIN_PX = 40.0
FAINTEST = 9.5
BRIGHTEST = 6.0


def frame_of(asked):
    """The horizontal frame astropy builds for what was asked."""
    place = asked["site"]
    where = EarthLocation.from_geodetic(place["longitude_deg"] * u.deg, place["latitude_deg"] * u.deg, place["height_m"] * u.m)
    when = Time(asked["utc_ms"] // 1000, (asked["utc_ms"] % 1000) / 1000, format="unix", scale="utc", location=where)
    when.delta_ut1_utc = asked["dut1_s"]
    air = asked["air"]
    return AltAz(
        obstime=when,
        location=where,
        pressure=air["pressure_hpa"] * u.hPa,
        temperature=air["temperature_c"] * u.deg_C,
        relative_humidity=air["humidity"],
        obswl=air["wavelength_um"] * u.um,
    )


def predicted(asked, horizon, rows):
    """Catalogue places at the moment, and pixels of a level gnomonic lens."""
    lens = asked["lens"]
    centre = SkyCoord(az=lens["azimuth_deg"] * u.deg, alt=lens["altitude_deg"] * u.deg, frame=horizon).icrs
    rows = rows[np.abs(rows["dec"] - centre.dec.deg) < 2.0]
    rows = rows[SkyCoord(rows["ra"] * u.deg, rows["dec"] * u.deg).separation(centre) < 2.0 * u.deg]
    sky = SkyCoord(rows["ra"] * u.deg, rows["dec"] * u.deg)
    seen = sky.transform_to(horizon)
    az = (seen.az - lens["azimuth_deg"] * u.deg).to_value(u.rad)
    alt = seen.alt.to_value(u.rad)
    alt0 = np.radians(lens["altitude_deg"])
    depth = np.sin(alt0) * np.sin(alt) + np.cos(alt0) * np.cos(alt) * np.cos(az)
    right = np.cos(alt) * np.sin(az) / depth
    up = (np.cos(alt0) * np.sin(alt) - np.sin(alt0) * np.cos(alt) * np.cos(az)) / depth
    x = (lens["width"] - 1) / 2 + lens["focal_px"] * right
    y = (lens["height"] - 1) / 2 - lens["focal_px"] * up
    return sky, np.stack([x, y], axis=1), rows["mag"]


def judge(asked, frame, rows):
    """Residuals in pixels, and in arcseconds by the frame's own WCS."""
    horizon = frame_of(asked)
    sky, pixels, magnitudes = predicted(asked, horizon, rows)
    stars = measured(frame.data)
    lens = asked["lens"]
    in_pixels, found, expected = [], [], []
    for index, (place, magnitude) in enumerate(zip(pixels, magnitudes)):
        inside = 30 < place[0] < lens["width"] - 30 and 30 < place[1] < lens["height"] - 30
        others = np.hypot(*(pixels - place).T)
        if not inside or not BRIGHTEST < magnitude < FAINTEST or np.sort(others)[1] < ALONE_WITHIN_PX:
            continue
        distances = np.hypot(*(stars - place).T)
        nearest = distances.argmin()
        if distances[nearest] < MATCH_WITHIN_PX:
            in_pixels.append(distances[nearest])
            found.append(nearest)
            expected.append(index)
    by_header = WCS(frame.header).pixel_to_world(*stars[found].T) if found else sky[:0]
    return np.array(in_pixels), by_header.separation(sky[expected]).arcsec


def main():
    folder, data, expect = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
    rows = catalogue(data)
    everything, right = [], True
    names = sorted(folder.glob("*.json"))
    assert names, f"no frame in {folder}"
    for name in names:
        asked = json.loads(name.read_text())
        with fits.open(name.with_suffix(".fits")) as file:
            in_pixels, in_arcseconds = judge(asked, file[0], rows)
        if len(in_pixels) < 3:
            print(f"{name.stem}: only {len(in_pixels)} stars to judge by")
            right = False
            continue
        print(
            f"{name.stem}: {len(in_pixels):3d} stars, median {np.median(in_pixels):.3f} px, "
            f"by its WCS {np.median(in_arcseconds):.3f} arcsec"
        )
        right &= bool(np.median(in_arcseconds) < 1.0)
        everything.append(in_pixels)
    median = np.median(np.concatenate(everything)) if everything else np.inf
    right &= bool(median < 0.5)
    print(f"{len(names)} fields, median {median:.3f} px: {'right' if right else 'wrong'}")
    if expect != f"--expect={'right' if right else 'wrong'}":
        sys.exit(f"expected {expect.removeprefix('--expect=')}")


main()
