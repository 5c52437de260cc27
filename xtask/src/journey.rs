//! The real binary, a real browser, real files: a stranger's first night, every page looked at, and
//! everything that can go wrong with a telescope.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::command::{Done, Trouble, run as run_program, stop};
use crate::{demo, oracle};

/// The demo prints its link within this time.
const LINK_WITHIN: Duration = Duration::from_mins(1);

/// Where the stations of all journeys keep their things, so that later ones find what earlier ones made.
const FOLDER: &str = "target/journey";

/// A stranger's first night, and a judgement of the files that came of it.
pub(crate) fn first_light(root: &Path) -> Done {
    let folder = root.join(FOLDER);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    browse(root, "ui/e2e/first-light.mjs")?;
    oracle::judge_files(root, &folder)
}

/// Every page, at every width, by day, by night and in red.
pub(crate) fn pages(root: &Path) -> Done {
    browse(root, "ui/e2e/pages.mjs")
}

/// Everything that can go wrong with a telescope: the sentence is read, and all is well afterwards.
pub(crate) fn faults(root: &Path) -> Done {
    browse(root, "ui/e2e/faults.mjs")
}

/// Starts the demo and hands its link to a browser's script.
fn browse(root: &Path, script: &str) -> Done {
    let folder = root.join(FOLDER);
    std::fs::create_dir_all(&folder)?;
    let mut station = Station::start(root, &folder)?;
    let link = station.link()?;
    run_program(root, "node", &[script, &link, &folder.to_string_lossy()])?;
    station.stop();
    Ok(())
}

/// A demo of its own, ended when dropped.
pub(crate) struct Station {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Station {
    /// Starts a demo that keeps its things in a folder.
    pub(crate) fn start(root: &Path, folder: &Path) -> Done<Self> {
        let mut child = Command::new(demo::binary(root))
            .args(["demo", "--port", "0", "--data"])
            .arg(folder.join("station"))
            .args(["--card"])
            .arg(folder.join("card"))
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| Trouble(format!("the demo cannot be started: {error}")))?;
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
        loop {
            let Ok(line) = self.lines.recv_timeout(LINK_WITHIN) else {
                return stop("the demo printed no link");
            };
            if let Some(at) = line.find("http://") {
                let link = line[at..].split_whitespace().next().unwrap_or_default();
                if link.contains("#signin=") {
                    return Ok(String::from(link));
                }
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
