//! The options that say which states' events are kept.

#![forbid(unsafe_code)]

use clap::Args;

use crate::filter::{Choice, Filter, Interface, Net, Ports, Proto, Way};

/// Each takes a list with commas between, and may be repeated.
#[derive(Debug, Args)]
#[command(next_help_heading = "Keep only events of states that match (and gaps and clears)")]
pub(super) struct Filters {
    /// States that are translated
    #[arg(long)]
    nat: bool,

    /// IP protocols, by name or number. All these
    /// take lists with commas; repeated: any of
    /// them; different options: all of them
    #[arg(long = "proto", value_name = "PROTO", value_delimiter = ',', verbatim_doc_comment)]
    protos: Vec<Proto>,

    /// Addresses, or nets as 192.0.2.0/24, of any
    /// of the four endpoints
    #[arg(long = "host", value_name = "ADDRESS", value_delimiter = ',', verbatim_doc_comment)]
    hosts: Vec<Net>,

    /// Ports, or ranges as 1024-2047, of any of
    /// the four endpoints
    #[arg(long = "port", value_name = "PORT", value_delimiter = ',', verbatim_doc_comment)]
    ports: Vec<Ports>,

    /// Interfaces as lines show them; all: of
    /// floating states
    #[arg(long = "ifname", value_name = "NAME", value_delimiter = ',', verbatim_doc_comment)]
    ifnames: Vec<Interface>,

    /// in or out; fwd: packets that a bridge forwards
    #[arg(long = "direction", value_name = "DIRECTION", value_delimiter = ',')]
    directions: Vec<Way>,
}

impl Filters {
    /// What they come to.
    pub(super) fn compiled(self) -> Filter {
        let Self { nat, protos, hosts, ports, ifnames, directions } = self;
        Filter::new(&Choice { nat, protos, hosts, ports, ifnames, directions })
    }
}
