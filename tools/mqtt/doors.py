"""Every door of a broker, by paho and mosquitto_sub: who comes in, and what he may say."""

import subprocess
import threading

import paho.mqtt.client as mqtt

from traffic import client

VERSIONS = {"3.1.1": mqtt.MQTTv311, "5": mqtt.MQTTv5}
PATIENCE_S = 10
# Codes of a refusal: by MQTT 3.1.1 (chapter 3.2.2.3) and by MQTT 5 (chapter 3.2.2.2).
REFUSED = {"3.1.1": {4, 5}, "5": {0x86, 0x87}}
NOT_AUTHORIZED = 0x87


class Caller:
    """One connection of paho."""

    def __init__(self, bench, door, version, username, password):
        transport = "websockets" if door == "ws" else "tcp"
        self.said, self.heard = {}, []
        self.come, self.granted, self.acknowledged, self.message = (threading.Event() for _ in range(4))
        self.client = client(f"{door}-{version}-{username}", username, password, VERSIONS[version], transport)
        if door == "tls":
            self.client.tls_set(ca_certs=str(bench.keys[0]))
        if door == "ws":
            self.client.ws_set_options(path="/mqtt")
        self.client.on_connect = self.note("connect", self.come, lambda _flags, code, _more: code.value)
        self.client.on_connect_fail = lambda *_: self.come.set()
        self.client.on_subscribe = self.note("subscribe", self.granted, lambda _mid, codes, _more: codes[0].value)
        self.client.on_publish = self.note("publish", self.acknowledged, lambda _mid, code, _more: code.value)
        self.client.on_message = self.on_message
        self.client.connect("127.0.0.1", bench.ports[door])
        self.client.loop_start()
        if not self.come.wait(PATIENCE_S):
            raise RuntimeError(f"{door} by MQTT {version}: no CONNACK")

    def note(self, name, event, value):
        def happened(_client, _data, *rest):
            self.said[name] = value(*rest)
            event.set()
        return happened

    def on_message(self, _client, _data, message):
        self.heard.append((message.topic, message.payload))
        self.message.set()

    def subscribe(self, topic):
        self.granted.clear()
        self.client.subscribe(topic, qos=1)
        if not self.granted.wait(PATIENCE_S):
            raise RuntimeError(f"no SUBACK for {topic}")
        return self.said["subscribe"]

    def publish(self, topic, payload):
        self.acknowledged.clear()
        self.client.publish(topic, payload, qos=1)
        if not self.acknowledged.wait(PATIENCE_S):
            raise RuntimeError(f"no PUBACK for {topic}")
        return self.said["publish"]

    def end(self):
        self.client.disconnect()
        self.client.loop_stop()


def expect(bench, what, seen, wanted):
    if seen not in wanted:
        raise RuntimeError(f"{bench.name}: {what}: {seen:#x}, wanted one of {[hex(one) for one in wanted]}")


def at_all(bench):
    for door in bench.ports:
        for version in VERSIONS:
            one_door(bench, door, version)
    for version in VERSIONS:
        wrong_word(bench, version)
    print(f"{bench.name}: {', '.join(bench.ports)} by MQTT {' and '.join(VERSIONS)}: let in, pinned, refused")


def one_door(bench, door, version):
    name = f"{door} by MQTT {version}"
    victim = Caller(bench, door, version, bench.other, bench.other_password)
    gateway = Caller(bench, door, version, bench.serial, bench.password)
    expect(bench, f"{name}: the right password", gateway.said["connect"], {0})
    expect(bench, f"{name}: its own topics", victim.subscribe(f"thing/product/{bench.other}/#"), {1})
    if bench.name == "embedded":
        # Mosquitto grants any filter and leaves out what may not be read.
        expect(bench, f"{name}: another's topics", gateway.subscribe(f"thing/product/{bench.other}/#"), {0x80, NOT_AUTHORIZED})
        expect(bench, f"{name}: everything", gateway.subscribe("#"), {0x80, NOT_AUTHORIZED})
    # A PUBACK of 3.1.1 has no way to say no: the message just goes nowhere.
    refusal = {NOT_AUTHORIZED} if version == "5" else {0}
    for tail in ("osd", "events", "services_reply", "services", "drc/down"):
        forged = gateway.publish(f"thing/product/{bench.other}/{tail}", b"forged")
        expect(bench, f"{name}: for another's {tail}", forged, refusal)
    expect(bench, f"{name}: a command to itself", gateway.publish(f"thing/product/{bench.serial}/services", b"{}"), refusal)
    expect(bench, f"{name}: for itself", gateway.publish(f"thing/product/{bench.serial}/state", b"{}"), {0, 0x10})
    victim.publish(f"thing/product/{bench.other}/state", b"true")
    if not victim.message.wait(PATIENCE_S) or victim.heard != [(f"thing/product/{bench.other}/state", b"true")]:
        raise RuntimeError(f"{bench.name}: {name}: {victim.heard}")
    for caller in (victim, gateway):
        caller.end()
    for username, password in ((bench.serial, "wrong"), ("nobody", bench.password)):
        stranger = Caller(bench, door, version, username, password)
        # paho tells the codes of 3.1.1 by the names MQTT 5 has for them.
        expect(bench, f"{name}: a wrong word", stranger.said["connect"], REFUSED["5"])
        stranger.end()


def wrong_word(bench, version):
    """mosquitto_sub ends with the CONNACK's own code."""
    words = ["mosquitto_sub", "-V", f"mqttv{version.replace('.', '')}", "-h", "127.0.0.1", "-p", str(bench.ports["tcp"]),
             "-i", f"wrong-{version}", "-u", bench.serial, "-P", "wrong", "-t", "x", "-W", "10"]
    code = subprocess.run(words, capture_output=True, check=False).returncode
    expect(bench, f"mosquitto_sub by MQTT {version} with a wrong password", code, REFUSED[version])
