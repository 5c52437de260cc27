//! The real binary, a real browser, real files: a stranger's first night, every page looked at, and
//! everything that can go wrong with a telescope.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::command::{Done, Trouble, run as run_program, stop};
use crate::{demo, oracle};

/// The demo prints its link within this time.
const LINK_WITHIN: Duration = Duration::from_mins(1);

/// Where the first night keeps its things.
const FIRST_NIGHT: &str = "target/journey";

/// A stranger's first night, and a judgement of the files that came of it.
pub(crate) fn first_light(root: &Path) -> Done {
    let folder = emptied(root, FIRST_NIGHT)?;
    browse(root, "first-light", &folder, &AS_EVER)?;
    oracle::judge_files(root, &folder)
}

/// A flight by keys, pads and gamepad, then one whose broker dies. They have the machine to themselves: a stick
/// counts only while the page is quick.
pub(crate) fn flight(root: &Path) -> Done {
    browse(root, "cockpit", &emptied(root, "target/cockpit")?, &SHORTER)?;
    let (program, folder) = (demo::binary(root), emptied(root, "target/broker")?);
    let [program, folder] = [program, folder].map(|path| path.to_string_lossy().into_owned());
    run_program(root, "node", &["ui/e2e/broker.mjs", &program, &folder])
}

/// A family that the page knows nothing of.
fn toys(root: &Path) -> Done {
    let folder = emptied(root, "target/toys")?;
    let mut station = Command::new(demo::example(root, "toys"));
    station.arg(folder.join("station"));
    look_on(root, "toys", Station::of(station)?, &folder)
}

/// Every page at every width, with the library that the first night left.
pub(crate) fn pages(root: &Path) -> Done {
    browse(root, "pages", &with_a_library(root)?, &SHORT)
}

/// Every fault and every control: two stations and two browsers side by side, for most of their time is waiting.
pub(crate) fn faults_and_controls(root: &Path) -> Done {
    toys(root)?;
    std::thread::scope(|threads| {
        let running = ["faults", "controls"].map(|script| {
            threads.spawn(move || {
                let folder = emptied(root, &format!("target/{script}"))?;
                browse(root, script, &folder, &SHORT)
            })
        });
        let ended = running.map(|journey| {
            journey
                .join()
                .unwrap_or_else(|_| stop("a journey's thread ended early"))
        });
        ended.into_iter().collect()
    })
}

/// A station's folder with what the first night left in the library, when there was one.
fn with_a_library(root: &Path) -> Done<PathBuf> {
    let folder = emptied(root, "target/pages")?;
    let first = root.join(FIRST_NIGHT).join("station");
    if first.exists() {
        let copied = [first, folder.join("station")];
        run_program(root, "cp", &[&["-a".into()], copied.as_slice()].concat())?;
    }
    Ok(folder)
}

fn emptied(root: &Path, folder: &str) -> Done<PathBuf> {
    let folder = root.join(folder);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// What the demo's telescope does by itself.
struct Night {
    /// Subs of its first stack.
    subs: &'static str,
    /// Live pictures a second.
    live_rate: &'static str,
}

/// As a stranger finds it, with the live pictures of a small machine: here much else runs beside it.
const AS_EVER: Night = Night {
    subs: "60",
    live_rate: "2",
};
/// The journey wants to see a stack and live pictures, not how many: they take most of a processor.
const SHORT: Night = Night {
    subs: "4",
    live_rate: "1",
};
/// The journey is about something else.
const SHORTER: Night = Night { subs: "1", ..SHORT };

/// Starts the demo and hands its link to a browser's script.
fn browse(root: &Path, script: &str, folder: &Path, night: &Night) -> Done {
    let mut demo = Station::demo(root, folder);
    demo.args(["--subs", night.subs, "--live-rate", night.live_rate]);
    look_on(root, script, Station::of(demo)?, folder)
}

fn look_on(root: &Path, script: &str, mut station: Station, folder: &Path) -> Done {
    let opened = station.opened()?;
    let file = format!("ui/e2e/{script}.mjs");
    let folder = folder.to_string_lossy();
    let mut words = vec![file.as_str(), &opened.link, &folder];
    words.extend(opened.world.as_deref());
    run_program(root, "node", &words)?;
    station.stop();
    Ok(())
}

/// What a station prints when it is open.
struct Opened {
    link: String,
    /// Where the virtual drone's world has its door, if there is one.
    world: Option<String>,
}

/// A demo of its own, ended when dropped.
pub(crate) struct Station {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Station {
    /// Starts a demo that keeps its things in a folder.
    pub(crate) fn start(root: &Path, folder: &Path) -> Done<Self> {
        Self::of(Self::demo(root, folder))
    }

    fn demo(root: &Path, folder: &Path) -> Command {
        let mut demo = Command::new(demo::binary(root));
        demo.args(["demo", "--port", "0", "--data"])
            .arg(folder.join("station"))
            .args(["--card"])
            .arg(folder.join("card"));
        demo
    }

    /// Starts a program that prints a link.
    fn of(mut program: Command) -> Done<Self> {
        let mut child = program
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| Trouble(format!("the station cannot be started: {error}")))?;
        let output = child
            .stdout
            .take()
            .ok_or_else(|| Trouble(String::from("no output")))?;
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                println!("demo: {line}");
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Self { child, lines })
    }

    /// The link it prints.
    pub(crate) fn link(&self) -> Done<String> {
        self.opened().map(|opened| opened.link)
    }

    fn opened(&self) -> Done<Opened> {
        let mut world = None;
        loop {
            let Ok(line) = self.lines.recv_timeout(LINK_WITHIN) else {
                return stop("the station printed no link");
            };
            let Some(address) = line.find("http://").map(|at| &line[at..]) else {
                continue;
            };
            let address = address.split_whitespace().next().unwrap_or_default();
            if address.contains("#signin=") {
                let link = address.to_owned();
                return Ok(Opened { link, world });
            }
            if let Some(door) = address.strip_suffix("/world") {
                world = Some(door.to_owned());
            }
        }
    }

    /// Ends it as a person does.
    pub(crate) fn stop(&mut self) {
        // The demo removes nothing that was asked to be kept, so an abrupt end loses no evidence.
        let _ = Command::new("kill")
            .args(["-INT", &self.child.id().to_string()])
            .status();
        for _ in 0..100 {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let _ = self.child.kill();
    }
}

impl Drop for Station {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
