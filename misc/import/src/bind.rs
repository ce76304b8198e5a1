//! Lets bindgen, and through it libclang, read headers.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::process::{Command, ExitCode, Output, Stdio};
use std::rc::Rc;

use bindgen::callbacks::{DiscoveredItem, DiscoveredItemId, ParseCallbacks, SourceLocation};
use bindgen::{BindgenError, Builder, CodegenConfig, EnumVariation};

use crate::model::{Model, NO_MESSAGES};
use crate::rust;

/// What to read: C that includes headers, the arguments for clang, and which constants and types.
pub struct Source {
    pub text: String,
    pub arguments: Vec<String>,
    /// Regular expressions of names.
    pub constants: String,
    pub types: String,
}

/// Of each struct and union, by the name that bindgen gives it.
pub type Places = BTreeMap<String, Place>;

/// What C calls it (nothing, where it has no name), and where it is declared: file and byte in it.
#[derive(Debug, Clone, Default)]
pub struct Place {
    pub name: String,
    pub file: String,
    pub at: usize,
}

/// Why headers could not be read: what clang says of them, a line an error.
#[derive(Debug, Clone)]
pub struct Errors(pub Vec<String>);

impl Errors {
    /// A header that is missing ends everything; otherwise the fewer errors, the nearer.
    pub fn badness(&self) -> usize {
        let fatal = self.0.iter().any(|line| line.contains("fatal error:"));
        if fatal { usize::MAX } else { self.0.len() }
    }

    /// `header:line:column: error: what`
    pub fn first(&self) -> &str {
        self.0.first().map_or("it cannot be read, and clang does not say why", String::as_str)
    }

    /// The name of a header that is missing.
    pub fn missing_header(&self) -> Option<&str> {
        let line = self.0.iter().find(|line| line.ends_with("file not found"))?;
        line.split('\'').nth(1)
    }
}

/// Whether a libclang can be loaded; if not, why.
pub fn libclang() -> Result<(), String> {
    clang_sys::load()
}

/// Reads in a process of its own: libclang prints what it complains of, and an attempt that is made
/// to find out what is missing is nobody's business; nor does it end this one where it crashes.
pub fn read(source: &Source) -> Result<Model, Errors> {
    let failed = |what: &str| Errors(vec![format!("cannot run clang: {what}")]);
    let output = run(source).map_err(|e| failed(&e.to_string()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    match output.status.code() {
        Some(0) => {}
        Some(CLANG_REFUSED) => return Err(Errors(errors(&text))),
        _ => {
            let said = String::from_utf8_lossy(&output.stderr);
            let last = said.lines().rfind(|line| !line.trim().is_empty());
            return Err(failed(&format!("{}: {}", output.status, last.unwrap_or_default())));
        }
    }
    let (found, bindings) = text.split_once(BINDINGS).ok_or_else(|| failed("it was cut short"))?;
    let file = syn::parse_file(bindings)
        .map_err(|e| Errors(vec![format!("bindgen's output is not Rust: {e}")]))?;
    let found = Found::parse(found);
    Ok(rust::model(&file, &found.places, &found.files))
}

/// The word that makes this program read headers for another that runs it.
pub const READER: &str = "--read-for-another";

/// Between where things are declared and what bindgen makes of them.
const BINDINGS: &str = "\0bindings\0";

/// The exit status of a reader whose headers have errors.
const CLANG_REFUSED: i32 = 3;

fn run(source: &Source) -> io::Result<Output> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg(READER)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut words = vec![source.text.as_str(), &source.constants, &source.types];
    words.extend(source.arguments.iter().map(String::as_str));
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(words.join("\0").as_bytes())?;
    }
    child.wait_with_output()
}

/// The other side of [`read`]: what to read from standard input, what was read to standard output.
pub fn reader() -> io::Result<ExitCode> {
    let mut input = String::new();
    io::stdin().read_to_string(&mut input)?;
    let mut words = input.split('\0').map(String::from);
    let mut next = || words.next().unwrap_or_default();
    let source =
        Source { text: next(), constants: next(), types: next(), arguments: words.collect() };
    let found = Rc::new(RefCell::new(Found::default()));
    match builder(&source, &found).generate() {
        Ok(bindings) => {
            let found = found.borrow();
            io::stdout().write_all(format!("{}{BINDINGS}{bindings}", found.text()).as_bytes())?;
            Ok(ExitCode::SUCCESS)
        }
        Err(e) => {
            let said = match e {
                BindgenError::ClangDiagnostic(said) => said,
                other => other.to_string(),
            };
            io::stdout().write_all(said.as_bytes())?;
            Ok(ExitCode::from(CLANG_REFUSED as u8))
        }
    }
}

fn builder(source: &Source, found: &Rc<RefCell<Found>>) -> Builder {
    Builder::default()
        .header_contents("import.h", &source.text)
        .clang_args(&source.arguments)
        .clang_args(["-nostdinc", "-ffreestanding", "-Wno-everything", "-ferror-limit=0"])
        .allowlist_type(&source.types)
        .blocklist_type(NO_MESSAGES)
        .allowlist_var(&source.constants)
        .use_core()
        .ctypes_prefix("ctypes")
        .default_enum_style(EnumVariation::Consts)
        .prepend_enum_name(false)
        .derive_debug(false)
        .derive_default(false)
        .generate_comments(false)
        .layout_tests(true)
        .disable_header_comment()
        .with_codegen_config(CodegenConfig::TYPES | CodegenConfig::VARS)
        .formatter(bindgen::Formatter::None)
        .parse_callbacks(Box::new(Watch(Rc::clone(found))))
}

/// Clang's errors, without notes and warnings.
fn errors(said: &str) -> Vec<String> {
    let found: Vec<String> = said
        .lines()
        .filter(|line| line.contains("error: "))
        .map(|line| line.trim_start_matches("clang diagnosed error: ").to_string())
        .collect();
    if found.is_empty() { vec![said.trim().to_string()] } else { found }
}

#[derive(Debug, Default)]
struct Found {
    places: Places,
    files: Vec<String>,
}

impl Found {
    /// A line a file, then a line a place.
    fn text(&self) -> String {
        let files = self.files.iter().map(|file| format!("{file}\n"));
        let places = self.places.iter();
        let places = places.map(|(key, p)| format!("{key}\t{}\t{}\t{}\n", p.name, p.at, p.file));
        files.chain(places).collect()
    }

    fn parse(text: &str) -> Self {
        let mut found = Self::default();
        for line in text.lines() {
            let words: Vec<&str> = line.splitn(4, '\t').collect();
            match words[..] {
                [key, name, at, file] => {
                    let (name, file) = (name.to_string(), file.to_string());
                    let place = Place { name, file, at: at.parse().unwrap_or(0) };
                    found.places.insert(key.to_string(), place);
                }
                _ => found.files.push(line.to_string()),
            }
        }
        found
    }
}

#[derive(Debug)]
struct Watch(Rc<RefCell<Found>>);

impl ParseCallbacks for Watch {
    fn new_item_found(
        &self,
        _id: DiscoveredItemId,
        item: DiscoveredItem,
        location: Option<&SourceLocation>,
    ) {
        let (DiscoveredItem::Struct { original_name, final_name }
        | DiscoveredItem::Union { original_name, final_name }) = item
        else {
            return;
        };
        let Some(location) = location else { return };
        let file = location.file_name.clone().unwrap_or_default();
        let mut found = self.0.borrow_mut();
        if !found.files.contains(&file) {
            found.files.push(file.clone());
        }
        let name = original_name.unwrap_or_default();
        found.places.insert(final_name, Place { name, file, at: location.byte_offset });
    }
}
