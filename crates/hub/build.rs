//! Packs the built web page into the program: one table of files, each with its compressed form.
//!
//! Without a built page the table holds one that says how to build it, so that the hub always compiles.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use flate2::{Compression, write::GzEncoder};

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Skyhelm</title>\
<p>The page is not built. Run <code>cargo xtask demo</code>, which builds it first.</p></html>\n";

fn main() -> io::Result<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let page = root.join("../../ui");
    let built = page.join("dist");
    if page.is_dir() && !built.exists() {
        // Cargo reruns a build script at each build while a watched path is missing; an empty
        // folder (ignored by git) is seen once and seen again when the page is built.
        fs::create_dir(&built)?;
    }
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", built.display());

    let mut files = Vec::new();
    if built.join("index.html").is_file() {
        collect(&built, &built, &mut files)?;
    } else {
        let path = out.join("not-built.html");
        fs::write(&path, NOT_BUILT)?;
        files.push((String::from("index.html"), path));
    }
    files.sort();
    fs::write(out.join("page.rs"), table(&files, &out)?)
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if let Ok(name) = path.strip_prefix(root) {
            let name = name.to_string_lossy().replace('\\', "/");
            files.push((name, path.canonicalize()?));
        }
    }
    Ok(())
}

fn table(files: &[(String, PathBuf)], out: &Path) -> io::Result<String> {
    let mut code = String::from("static FILES: &[PageFile] = &[\n");
    for (number, (name, path)) in files.iter().enumerate() {
        println!("cargo::rerun-if-changed={}", path.display());
        let bytes = fs::read(path)?;
        let packed = gzip(&bytes)?;
        let gzip = if packed.len() < bytes.len() {
            let packed_path = out.join(format!("{number}.gz"));
            fs::write(&packed_path, packed)?;
            format!("Some(include_bytes!({}))", literal(&packed_path))
        } else {
            String::from("None")
        };
        writeln!(
            code,
            "    PageFile {{ path: {name:?}, bytes: include_bytes!({}), gzip: {gzip} }},",
            literal(path)
        )
        .map_err(io::Error::other)?;
    }
    code.push_str("];\n");
    Ok(code)
}

/// A path as Rust writes it.
fn literal(path: &Path) -> String {
    format!("{:?}", path.to_string_lossy())
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}
