//! Every input that once reached new code, or once broke something, is fed again.

use std::fs;
use std::path::Path;

use skyhelm_fuzz::TARGETS;

#[test]
fn each_target_takes_its_corpus() {
    for target in TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("corpus")
            .join(target.name);
        let mut fed = 0;
        for entry in
            fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        {
            (target.run)(&fs::read(entry.unwrap().path()).unwrap());
            fed += 1;
        }
        assert!(fed > 0, "{} has a corpus", target.name);
    }
}

#[test]
fn each_corpus_has_a_target() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(skyhelm_fuzz::named(&name).is_some(), "no target {name}");
    }
}
