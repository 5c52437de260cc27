"""Writes crates/sky/testdata/ephem.json: places of stars, Sun, Moon and planets by PyEphem.

PyEphem (pip install ephem) is built on XEphem's libastro: it shares no code, no precession, no
nutation and no lunar or solar theory with ERFA. Its dates are UT1, so vectors hold for DUT1 = 0.
It is asked without air (pressure 0). Topocentric right ascension and declination are of the date.

Run: python tools/oracle/ephem_vectors.py > crates/sky/testdata/ephem.json
"""

import json
import math
import random

import ephem

BODIES = ["Sun", "Moon", "Mercury", "Venus", "Mars", "Jupiter", "Saturn", "Uranus", "Neptune"]
STARS = ["Sirius", "Arcturus", "Vega", "Capella", "Rigel", "Polaris", "Acrux", "Fomalhaut", "Deneb", "Spica"]
UNIX_1970 = ephem.Date("1970/1/1")


def degrees(angle):
    return round(math.degrees(float(angle)), 7)


def place(body):
    return {
        "name": body.name,
        "ra": degrees(body.ra),
        "dec": degrees(body.dec),
        "az": degrees(body.az),
        "alt": degrees(body.alt),
    }


def vector(draw):
    observer = ephem.Observer()
    observer.lat = math.radians(round(draw.uniform(-70, 75), 4))
    observer.lon = math.radians(round(draw.uniform(-180, 180), 4))
    observer.elevation = round(draw.uniform(0, 2500))
    observer.pressure = 0
    observer.epoch = 0
    seconds = draw.randint(1577836800, 2114380800)
    observer.date = UNIX_1970 + seconds / 86400
    bodies = []
    for name in BODIES:
        body = getattr(ephem, name)(observer)
        row = place(body)
        row["size"] = round(float(body.size), 3)
        row["phase"] = round(float(body.phase), 4)
        row["mag"] = round(float(body.mag), 2)
        bodies.append(row)
    stars = []
    for name in STARS:
        star = ephem.star(name)
        star.compute(observer)
        stars.append(place(star))
    return {
        "utc": seconds,
        "lat": degrees(observer.lat),
        "lon": degrees(observer.lon),
        "height": observer.elevation,
        "lst": degrees(observer.sidereal_time()),
        "bodies": bodies,
        "stars": stars,
    }


def main():
    draw = random.Random(20261121)
    vectors = [vector(draw) for _ in range(60)]
    print("[\n" + ",\n".join(json.dumps(v) for v in vectors) + "\n]")


main()
