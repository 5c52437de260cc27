"""Keeps a demo busy for a night with three viewers, and watches what it holds on to.

    night.py LINK MINUTES

At sixty times real speed twelve minutes are twelve hours. Three viewers look: both live pictures and the
event stream. Stacks are started one after the other. Frames of eight megapixels come and go while a job
runs, so memory is read when none does and the last one's frames have left. Fails when the median of the
last quarter's readings is more than one per cent over that of the first quarter (after a warm-up), or when
the hub has more tasks after the viewers have left than before they came.
"""

import base64
import json
import os
import socket
import statistics
import struct
import sys
import threading
import time
import urllib.error
import urllib.request

WARM_UP_S = 150.0
MOST_GROWTH = 0.01
EVERY_S = 1.0
SETTLED_S = 3.0
READINGS_AT_LEAST = 16


class Station:
    def __init__(self, link):
        self.base, word = link.split("/#signin=")
        self.headers = {"X-Skyhelm": "1", "Content-Type": "application/json"}
        answer = self.open("POST", "/api/v1/session", {"token": word})
        self.cookie = answer.headers["set-cookie"].split(";")[0]
        self.headers["Cookie"] = self.cookie

    def open(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, self.headers, method=method)
        return urllib.request.urlopen(request, timeout=60)

    def json(self, path):
        return json.load(self.open("GET", "/api/v1" + path))

    def tell(self, path, body):
        """Whether the station took it; by day many things are refused."""
        try:
            self.open("POST", "/api/v1" + path, body).read()
            return True
        except urllib.error.HTTPError as refused:
            refused.read()
            return False

    def figures(self):
        lines = self.open("GET", "/metrics").read().decode().splitlines()
        pairs = [line.rsplit(" ", 1) for line in lines if not line.startswith("#")]
        return {name: float(value) for name, value in pairs}


class Viewer(threading.Thread):
    """Reads and throws away until told to leave."""

    def __init__(self, station, path):
        super().__init__(daemon=True)
        self.path, self.station, self.seen = path, station, 0
        host, port = station.base.removeprefix("http://").split(":")
        self.socket = socket.create_connection((host, int(port)), timeout=20)
        upgrade = ""
        if path.endswith("/events"):
            key = base64.b64encode(os.urandom(16)).decode()
            upgrade = (
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                f"Sec-WebSocket-Key: {key}\r\nOrigin: {station.base}\r\n"
            )
        head = f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {station.cookie}\r\n{upgrade}\r\n"
        self.socket.sendall(head.encode())
        self.talks = bool(upgrade)

    def run(self):
        said = time.monotonic()
        try:
            while piece := self.socket.recv(1 << 18):
                self.seen += len(piece)
                if self.talks and time.monotonic() - said > 5:
                    said = time.monotonic()
                    self.say('{"type":"ping","t":1}')
        except OSError:
            pass

    def say(self, text):
        body = text.encode()
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(body))
        self.socket.sendall(struct.pack("!BB", 0x81, 0x80 | len(body)) + mask + masked)

    def leave(self):
        self.socket.close()


def at_rest(state):
    return all(job["outcome"] is not None for job in state["jobs"])


def keep_busy(station, device, state):
    path = f"/devices/{device}"
    if (state["stacker"] or {}).get("phase") == "ended":
        station.tell(path + "/stack/go-live", {"lens": "tele"})
        return
    if (state["mount"] or {}).get("motion") == "tracking":
        if station.tell(path + "/stack/start", {"lens": "tele", "subs": 20, "without_darks": True}):
            return
    up = station.json("/sky/showpieces")
    if up:
        target = {key: up[0][key] for key in ("name", "ra_hours", "dec_degrees")}
        station.tell(path + "/mount/goto", target)


def megabytes(station):
    return station.figures()["process_resident_memory_bytes"] / 2**20


def main():
    station, minutes = Station(sys.argv[1]), float(sys.argv[2])
    telescopes = (one for one in station.json("/devices") if not one["state"].get("flight"))
    device = next(telescopes)["id"]
    time.sleep(5)
    tasks_before = station.figures()["skyhelm_tasks"]
    live = f"/api/v1/devices/{device}/live"
    paths = [live + "/tele.mjpeg", live + "/wide.mjpeg", "/api/v1/events"]
    viewers = [Viewer(station, path) for path in paths]
    for viewer in viewers:
        viewer.start()
    begin, memory, most = time.monotonic(), [], 0.0
    while (passed := time.monotonic() - begin) < minutes * 60:
        time.sleep(EVERY_S)
        most = max(most, megabytes(station))
        if not at_rest(station.json(f"/devices/{device}")["state"]):
            continue
        time.sleep(SETTLED_S)
        state = station.json(f"/devices/{device}")["state"]
        if not at_rest(state):
            continue
        if passed > WARM_UP_S:
            memory.append(megabytes(station))
            print(f"{passed:5.0f} s {memory[-1]:6.1f} MB", flush=True)
        keep_busy(station, device, state)
    seen = [viewer.seen for viewer in viewers]
    for viewer in viewers:
        viewer.leave()
    deadline = time.monotonic() + 60
    while (tasks := station.figures()["skyhelm_tasks"]) > tasks_before and time.monotonic() < deadline:
        time.sleep(1)
    if len(memory) < READINGS_AT_LEAST:
        sys.exit(f"{len(memory)} readings are too few")
    quarter = len(memory) // 4
    first, last = (statistics.median(part) for part in (memory[:quarter], memory[-quarter:]))
    growth = last / first - 1
    entries = len(station.json("/library?limit=500")["entries"])
    print(f"{minutes:g} minutes, {entries} library entries, bytes seen {seen}")
    print(f"memory at rest {first:.1f} MB, then {last:.1f} MB: {growth:+.2%} (at most {MOST_GROWTH:+.0%})")
    print(f"{len(memory)} readings; memory at work at most {most:.1f} MB")
    print(f"tasks {tasks_before:g} before the viewers came, {tasks:g} after they left")
    if min(seen) < 10_000:
        sys.exit("a viewer saw nothing: the figures mean nothing")
    if growth > MOST_GROWTH or tasks > tasks_before:
        sys.exit("a promised figure is missed")


if __name__ == "__main__":
    main()
