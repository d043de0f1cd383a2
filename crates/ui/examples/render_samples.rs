//! Writes every sample page with its style sheet to a directory, to be looked at:
//! `cargo run -p perennial-ui --features ssr --example render_samples -- DIR`

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use perennial_ui::pages::samples::samples;
use perennial_ui::text::Lang;

fn style_sheet() -> io::Result<String> {
    let kit = Path::new(env!("CARGO_MANIFEST_DIR")).join("style");
    let mut sheet = String::new();
    for folder in [kit.clone(), kit.join("pages")] {
        let mut files: Vec<PathBuf> =
            fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
        files.retain(|path| path.extension().is_some_and(|extension| extension == "css"));
        files.sort();
        for file in files {
            sheet.push_str(&fs::read_to_string(file)?);
        }
    }
    Ok(sheet)
}

fn main() -> io::Result<()> {
    let Some(directory) = env::args_os().nth(1).map(PathBuf::from) else {
        return Err(io::Error::other("usage: render_samples DIRECTORY"));
    };
    fs::create_dir_all(&directory)?;
    fs::write(directory.join("pages.css"), style_sheet()?)?;
    for lang in Lang::ALL {
        for sample in samples(lang, "pages.css") {
            fs::write(directory.join(format!("{}-{}.html", sample.name, lang.tag())), sample.html)?;
        }
    }
    Ok(())
}
