//! What tcpdump is to packets, pfstatelog is to the state table of pf(4): it reads the pfsync(4)
//! protocol and tells every state change, private and public addresses included; and it reads pflog(4)
//! and tells which packets a rule logged, in the same words.
//!
//! # Layers
//! A module uses only what stands above it in this list.
//!
//! | module | what it holds |
//! |---|---|
//! | [`time`] | capture time and how it is written |
//! | [`capture`] | captured packets from files, pipes and interfaces |
//! | [`link`] | the pfsync frame inside a captured packet, or that it is one of pflog |
//! | [`abi`] | the structs generated from the kernel's headers, one module a layout |
//! | [`wire`] | frames, sections and messages as borrowed views; the grammar that declares them |
//! | [`state`] | native values, whatever release told them: state, key, peer, and who is who |
//! | [`pflog`] | packets that pf logged: the header before each, and what is in it |
//! | [`event`] | what happened, as the only thing that formats and outputs know |
//! | [`table`] | a mirror of the firewall's state table, which joins messages with their state |
//! | [`decode`] | the whole way from a captured packet to events |
//! | [`filter`] | which events are kept, compiled once |
//! | [`mod@format`] | an event as bytes of a line |
//! | [`summary`] | what a capture comes to: a table for a person, or JSON |
//! | [`view`] | frames and states as tcpdump and pfctl print them: from the wire, without events |
//! | [`pf`] | the state table itself: of /dev/pf, a dump or a capture, as records and as states |
//! | [`dump`] | state tables in files, and back into a kernel |
//! | [`list`] | a state table as lines: as pfctl prints it, or JSON; chosen and sorted |
//! | [`output`] | where lines go |
//! | `metrics` | how it goes, in numbers, for Prometheus (feature `cli`) |
//! | `config` | what the program is asked to do: the command line, checked (feature `config`) |
//!
//! `sys` is the only room with unsafe code; it stands beside the layers.

#![deny(unsafe_code)]
#![deny(missing_docs)]

pub mod abi;
pub mod capture;
#[cfg(feature = "config")]
pub mod config;
pub mod decode;
pub mod dump;
pub mod event;
pub mod filter;
pub mod format;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
pub mod line;
pub mod link;
pub mod list;
#[cfg(feature = "cli")]
pub mod metrics;
pub mod output;
pub mod pf;
pub mod pflog;
pub mod state;
pub mod summary;
pub mod sys;
pub mod table;
pub mod time;
pub mod view;
pub mod wire;
