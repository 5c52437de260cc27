"""Writes crates/sky/testdata/ephem.json: places of stars, Sun, Moon and planets by PyEphem; and, with
the argument `planets`, planets.json: Sun, Moon and planets from 2026 to 2036, with a DUT1 other than nought.

PyEphem (pip install ephem) is built on XEphem's libastro: it shares no code, no precession, no
nutation and no lunar or solar theory with ERFA. Its dates are UT1: each vector states the DUT1 with
which its UTC is that UT1. It is asked without air (pressure 0). Topocentric right ascension and declination are of the date.

Run: python tools/oracle/ephem_vectors.py > crates/sky/testdata/ephem.json
     python tools/oracle/ephem_vectors.py planets > crates/sky/testdata/planets.json
"""

import json
import math
import random
import sys

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


def limb(body, observer):
    """Position angle of the Sun seen from a body: where its bright limb is."""
    sun = ephem.Sun(observer)
    east = math.cos(sun.dec) * math.sin(sun.ra - body.ra)
    north = math.sin(sun.dec) * math.cos(body.dec) - math.cos(sun.dec) * math.sin(body.dec) * math.cos(sun.ra - body.ra)
    return round(math.degrees(math.atan2(east, north)) % 360, 4)


def jovian_moons(observer):
    """East and north of Jupiter's middle, in its radii."""
    moons = {}
    for name in ["Io", "Europa", "Ganymede", "Callisto"]:
        moon = getattr(ephem, name)(observer)
        moons[name] = [round(float(moon.x), 3), round(-float(moon.y), 3)]
    return moons


def vector(draw, first=1577836800, last=2114380800, dut1_s=0.0):
    observer = ephem.Observer()
    observer.lat = math.radians(round(draw.uniform(-70, 75), 4))
    observer.lon = math.radians(round(draw.uniform(-180, 180), 4))
    observer.elevation = round(draw.uniform(0, 2500))
    observer.pressure = 0
    observer.epoch = 0
    seconds = draw.randint(first, last)
    observer.date = UNIX_1970 + (seconds + dut1_s) / 86400
    bodies = []
    for name in BODIES:
        body = getattr(ephem, name)(observer)
        row = place(body)
        row["size"] = round(float(body.size), 3)
        row["phase"] = round(float(body.phase), 4)
        row["mag"] = round(float(body.mag), 2)
        if dut1_s:
            row["limb"] = limb(body, observer)
        bodies.append(row)
    stars = []
    for name in [] if dut1_s else STARS:
        star = ephem.star(name)
        star.compute(observer)
        stars.append(place(star))
    more = {"jovian": jovian_moons(observer)} if dut1_s else {}
    return {
        "utc": seconds,
        "dut1_s": dut1_s,
        "lat": degrees(observer.lat),
        "lon": degrees(observer.lon),
        "height": observer.elevation,
        "lst": degrees(observer.sidereal_time()),
        "bodies": bodies,
        "stars": stars,
        **more,
    }


def main():
    draw = random.Random(20261121)
    if "planets" in sys.argv:
        # 2026-01-01 to 2036-12-31; the Earth's rotation has never been a second off its clock.
        span = (1767225600, 2114294400)
        vectors = [vector(draw, *span, draw.choice([-1, 1]) * draw.randint(5, 60) / 100) for _ in range(80)]
    else:
        vectors = [vector(draw) for _ in range(60)]
    print("[\n" + ",\n".join(json.dumps(v) for v in vectors) + "\n]")


main()
