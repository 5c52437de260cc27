"""A station, a broker and a virtual dock, started and ended together."""

import json
import os
import pathlib
import secrets
import shutil
import socket
import subprocess
import time

from flight import Station

PATIENCE_S = 30.0
SITE = ["--latitude", "47.0", "--longitude", "8.5"]
SPEED = "3"


def certificate(folder):
    """An authority of our own, and a certificate by it for this machine: (authority, certificate, key)."""
    authority, certificate_file, key = (folder / name for name in ("ca.pem", "cert.pem", "key.pem"))
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    run = lambda *words: subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)  # noqa: E731
    run("req", "-x509", *curve, "-subj", "/CN=Test authority", "-keyout", folder / "ca.key", "-out", authority)
    run("req", *curve[:-2], "-subj", "/CN=127.0.0.1", "-keyout", key, "-out", folder / "cert.csr")
    names = folder / "names.txt"
    names.write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\nbasicConstraints=CA:FALSE\n")
    run("x509", "-req", "-in", folder / "cert.csr", "-CA", authority, "-CAkey", folder / "ca.key", "-CAcreateserial",
        "-days", "2", "-extfile", names, "-out", certificate_file)
    return authority, certificate_file, key


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Bench:
    """`embedded` or `mosquitto`: where the gateways call."""

    def __init__(self, name, program, folder, keys):
        self.name, self.program, self.folder, self.keys = name, program, folder, keys
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.ports = {door: free_port() for door in ("tcp", "tls", "ws")}
        self.password = secrets.token_hex(8)
        self.other, self.other_password = "OTHERGATEWAY01", secrets.token_hex(8)
        self.running, self.logs = [], []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self.running):
            process.terminate()
        for process in self.running:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()

    def spawn(self, name, words, **more):
        log = self.folder / f"{name}.log"
        self.logs.append(log)
        error = log.open("w")
        more = {"stdout": subprocess.PIPE, **more}
        process = subprocess.Popen(list(map(str, words)), stderr=error, text=True, **more)
        error.close()
        self.running.append(process)
        return process

    def show_logs(self):
        for log in self.logs:
            if text := log.read_text()[-2000:]:
                print(f"--- {self.name}: {log.name}\n{text}")

    def said(self, process, what):
        """The JSON line a program prints when it is ready."""
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"{what} ended before it was ready")
        return json.loads(line)

    def start(self):
        """The dock is made first, for its serial numbers; it calls again and again until somebody is there."""
        authority = self.keys[0]
        words = [self.program, "sim", "dji-dock", "--json", "--aircraft", "m4td", "--speed", SPEED, *SITE, "--broker",
                 f"mqtts://127.0.0.1:{self.ports['tls']}", "--ca-file", authority, "--card", self.folder / "card"]
        probe = self.spawn("serials", words, env={**os.environ, "SKYHELM_LOG": "off"})
        names = self.said(probe, "the virtual dock")
        probe.terminate()
        self.serial, self.aircraft = names["gateway"], names["aircraft"]
        self.dock = [*words, "--username", self.serial]
        if self.name == "mosquitto":
            self.start_mosquitto()
            table = self.external_table()
        else:
            table = self.embedded_table()
        config = self.folder / "skyhelm.toml"
        config.write_text(f"port = 0\n[site]\nlatitude = 47.0\nlongitude = 8.5\n{table}")
        account = [self.program, "account", "add", "pilot", "--role", "admin", "--flight", "--password-stdin", "--data",
                   self.folder / "data"]
        subprocess.run(list(map(str, account)), input=self.password + "\n", text=True, check=True, capture_output=True)
        environment = {**os.environ, "SKYHELM_LOG": "warn"}
        station = self.spawn("station", [self.program, "serve", "--json", "--config", config, "--data",
                                         self.folder / "data"], env=environment)
        self.address = self.said(station, "the station")["address"]
        for port in self.ports.values():
            self.wait_for(port)

    def wait_for(self, port):
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return
            except OSError:
                if time.monotonic() > until:
                    raise RuntimeError(f"nobody listens at {port}") from None
                time.sleep(0.05)

    def call(self):
        environment = {**os.environ, "SKYHELM_MQTT_PASSWORD": self.password, "SKYHELM_LOG": "warn"}
        self.said(self.spawn("dock", self.dock, env=environment), "the virtual dock")

    def signed_in(self):
        return Station(f"http://{self.address}", "pilot", self.password)

    def gateways(self, *, passwords):
        rows = [(self.serial, self.password), (self.other, self.other_password)]
        secret = lambda password: f', password = "{password}"' if passwords else ""  # noqa: E731
        rows = [f'{{ serial = "{serial}"{secret(password)}, simulated = true }}' for serial, password in rows]
        return f"gateways = [{', '.join(rows)}]\n"

    def embedded_table(self):
        _, certificate_file, key = self.keys
        at = {door: f'"127.0.0.1:{port}"' for door, port in self.ports.items()}
        return (f"[dji]\nlisten = {at['tcp']}\nlisten_tls = {at['tls']}\nlisten_websocket = {at['ws']}\n"
                f'certificate_file = "{certificate_file}"\nkey_file = "{key}"\n' + self.gateways(passwords=True))

    def external_table(self):
        url = f"mqtts://127.0.0.1:{self.ports['tls']}"
        return (f"[dji]\n{self.gateways(passwords=False)}[dji.broker]\nurl = \"{url}\"\nca_file = \"{self.keys[0]}\"\n"
                f'username = "skyhelm"\npassword = "{self.password}"\n'
                f'drc_username = "sticks"\ndrc_password = "{self.password}"\n')

    def start_mosquitto(self):
        authority, certificate_file, key = self.keys
        rules = pathlib.Path(__file__).with_name("mosquitto.acl").read_text()
        aircraft = "".join(f"topic write thing/product/{self.aircraft}/{tail}\n" for tail in ("osd", "state", "events"))
        aircraft += f"topic read thing/product/{self.aircraft}/#\n"
        acl, users = self.folder / "acl", self.folder / "users"
        acl.write_text(f"{rules}\nuser {self.serial}\n{aircraft}")
        accounts = {self.serial: self.password, self.other: self.other_password, "skyhelm": self.password,
                    "sticks": self.password}
        users.write_text("".join(f"{name}:{password}\n" for name, password in accounts.items()))
        subprocess.run(["mosquitto_passwd", "-U", str(users)], check=True, capture_output=True)
        config = self.folder / "mosquitto.conf"
        config.write_text(
            "allow_anonymous false\npersistence false\nlog_dest stderr\nlog_type warning\nlog_type error\n"
            + (f"user {os.environ.get('USER', 'root')}\n" if os.geteuid() == 0 else "")
            + f"password_file {users}\nacl_file {acl}\n"
            f"listener {self.ports['tcp']} 127.0.0.1\n"
            f"listener {self.ports['ws']} 127.0.0.1\nprotocol websockets\n"
            f"listener {self.ports['tls']} 127.0.0.1\ncertfile {certificate_file}\nkeyfile {key}\n"
        )
        broker = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        self.spawn("mosquitto", [broker, "-c", config])
