"""Two programs that share no code with the station look at what it says over MQTT.

    judge.py PROGRAM FOLDER

PROGRAM is `skyhelm`. A virtual dock flies twice, at the same time: once with the station's own broker, once
with Mosquitto as a broker somebody else runs, both with TLS. `mosquitto_sub` and paho listen. What they hear must
be the traffic the Cloud API documents, and the same on both. Then both brokers are asked at every door, by MQTT
3.1.1 and 5, over TCP, TLS and WebSocket: who may come in, and what he may say.
"""

import pathlib
import sys
import threading
import time

import doors
import traffic
from bench import Bench, certificate
from flight import fly


def flown(bench, results):
    """One flight, heard by both programs."""
    try:
        with bench:
            bench.start()
            listener = traffic.Listener(bench)
            program = traffic.Program(bench)
            bench.call()
            station = bench.signed_in()
            station.online(bench.serial)
            listener.add([f"thing/product/{bench.aircraft}/#"])
            fly(station, bench.serial)
            time.sleep(1.0)
            heard = listener.end()
            results[bench.name] = (heard, program.end())
            traffic.nothing_kept(bench)
            doors.at_all(bench)
    except Exception as wrong:  # noqa: BLE001 - told with the bench's name by the main thread
        results[bench.name] = wrong
        bench.show_logs()


def main():
    program, folder = sys.argv[1:]
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    keys = certificate(folder)
    results = {}
    benches = [Bench(name, program, folder / name, keys) for name in ("embedded", "mosquitto")]
    threads = [threading.Thread(target=flown, args=(bench, results)) for bench in benches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name, result in results.items():
        if isinstance(result, Exception):
            raise SystemExit(f"{name}: {type(result).__name__}: {result}")
    tables = {}
    for bench in benches:
        heard, by_program = results[bench.name]
        tables[bench.name] = traffic.judge(bench, heard)
        traffic.catches(bench, heard)
        traffic.same_to_both(bench, heard, by_program)
    traffic.alike(tables)


if __name__ == "__main__":
    main()
