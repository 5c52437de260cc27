"""What was heard, against what the Cloud API documents."""

import collections
import json
import subprocess
import threading
import time

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

Heard = collections.namedtuple("Heard", "at topic payload qos retain")

# Envelope keys by what a topic carries: (must be there, must not be there, quality of service; None: either).
# Cloud API 2.0, topic definitions; DRC messages have neither tid nor bid.
FLOW = {"tid", "bid", "timestamp"}
ENVELOPES = {
    "status": (FLOW | {"method", "data"}, set(), 1),
    "status_reply": (FLOW | {"data"}, set(), 1),
    "osd": (FLOW | {"gateway", "data"}, {"method"}, 0),
    "state": (FLOW | {"gateway", "data"}, {"method"}, None),
    "events": (FLOW | {"gateway", "method", "data"}, set(), None),
    "events_reply": (FLOW | {"method", "data"}, set(), 1),
    "requests": (FLOW | {"method", "data"}, set(), 1),
    "requests_reply": (FLOW | {"method", "data"}, set(), 1),
    "services": (FLOW | {"method", "data"}, set(), None),
    "services_reply": (FLOW | {"method", "data"}, set(), 1),
    "drc/down": ({"method", "data"}, {"tid", "bid"}, None),
    "drc/up": ({"method", "data"}, {"tid", "bid"}, 0),
}

# Said in every such flight, with the quality of service where ours is a promise: what moves the aircraft, and what
# is soon said again, is sent at most once; a stop is acknowledged.
SAID = {
    ("status", "update_topo"): 1,
    ("requests", "config"): 1,
    ("requests", "airport_bind_status"): 1,
    ("services", "flight_authority_grab"): None,
    ("services", "takeoff_to_point"): 0,
    ("services", "drc_mode_enter"): None,
    ("services", "drc_mode_exit"): None,
    ("events", "takeoff_to_point_progress"): None,
    ("events", "drc_status_notify"): None,
    ("drc/down", "heart_beat"): 0,
    ("drc/down", "stick_control"): 0,
    ("drc/down", "drone_emergency_stop"): None,
    ("drc/up", "heart_beat"): 0,
    ("drc/up", "osd_info_push"): 0,
    ("drc/up", "hsi_info_push"): 0,
}

# A question's topic, and the answer's; each answer echoes tid and bid.
ANSWERS = {"status": "status_reply", "requests": "requests_reply", "services": "services_reply"}


def client(name, username, password, version=mqtt.MQTTv5, transport="tcp"):
    made = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=version, transport=transport)
    made.username_pw_set(username, password)
    return made


class Listener:
    """paho, by MQTT 5: only there a listener sees with which flag a message was sent."""

    def __init__(self, bench):
        self.heard, self.lock = [], threading.Lock()
        self.granted = threading.Event()
        self.codes = []
        self.client = client("looks-on", bench.serial, bench.password)
        self.client.on_message = self.on_message
        self.client.on_subscribe = self.on_subscribe
        no_session = Properties(PacketTypes.CONNECT)
        no_session.SessionExpiryInterval = 0
        self.client.connect("127.0.0.1", bench.ports["tcp"], properties=no_session)
        self.client.loop_start()
        self.add([f"sys/product/{bench.serial}/#", f"thing/product/{bench.serial}/#"])

    def on_subscribe(self, _client, _data, _mid, codes, _properties):
        self.codes = codes
        self.granted.set()

    def on_message(self, _client, _data, message):
        heard = Heard(time.time(), message.topic, message.payload, message.qos, message.retain)
        with self.lock:
            self.heard.append(heard)

    def add(self, filters):
        self.granted.clear()
        while not self.client.is_connected():
            time.sleep(0.02)
        asked = SubscribeOptions(qos=2, retainAsPublished=True)
        self.client.subscribe([(topic, asked) for topic in filters])
        if not self.granted.wait(10) or any(code.is_failure for code in self.codes):
            raise RuntimeError(f"no subscription to {filters}: {self.codes}")

    def end(self):
        self.client.disconnect()
        self.client.loop_stop()
        return list(self.heard)


class Program:
    """mosquitto_sub, by MQTT 3.1.1, over TCP."""

    def __init__(self, bench):
        words = ["mosquitto_sub", "-V", "mqttv311", "-h", "127.0.0.1", "-p", str(bench.ports["tcp"]), "-i", "looks-on-too",
                 "-u", bench.serial, "-P", bench.password, "-q", "2", "-F", "%U %t %q %r %x", "-t",
                 f"sys/product/{bench.serial}/#", "-t", f"thing/product/{bench.serial}/#"]
        # Into a file: it would stand still before a pipe that nobody empties.
        self.file = bench.folder / "heard.txt"
        with self.file.open("w") as out:
            self.process = bench.spawn("mosquitto_sub", words, stdout=out)

    def end(self):
        self.process.terminate()
        self.process.wait(10)
        heard = [line.split(" ") for line in self.file.read_text().splitlines()]
        return [Heard(float(at), topic, bytes.fromhex(payload), int(qos), retain == "1")
                for at, topic, qos, retain, payload in heard]


def kind_of(topic):
    return topic.split("/product/", 1)[1].split("/", 1)[1]


def catches(bench, heard):
    """The judge's own test: traffic with one fault seeded is refused."""
    of = lambda tail: next(at for at, one in enumerate(heard) if one.topic.endswith(tail))  # noqa: E731
    stick = next(at for at, one in enumerate(heard) if b"stick_control" in one.payload)
    order, reply = of("/services"), of("/services_reply")
    bare = lambda one: one._replace(payload=json.dumps({**json.loads(one.payload), "bid": None}).encode())  # noqa: E731
    faults = {
        "a retained stick frame": (stick, lambda one: [one._replace(retain=True)]),
        "an acknowledged stick frame": (stick, lambda one: [one._replace(qos=1)]),
        "an order said twice": (order, lambda one: [one, one]),
        "an order without an answer": (reply, lambda _: []),
        "an answer to something else": (reply, lambda one: [bare(one)]),
        "a topic nobody knows": (order, lambda one: [one._replace(topic=one.topic + "s")]),
    }
    for name, (at, seeded) in faults.items():
        try:
            judge(bench, [*heard[:at], *seeded(heard[at]), *heard[at + 1:]], quiet=True)
        except RuntimeError:
            continue
        raise RuntimeError(f"the judge does not see {name}")
    print(f"{bench.name}: the judge sees each of {len(faults)} seeded faults")


def judge(bench, heard, quiet=False):
    """The rows of what was said: what, by which keys, how surely. Raises when one is not as documented."""
    messages = [(one, kind_of(one.topic), json.loads(one.payload)) for one in heard]
    rows, flags, answered = {}, [one for one in heard if one.retain], collections.defaultdict(list)
    if flags:
        raise RuntimeError(f"{bench.name}: {len(flags)} messages are retained: {flags[:3]}")
    for one, kind, message in messages:
        if kind not in ENVELOPES:
            raise RuntimeError(f"{bench.name}: no such topic is documented: {one.topic}")
        must, must_not, qos = ENVELOPES[kind]
        lacks, strange = must - message.keys(), must_not & message.keys()
        if lacks or strange:
            raise RuntimeError(f"{bench.name}: {one.topic} lacks {lacks}, has {strange}: {one.payload[:400]}")
        if qos is not None and one.qos != qos:
            raise RuntimeError(f"{bench.name}: {one.topic} came at QoS {one.qos}: {one.payload[:200]}")
        if (stamp := message.get("timestamp")) is not None and len(str(stamp)) != 13:
            raise RuntimeError(f"{bench.name}: {one.topic}: {stamp} is no time in milliseconds")
        rows.setdefault((kind, message.get("method")), set()).add((one.qos, frozenset(message) - {"need_reply", "seq"}))
        if "tid" in message:
            answered[(kind, message["tid"], message["bid"])].append(message)
    for row, qos in SAID.items():
        if row not in rows:
            raise RuntimeError(f"{bench.name}: {row} was never said; said was {sorted(map(str, rows))}")
        if qos is not None and {said for said, _ in rows[row]} != {qos}:
            raise RuntimeError(f"{bench.name}: {row} was not sent at QoS {qos}: {rows[row]}")
    exchanges = pairs(bench, messages, answered)
    if not quiet:
        print(f"{bench.name}: {len(heard)} messages of {len(rows)} kinds as documented, none retained, {exchanges} answered")
    return rows


def pairs(bench, messages, answered):
    """Each question has one answer, each event that asks for one too, and no order is said twice."""
    count, last = 0, messages[-1][0].at
    for one, kind, message in messages:
        asks = kind in ANSWERS or (kind == "events" and message.get("need_reply") == 1)
        if not asks or one.at > last - 1.0:
            continue
        reply = ANSWERS.get(kind, "events_reply")
        answers = len(answered[(reply, message["tid"], message["bid"])])
        questions = len(answered[(kind, message["tid"], message["bid"])])
        if answers != questions:
            raise RuntimeError(f"{bench.name}: {answers} answers to {questions} of {one.payload[:300]}")
        if kind == "services" and questions != 1:
            raise RuntimeError(f"{bench.name}: an order was said twice: {one.payload[:300]}")
        count += 1
    return count


def same_to_both(bench, heard, by_program):
    """What mosquitto_sub heard is what paho heard, but for the moments in which one of them listened alone."""
    own = [one for one in heard if bench.aircraft not in one.topic]
    begin = max(own[0].at, by_program[0].at) + 0.5
    end = min(own[-1].at, by_program[-1].at) - 0.5
    texts = lambda rows: collections.Counter((row.topic, row.payload) for row in rows)  # noqa: E731
    between = lambda rows: [row for row in rows if begin < row.at < end]  # noqa: E731
    for first, second, who in ((own, by_program, "mosquitto_sub"), (by_program, own, "paho")):
        if missed := texts(between(first)) - texts(second):
            raise RuntimeError(f"{bench.name}: {who} missed {len(missed)} messages: {list(missed)[:2]}")
    if any(row.retain for row in by_program):
        raise RuntimeError(f"{bench.name}: mosquitto_sub was given a retained message")
    print(f"{bench.name}: mosquitto_sub heard the same {len(between(by_program))} messages as paho")


def alike(tables):
    """Both brokers carried the same rows. What chance decides may be said by one alone, and is printed."""
    (first, one), (second, other) = tables.items()
    for row in one.keys() & other.keys():
        if {qos for qos, _ in one[row]} != {qos for qos, _ in other[row]}:
            raise RuntimeError(f"{row} differs: {first} {one[row]}, {second} {other[row]}")
    alone = sorted(f"{kind} {method}" for kind, method in one.keys() ^ other.keys())
    chance = [row for row in alone if not row.startswith(("events ", "events_reply ", "state ", "state_reply ", "drc/up "))]
    if chance:
        raise RuntimeError(f"said to one broker only: {chance}")
    print(f"alike: {len(one.keys() & other.keys())} kinds on both brokers; on one only, by chance: {alone or 'none'}")


def nothing_kept(bench):
    """Whoever comes later is told nothing old."""
    words = ["mosquitto_sub", "-h", "127.0.0.1", "-p", str(bench.ports["tcp"]), "-i", "comes-late", "-u", bench.serial,
             "-P", bench.password, "--retained-only", "-W", "1", "-t", f"thing/product/{bench.serial}/#"]
    if kept := subprocess.run(words, capture_output=True, text=True, check=False).stdout:
        raise RuntimeError(f"{bench.name}: retained: {kept[:300]}")
