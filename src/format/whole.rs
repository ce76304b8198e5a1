//! A state of a table as a JSON object on one line: the keys of events, where a state has them, and all
//! that an event leaves out. `misc/state.schema.json` says the same to machines.
//!
//! ```text
//! {"time":"2026-11-20T13:05:02.123456Z","id":"5f3a1b2c00000001",...,"wire":{...},"stack":{...}}
//! ```

#![forbid(unsafe_code)]

use super::fields::{write_in_peer, write_release};
use super::json::{Json, write_af};
use super::object::{Key, braces, key, name_or_number, number, object, pair, time, write_key};
use super::{Options, write_address};
use crate::abi::Release;
use crate::event::{Event, Told};
use crate::line::Line;
use crate::pf::Sight;
use crate::state::{State, StateKey, StatePeer, names};
use crate::time::{Rfc3339, Time};

/// Writes states; remembers how the seconds of the last one are written.
#[derive(Debug, Clone)]
pub struct StateJson {
    json: Json,
    options: Options,
    time: Rfc3339,
}

impl StateJson {
    /// One that leaves out what `options` say; with `no_dst` that is both keys as well, since they say
    /// whom a state is for.
    pub fn new(options: Options) -> Self {
        Self { json: Json::new(options), options, time: Rfc3339::default() }
    }

    /// Appends a state as it is at `at` in a table of `release`, without a line break; with `sight` from a
    /// capture.
    pub fn write(
        &mut self,
        out: &mut Line,
        (at, release): (Time, Release),
        state: &State,
        sight: Option<Sight>,
    ) {
        let told = Told::of_table(state, at, sight);
        let event = Event::of_table(at, release, told);
        braces(out, |out| {
            time(out, key!("time"), &mut self.time, at);
            self.json.state(out, &event, &told);
            write_release(out, &event);
            write_peer(out, key!("src_peer"), state, &state.src);
            write_peer(out, key!("dst_peer"), state, &state.dst);
            if !self.options.no_dst {
                write_state_key(out, key!("wire"), &state.wire);
                write_state_key(out, key!("stack"), &state.stack);
            }
        });
    }
}

fn write_peer(out: &mut Line, key: Key, state: &State, peer: &StatePeer) {
    let name = names::peer_state(state.machine(), peer.state);
    object(out, key, |out| {
        name_or_number(out, key!("state"), name, peer.state);
        write_in_peer(out, peer);
    });
}

/// af, addr, port, rdomain
fn write_state_key(out: &mut Line, key: Key, state_key: &StateKey) {
    object(out, key, |out| {
        write_af(out, key!("af"), state_key.af);
        write_key(out, key!("addr"));
        for (before, index) in [(b"[\"", 0), (b",\"", 1)] {
            out.extend_from_slice(before);
            write_address(out, state_key.endpoint(index).addr);
            out.push(b'"');
        }
        out.push(b']');
        pair(out, key!("port"), state_key.port);
        number(out, key!("rdomain"), state_key.rdomain);
    });
}
