//! Reads a kernel's own headers: a `sys` folder, as a program that includes them would see it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::bind::{self, Errors, Source};
use crate::includes::Includes;
use crate::lift;
use crate::model::Model;
use crate::releases::System;

/// Where the systems keep their pf headers: a folder of `sys`, how it is written in an #include,
/// and the folder to look from.
const PF_FOLDERS: [(&str, &str, &str); 4] = [
    ("net", "net", ""),
    ("contrib/pf/net", "net", "contrib/pf"),
    ("dist/pf/net", "net", "dist/pf"),
    ("net/pf", "net/pf", ""),
];

/// What a program includes before the pf headers.
const BEFORE: [&str; 6] =
    ["sys/types.h", "sys/param.h", "sys/socket.h", "net/if.h", "netinet/in.h", "netinet/tcp_fsm.h"];

/// What some releases' pf headers take for granted besides.
const BESIDES: [&str; 15] = [
    "sys/time.h",
    "sys/queue.h",
    "sys/tree.h",
    "sys/systm.h",
    "sys/mutex.h",
    "sys/rwlock.h",
    "sys/timeout.h",
    "sys/refcnt.h",
    "sys/mbuf.h",
    "net/radix.h",
    "net/route.h",
    "net/if_var.h",
    "netinet/ip.h",
    "netinet/ip_ipsp.h",
    "net/pfkeyv2.h",
];

/// What clang complains of where a declaration is missing.
const UNDECLARED: [&str; 4] =
    ["incomplete type", "unknown type name", "undeclared identifier", "incomplete definition"];

const PF_HEADERS: [&str; 3] = ["pfvar.h", "if_pfsync.h", "if_pflog.h"];

/// The option that brings pfsync_tdb where it is one.
const OPTION: &str = "-DPFSYNC_TDB";

/// A kernel's headers.
pub struct Tree<'a> {
    sys: &'a Path,
    includes: Includes,
    /// As the #include has it, and as a path.
    pf: (String, PathBuf),
    besides: Vec<&'static str>,
    kernel: bool,
    /// Regular expression of the constants to look for.
    constants: String,
    /// base.h
    base: PathBuf,
}

impl<'a> Tree<'a> {
    /// Finds the pf headers under `sys`.
    pub fn open(
        sys: &'a Path,
        system: &System,
        known: &BTreeSet<String>,
        base: &Path,
    ) -> Result<Self, String> {
        let found =
            PF_FOLDERS.iter().find(|(folder, ..)| sys.join(folder).join("if_pfsync.h").is_file());
        let Some((folder, prefix, from)) = found else {
            let hint = match sys.join("sys/net/if_pfsync.h").is_file() {
                true => format!("; is {} meant?", sys.join("sys").display()),
                false => ": is it the sys folder of a kernel's source?".to_string(),
            };
            let path = sys.join("net/if_pfsync.h");
            return Err(format!("{}: there is no such header{hint}", path.display()));
        };
        let from = (!from.is_empty()).then(|| sys.join(from));
        let includes = Includes::new(sys, from.as_deref(), system)?;
        let names = known.iter().map(String::as_str).collect::<Vec<_>>().join("|");
        Ok(Self {
            sys,
            includes,
            pf: ((*prefix).to_string(), sys.join(folder)),
            besides: Vec::new(),
            kernel: false,
            constants: format!(
                "PF.*|AF_INET6?|TCPS_.*|TCP_NSTATES|IFNAMSIZ|{}.*|{names}",
                lift::ASKED
            ),
            base: base.to_path_buf(),
        })
    }

    /// Reads it: first as programs see it, then as the kernel does; and says how it was read.
    pub fn read(&mut self, known: &BTreeSet<String>) -> Result<(Model, &'static str), String> {
        let mut best: Option<Errors> = None;
        let mut lacking = None;
        for (kernel, view) in [(false, "as programs see it"), (true, "as the kernel sees it")] {
            self.kernel = kernel;
            self.besides.clear();
            match self.attempt() {
                Ok(mut model) => match lacks(&model) {
                    None => {
                        self.find_missing(&mut model, known);
                        return Ok((model, view));
                    }
                    Some(lack) => lacking = lacking.or(Some(lack)),
                },
                Err(errors) => {
                    if best.as_ref().is_none_or(|b| errors.badness() < b.badness()) {
                        best = Some(errors);
                    }
                }
            }
        }
        let shown = best.map(|errors| errors.first().to_string());
        Err(match (lacking, shown) {
            (Some(lack), Some(error)) => {
                format!("{}: {lack}; with -D_KERNEL: {error}", self.pf.1.display())
            }
            (Some(lack), None) => format!("{}: {lack}", self.pf.1.display()),
            (None, error) => error.unwrap_or_default(),
        })
    }

    /// One view, with whatever more the headers turn out to need.
    fn attempt(&mut self) -> Result<Model, Errors> {
        let mut errors = match self.once("") {
            Ok(model) => return Ok(model),
            Err(errors) => errors,
        };
        let undeclared = |line: &String| UNDECLARED.iter().any(|words| line.contains(words));
        if !errors.0.iter().any(undeclared) {
            return Err(errors);
        }
        // One after the other, each that helps; then all of them, without those that do harm: some
        // need one another.
        for header in BESIDES.into_iter().filter(|h| self.sys.join(h).is_file()) {
            self.besides.push(header);
            match self.once("") {
                Ok(model) => return Ok(model),
                Err(fewer) if fewer.badness() < errors.badness() => errors = fewer,
                Err(_) => drop(self.besides.pop()),
            }
        }
        self.besides = BESIDES.into_iter().filter(|h| self.sys.join(h).is_file()).collect();
        let mut with_all = match self.once("") {
            Ok(model) => return Ok(model),
            Err(errors) => errors,
        };
        for header in self.besides.clone() {
            let before = self.besides.clone();
            self.besides.retain(|h| *h != header);
            match self.once("") {
                Ok(model) => return Ok(model),
                Err(fewer) if fewer.badness() < with_all.badness() => with_all = fewer,
                Err(_) => self.besides = before,
            }
        }
        Err(if with_all.badness() < errors.badness() { with_all } else { errors })
    }

    /// One run of clang; again while only headers are missing that no source tree has.
    fn once(&mut self, behind: &str) -> Result<Model, Errors> {
        loop {
            let source = self.source(behind);
            match bind::read(&source) {
                Ok(model) => return Ok(model),
                Err(errors) => match errors.missing_header() {
                    Some(name) if self.is_made_by_config(name) && self.includes.stub(name) => {}
                    _ => return Err(errors),
                },
            }
        }
    }

    /// config(8) makes headers for a kernel: `opt_inet.h`, and on OpenBSD `pfsync.h` and the like.
    /// They say what is compiled in; without them nothing is.
    fn is_made_by_config(&self, name: &str) -> bool {
        !name.contains('/') && (name.starts_with("opt_") || self.kernel)
    }

    fn source(&self, behind: &str) -> Source {
        let mut text = String::new();
        for header in BEFORE.iter().chain(&self.besides) {
            if self.sys.join(header).is_file() {
                text += &format!("#include <{header}>\n");
            }
        }
        for header in PF_HEADERS {
            if self.pf.1.join(header).is_file() {
                text += &format!("#include <{}/{header}>\n", self.pf.0);
            }
        }
        let mut arguments = self.includes.arguments();
        arguments.push(OPTION.to_string());
        if self.kernel {
            arguments.push("-D_KERNEL".to_string());
        }
        Source {
            text: text + behind,
            arguments,
            constants: self.constants.clone(),
            types: "pfsync_.*|pfloghdr".to_string(),
        }
    }

    /// Constants that bindgen cannot evaluate, and those that this view does not have.
    fn find_missing(&mut self, model: &mut Model, known: &BTreeSet<String>) {
        let missing = |model: &Model| -> Vec<String> {
            known.iter().filter(|name| model.value(name).is_none()).cloned().collect()
        };
        let files = lift::headers(&[
            self.pf.1.clone(),
            self.sys.join("netpfil/pf"),
            self.sys.join("netinet/tcp_fsm.h"),
        ]);
        // As members of an enum clang itself evaluates them, casts and all.
        let of_families = lift::macros_of_families(&files);
        let new = of_families.into_iter().filter(|name| model.value(name).is_none());
        let asked = missing(model).into_iter().chain(new).collect::<BTreeSet<_>>();
        for names in [asked.into_iter().collect(), missing(model)] {
            if let Ok(more) = self.once(&lift::ask(&names)) {
                lift::answers(model, &more);
                break;
            }
        }
        lift::lift(model, &missing(model), &files, &self.base);
    }
}

/// What a tree must have, and this one has not.
fn lacks(model: &Model) -> Option<String> {
    let has = |name: &str| model.records.contains_key(name);
    if !has("pfsync_header") {
        return Some("no struct pfsync_header in it".to_string());
    }
    let is_state = |name: &String| {
        let version = name.strip_prefix("pfsync_state").map(|v| v.trim_start_matches('_'));
        version.is_some_and(|v| v.bytes().all(|b| b.is_ascii_digit()))
    };
    if !model.records.keys().any(is_state) {
        return Some("no struct pfsync_state in it".to_string());
    }
    None
}
