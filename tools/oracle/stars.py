"""What the judges of positions share: the catalogue's rows and the stars on a picture."""

import csv

import numpy as np
import sep


def catalogue(folder):
    """Rows of the Gaia file, which give no proper motion: stars known to be fast are left out."""
    blob = (folder / "stars-gaia-hipparcos-g10.bin").read_bytes()
    assert blob[:4] == b"GDR3", "not the star file"
    row = np.dtype([("id", "<i8"), ("ra", "<f8"), ("dec", "<f8"), ("mag", "<f4"), ("bp", "<f4"), ("rp", "<f4")])
    rows = np.frombuffer(blob, dtype=row, offset=16)
    assert len(rows) == int.from_bytes(blob[8:16], "little")
    keep = rows["id"] > 0
    every_ra, every_dec = np.ascontiguousarray(rows["ra"]), np.ascontiguousarray(rows["dec"])
    for name in ["bright-stars.csv", "more-stars.csv"]:
        with open(folder / name, newline="") as file:
            for star in csv.DictReader(file):
                ra, dec = float(star["ra_deg"]), float(star["dec_deg"])
                near = np.flatnonzero(np.abs(every_dec - dec) < 0.05)
                across = (every_ra[near] - ra) * np.cos(np.radians(dec))
                keep[near] &= np.hypot(across, every_dec[near] - dec) > 0.05
    return rows[keep]


def measured(mosaic):
    """Centroids on a mosaic, in its pixels, by sep on sums of 2 x 2 (one of each colour filter)."""
    mosaic = mosaic.astype(np.float64)
    summed = mosaic[0::2, 0::2] + mosaic[1::2, 0::2] + mosaic[0::2, 1::2] + mosaic[1::2, 1::2]
    return 2 * centroids(summed, 1.1) + 0.5


def centroids(picture, sigma):
    """Centroids on a picture, in its pixels, by a window as wide as a star."""
    picture = np.ascontiguousarray(picture, dtype=np.float64)
    ground = sep.Background(picture)
    flat = picture - ground.back()
    found = sep.extract(flat, 8.0, err=ground.globalrms)
    found = found[(found["npix"] >= 5) & (found["flag"] == 0)]
    x, y, flag = sep.winpos(flat, found["x"], found["y"], np.full(len(found), sigma))
    return np.stack([x, y], axis=1)[flag == 0]
