"""A flight by the station's web API, as a page flies it."""

import base64
import json
import os
import socket
import struct
import time
import urllib.error
import urllib.request

PATIENCE_S = 60.0
STICKS_S = 1.5
EVERY_S = 0.05


class Station:
    def __init__(self, base, name, password):
        self.base = base
        self.headers = {"X-Skyhelm": "1", "Content-Type": "application/json"}
        answer = self.open("POST", "/session", {"name": name, "password": password})
        self.headers["Cookie"] = self.cookie = answer.headers["set-cookie"].split(";")[0]

    def open(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.base}/api/v1{path}", data, self.headers, method=method)
        return urllib.request.urlopen(request, timeout=30)

    def device(self, serial):
        devices = json.load(self.open("GET", "/devices"))
        return next((one for one in devices if one["id"] == f"dji-{serial}"), None)

    def order(self, serial, what, body=None):
        try:
            self.open("POST", f"/devices/dji-{serial}/{what}", body).read()
        except urllib.error.HTTPError as refused:
            raise RuntimeError(f"{what} was refused: {refused.read().decode()}") from None

    def wait(self, serial, what, seen):
        until = time.monotonic() + PATIENCE_S
        device = None
        while time.monotonic() < until:
            device = self.device(serial)
            if device and seen(device["state"]):
                return device["state"]
            time.sleep(0.1)
        raise RuntimeError(f"not {what}: {json.dumps(device)[:3000]}")

    def online(self, serial):
        return self.wait(serial, "online", lambda state: (state.get("flight") or {}).get("position"))


class Sticks:
    """The WebSocket of the sticks, by RFC 6455."""

    def __init__(self, station, serial):
        host, port = station.base.removeprefix("http://").split(":")
        self.socket = socket.create_connection((host, int(port)), timeout=0.05)
        self.socket.settimeout(10)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET /api/v1/devices/dji-{serial}/flight/sticks HTTP/1.1\r\nHost: {host}:{port}\r\n"
            f"Cookie: {station.cookie}\r\nOrigin: {station.base}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        self.bytes = b""
        while b"\r\n\r\n" not in self.bytes:
            self.bytes += self.socket.recv(4096)
        head, self.bytes = self.bytes.split(b"\r\n\r\n", 1)
        if b" 101 " not in head:
            raise RuntimeError(f"no sticks: {head.decode()}")
        self.socket.settimeout(0.005)
        self.nonce, self.sequence, self.last = None, 0, None

    def hear(self):
        try:
            self.bytes += self.socket.recv(65536)
        except TimeoutError:
            pass
        while len(self.bytes) >= 2:
            length, start = self.bytes[1] & 0x7F, 2
            if length == 126:
                if len(self.bytes) < 4:
                    return
                length, start = struct.unpack(">H", self.bytes[2:4])[0], 4
            if len(self.bytes) < start + length:
                return
            text, self.bytes = self.bytes[start:start + length], self.bytes[start + length:]
            try:
                self.last = json.loads(text)
                self.nonce = self.last.get("nonce", self.nonce)
            except ValueError:
                pass

    def say(self, word):
        text = json.dumps(word).encode()
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(text))
        length = bytes([0x80 | len(text)]) if len(text) < 126 else b"\xfe" + struct.pack(">H", len(text))
        self.socket.sendall(b"\x81" + length + mask + masked)

    def hold(self, forward, seconds):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.hear()
            if self.nonce is not None:
                self.sequence += 1
                motion = {"forward": forward, "right": 0.0, "up": 0.0, "clockwise": 0.0}
                self.say({"nonce": self.nonce, "sequence": self.sequence, **motion})
            time.sleep(EVERY_S)

    def release(self):
        self.say({"release": True})
        self.socket.close()


def fly(station, serial):
    """Armed, taken, up, live, by hand, stopped."""
    station.order(serial, "flight/arm", {"serial": serial})
    station.order(serial, "flight/request-control")
    state = station.wait(serial, "ours", lambda state: state["flight"]["authority"]["ours"])
    place = state["flight"]["position"]
    station.order(serial, "flight/take-off", {
        "latitude_deg": place["latitude_deg"], "longitude_deg": place["longitude_deg"], "height_m": 25.0,
        "security_height_m": 20.0, "return_height_m": 30.0, "max_speed_m_s": 10.0,
    })
    up = lambda state: (state["flight"]["heights"].get("above_takeoff_m") or 0) > 15  # noqa: E731
    station.wait(serial, "up", up)
    over = lambda state: all(job.get("outcome") for job in state["jobs"])  # noqa: E731
    station.wait(serial, "at its place", over)
    station.order(serial, "flight/live/enter")
    station.wait(serial, "live", lambda state: "flight.sticks" not in state["blocked"])
    sticks = Sticks(station, serial)
    sticks.hold(0.0, 0.5)
    sticks.hold(3.0, STICKS_S)
    if not sticks.sequence or {"ended", "problem"} & (sticks.last or {}).keys():
        raise RuntimeError(f"the sticks were not held: {sticks.last}")
    sticks.release()
    station.order(serial, "flight/stop")
    station.order(serial, "flight/live/exit")
    time.sleep(0.5)
