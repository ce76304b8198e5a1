//! States out of captures, into frames, and as those of other releases: what has no room there is told.

#![forbid(unsafe_code)]

mod common;
mod common_tables;

use common_tables::*;
use pfstatelog::abi::Release;
use pfstatelog::capture::{FileSource, Source};
use pfstatelog::dump::restore::{self, Edits};
use pfstatelog::dump::source::{self, Kind, Options, SourceError};
use pfstatelog::dump::{self, Format, frames, recast};
use pfstatelog::pf::{Form, StateTable};
use pfstatelog::state::{Af, State};
use pfstatelog::time::Time;
use pfstatelog::wire::grammar::{Body, State as Record};

/// The states of a capture, as the decoder tells them, against those of the table that it comes to.
#[test]
fn a_capture_comes_to_its_table_and_back() {
    for path in ["fixtures/nat.pcap", "fixtures/corpus/openbsd-4.9", "fixtures/corpus/openbsd-7.9"]
    {
        let path = common::root().join(path);
        let mut files = vec![path.clone()];
        if path.is_dir() {
            let entries = std::fs::read_dir(&path).unwrap();
            files = entries.map(|entry| entry.unwrap().path()).collect();
            files.retain(|path| path.extension().is_some_and(|ending| ending == "pcap"));
        }
        for file in files {
            let opened = match source::open(&file, &Options::default()) {
                Err(SourceError::NoStates) => continue,
                opened => opened.unwrap_or_else(|error| panic!("{}: {error}", file.display())),
            };
            assert_eq!(opened.kind, Kind::Capture);
            let mut pcap = Vec::new();
            dump::write(&opened.table, Format::Pcap, &mut pcap).unwrap();
            let reader = Box::new(std::io::Cursor::new(pcap));
            let Ok(again) = source::read(reader, "again", &Options::default()) else {
                assert!(opened.table.is_empty(), "{}", file.display());
                continue;
            };
            let (mut before, mut after): (Vec<State>, Vec<State>) =
                (opened.table.states().collect(), again.table.states().collect());
            // What only the newer release has is none and 0 now, not unknown.
            for state in before.iter_mut().chain(&mut after) {
                (state.rt, state.set_prio) = (None, None);
            }
            assert_eq!(after, before, "{}", file.display());
        }
    }
}

/// Updates, deletes and flushes do what they say, and time goes on.
#[test]
fn a_capture_is_replayed_as_it_was_said() {
    use pfstatelog::wire::grammar::{Clr, Peer, UpdC};
    let record = |id: u64, ifname: &[u8]| {
        let mut name = [0; 16];
        name[..ifname.len()].copy_from_slice(ifname);
        let (creatorid, expire) = (7, 60);
        Record {
            id,
            ifname: name,
            creatorid,
            expire,
            creation: 1,
            af: 2,
            proto: 6,
            direction: 1,
            timeout: 1,
            ..Record::default()
        }
    };
    let clr = |ifname: &[u8]| {
        let mut name = [0; 16];
        name[..ifname.len()].copy_from_slice(ifname);
        Clr { ifname: name, creatorid: 7 }
    };
    let gone = pfstatelog::wire::grammar::StateId { id: 2, creatorid: 7 };
    let peer = Peer { state: 4, seqlo: 99, ..Peer::default() };
    let update = UpdC { id: 1, creatorid: 7, src: peer, timeout: 2, ..UpdC::default() };
    let frames = [
        (10, (13, Body::State(vec![record(1, b"em0"), record(2, b"em0"), record(3, b"em1")]))),
        (12, (7, Body::DelC(vec![gone]))),
        (14, (4, Body::UpdC(vec![update]))),
        (16, (0, Body::Clr(vec![clr(b"em1")]))),
        (20, (13, Body::State(vec![record(4, b"em0")]))),
    ];
    let pcap = captured(0, frames);
    let at = |at: Option<i64>| {
        let options = Options { at: at.map(|secs| Time::new(secs, 0)), ..Options::default() };
        let reader = Box::new(std::io::Cursor::new(pcap.clone()));
        source::read(reader, "x", &options).unwrap().table
    };
    let end = at(None);
    let states: Vec<State> = end.states().collect();
    assert_eq!((ids(&end), end.time()), (vec![1, 4], Time::new(20, 0)));
    assert_eq!((states[0].age_s, states[0].src.state, states[0].src.seqlo), (11, 4, 99));
    // Of tcp.established, 6 seconds after the update.
    assert_eq!((states[0].timeout, states[0].expire_s), (2, 5 * 24 * 3600 - 6));
    assert_eq!((states[1].age_s, states[1].expire_s), (1, 60));
    assert_eq!(ids(&at(Some(11))), [1, 2, 3]);
    assert_eq!(ids(&at(Some(15))), [1, 3]);
    assert_eq!(at(Some(11)).states().next().unwrap().expire_s, 59);
}

/// Field by field, by name: families and routes have other numbers, and what has no room is told.
#[test]
fn states_become_those_of_other_releases() {
    let mut records = table(&[1]).as_bytes().to_vec();
    records[250..255].copy_from_slice(&[24, 6, 1, 0, 3]);
    (records[62], records[102]) = (24, 24);
    records[260..264].copy_from_slice(&[0x02, 0x22, 3, 4]);
    let table = StateTable::from_records(form(), TIME, records).unwrap();
    let before = table.states().next().unwrap();
    let (freebsd, losses) = recast(&table, Form::new(Release::FreeBsd15_0)).unwrap();
    let freebsd = freebsd.unwrap();
    let after = freebsd.states().next().unwrap();
    assert_eq!((after.wire, after.stack, after.rt), (before.wire, before.stack, before.rt));
    assert_eq!((after.state_flags, after.set_prio), (before.state_flags, before.set_prio));
    assert_eq!(after.wire.af, Af::Inet6);
    assert!(freebsd.as_bytes()[344..349] == [28, 28, 0, 6, 6], "{losses}");
    assert!(losses.iter().all(|(name, _)| ["nat_rule"].contains(&name)), "{losses}");
    // And back.
    let (back, _) = recast(&freebsd, form()).unwrap();
    assert_eq!(back.unwrap().as_bytes(), table.as_bytes());
    // FreeBSD's ioctls take the states of 13: eight flags, no priorities, no route.
    let (old, losses) = recast(&table, Form::of_ioctls(Release::FreeBsd15_0)).unwrap();
    assert_eq!(old.unwrap().states().next().unwrap().state_flags, 0x22);
    let lost: Vec<&str> = losses.iter().map(|(name, _)| name).collect();
    assert_eq!(lost, ["rt", "set_prio0", "set_prio1", "state_flags"]);
    assert!(recast(&table, Form::new(Release::NetBsd10_1)).is_err());
    // An upgrade: the same bytes under another name.
    let older =
        StateTable::from_records(Form::new(Release::OpenBsd6_9), TIME, table.as_bytes().into());
    let (newer, losses) = recast(&older.unwrap(), form()).unwrap();
    assert!(losses.is_empty() && newer.unwrap().as_bytes() == table.as_bytes());
}

/// Frames of each form that can be sent are read again as what they were.
#[test]
fn frames_of_every_version_insert_their_states() {
    let mut tried = 0;
    for release in [
        Release::OpenBsd7_9,
        Release::OpenBsd5_3,
        Release::OpenBsd4_6,
        Release::OpenBsd4_5,
        Release::FreeBsd15_0,
        Release::FreeBsd14_0,
        Release::FreeBsd12_1,
        Release::DragonFly6_4,
    ] {
        let (recast, _) =
            recast(&table(&(1..=40).collect::<Vec<_>>()), Form::new(release)).unwrap();
        let table = recast.unwrap_or_else(|| table(&(1..=40).collect::<Vec<_>>()));
        let mut pcap = Vec::new();
        frames::write_pcap(&table, &mut pcap).unwrap();
        let options = Options { release: Some(release), ..Options::default() };
        let again = source::read(Box::new(std::io::Cursor::new(pcap.clone())), "x", &options);
        let again = again.unwrap_or_else(|error| panic!("{release}: {error}"));
        assert_eq!((&again.table, again.unread), (&table, 0), "{release}");
        let mut packets = FileSource::from_reader(Box::new(std::io::Cursor::new(pcap)), "x");
        while let Some(packet) = packets.next_packet().unwrap() {
            assert!(packet.data.len() <= 14 + frames::MTU);
            tried += 1;
        }
    }
    assert!(tried > 40);
}

/// A text with one state, and what is said in it besides.
fn said(release: &str, more: &str) -> StateTable {
    let text = format!(
        "pfstatelog-states version=1 release={release}\n\
         state id=5f3a1b2c00000001 creatorid=8a7b6c5d ifname=em0 direction=in \
         src.state=4 dst.state=4 {more}\nend\n"
    );
    let reader = Box::new(std::io::Cursor::new(text.clone().into_bytes()));
    let opened = source::read(reader, "said", &Options::default());
    opened.unwrap_or_else(|error| panic!("{error}: {text}")).table
}

const KEYS: &str = "wire.addr0=192.0.2.1 wire.port0=80 wire.addr1=198.51.100.1 wire.port1=60000 \
    stack.addr0=192.0.2.1 stack.port0=80 stack.addr1=198.51.100.1 stack.port1=60000";

fn text_of(table: &StateTable) -> String {
    let mut text = Vec::new();
    dump::write(table, Format::Text, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

/// Addresses of one family read as another's are addresses that nobody has.
#[test]
fn a_state_of_two_families_goes_nowhere_where_there_is_one() {
    let table = said(
        "openbsd-7.9",
        "proto=tcp af=inet wire.af=inet stack.af=inet6 wire.addr0=192.0.2.1 wire.port0=80 \
         wire.addr1=198.51.100.1 wire.port1=60000 stack.addr0=64:ff9b::c000:201 stack.port0=80 \
         stack.addr1=2001:db8::7 stack.port1=50000 timeout=tcp.established",
    );
    for release in [
        Release::OpenBsd4_4,
        Release::OpenBsd4_7,
        Release::OpenBsd5_0,
        Release::FreeBsd12_1,
        Release::FreeBsd13_0,
    ] {
        let (recast, losses) = recast(&table, Form::new(release)).unwrap();
        assert_eq!(recast.unwrap().len(), 0, "{release}");
        let [left_out] = losses.left_out() else { panic!("{losses:?}") };
        assert_eq!((&*left_out.field, left_out.id), ("stack_af", name(0x5f3a_1b2c_0000_0001)));
        assert_eq!((&*left_out.value, losses.left_out_count()), ("inet6 beside inet", 1));
        assert!(left_out.to_string().contains(&release.to_string()), "{left_out}");
        assert!(losses.iter().next().is_none() && !losses.is_empty());
    }
    for release in [Release::OpenBsd5_1, Release::FreeBsd15_0] {
        let (recast, losses) = recast(&table, Form::new(release)).unwrap();
        let state = recast.unwrap().states().next().unwrap();
        let before = table.states().next().unwrap();
        assert_eq!((state.wire, state.stack), (before.wire, before.stack), "{release} {losses}");
    }
}

/// A timeout class that another system has no number for: that state is named, the others go on.
#[test]
fn a_value_without_a_number_leaves_out_its_state_alone() {
    let common = "wire_af=inet stack_af=inet wire_proto=sctp stack_proto=sctp";
    let mut table = said("freebsd-15.0", &format!("{common} {KEYS} timeout=sctp.first"));
    let sound = said("freebsd-15.0", &format!("{common} {KEYS} timeout=other.first"));
    let first = sound.records().next().unwrap().to_vec();
    table.push(&first);
    let done = restore::restore(table, &Edits::default(), form(), None, false).unwrap();
    assert_eq!(done.table.len(), 1);
    let [left_out] = done.losses.left_out() else { panic!("{:?}", done.losses) };
    assert_eq!((&*left_out.field, &*left_out.value), ("timeout", "sctp.first"));
    assert_eq!(left_out.to, Release::OpenBsd7_9);
}

/// What one table of a state is for both sides of one, and none is not 0.
#[test]
fn routing_tables_are_those_of_both_sides() {
    let common = format!(
        "wire_af=inet stack_af=inet wire_proto=udp stack_proto=udp {KEYS} timeout=udp.multiple"
    );
    for (said_id, told) in [("-1", "rtableid0=-1 rtableid1=-1"), ("3", "rtableid0=3 rtableid1=3")] {
        let table = said("freebsd-15.0", &format!("{common} rtableid={said_id}"));
        let (newer, losses) = recast(&table, form()).unwrap();
        let text = text_of(&newer.unwrap());
        for word in told.split(' ') {
            assert!(text.contains(word), "{word}: {text}");
        }
        assert!(losses.is_empty(), "{losses}");
        let (old, losses) = recast(&table, Form::new(Release::FreeBsd13_0)).unwrap();
        assert_eq!(
            losses.iter().next().map(|(name, _)| name),
            (said_id == "3").then_some("rtableid")
        );
        // Where nothing was said of tables, there are none.
        let (newer, _) = recast(&old.unwrap(), form()).unwrap();
        assert!(text_of(&newer.unwrap()).contains("rtableid0=-1"));
    }
}

/// FreeBSD 15 tells the interface that a state began on; where that is its own, nothing is lost.
#[test]
fn what_is_no_loss_is_not_told() {
    let common = format!(
        "wire_af=inet stack_af=inet wire_proto=udp stack_proto=udp {KEYS} timeout=udp.multiple"
    );
    for (orig, lost) in [("em0", None), ("em1", Some("orig_ifname"))] {
        let table = said("freebsd-15.0", &format!("{common} orig_ifname={orig} rtableid=-1"));
        let (_, losses) = recast(&table, Form::new(Release::FreeBsd13_0)).unwrap();
        assert_eq!(losses.iter().next().map(|(name, _)| name), lost, "{losses}");
    }
}

/// A release that has flags of eight bits and of sixteen gets both, and what goes nowhere is told.
#[test]
fn flags_are_one_set_in_however_many_fields() {
    let common = format!("proto=udp af=inet {KEYS} timeout=udp.multiple");
    let table = said("openbsd-7.9", &format!("{common} state_flags=sloppy,no-df,set-prio"));
    let (both, losses) = recast(&table, Form::new(Release::OpenBsd5_0)).unwrap();
    let both = both.unwrap();
    let text = text_of(&both);
    assert!(text.contains(" all_state_flags=sloppy,no-df,set-prio"), "{text}");
    assert!(text.contains(" state_flags=sloppy,no-df"), "{text}");
    assert!(losses.is_empty(), "{losses}");
    let (back, _) = recast(&both, form()).unwrap();
    assert_eq!(back.unwrap().states().next().unwrap().state_flags, 0x222);
    let (old, losses) = recast(&table, Form::new(Release::OpenBsd4_7)).unwrap();
    assert!(text_of(&old.unwrap()).contains(" state_flags=sloppy,no-df"));
    assert_eq!(losses.iter().collect::<Vec<_>>(), [("state_flags", 1)]);
}

/// States of FreeBSD 13 first, then those of 15: nothing of the second is lost for the first.
#[test]
fn a_mixed_capture_has_the_form_that_says_most() {
    let old =
        said("freebsd-13.0", &format!("proto=udp af=inet {KEYS} timeout=udp.multiple expire=60"));
    let new = said(
        "freebsd-15.0",
        "wire_af=inet stack_af=inet6 wire_proto=tcp stack_proto=tcp wire.addr0=192.0.2.1 \
         wire.port0=80 wire.addr1=198.51.100.1 wire.port1=60000 stack.addr0=64:ff9b::c000:201 \
         stack.port0=80 stack.addr1=2001:db8::7 stack.port1=50000 timeout=tcp.established \
         rtableid=3 expire=60",
    );
    let mut new_records = new.as_bytes().to_vec();
    new_records[7] = 2;
    let new = StateTable::from_records(new.form(), TIME, new_records).unwrap();
    let [mut first, mut second] = [Vec::new(), Vec::new()];
    frames::write_pcap(&old, &mut first).unwrap();
    frames::write_pcap(&new, &mut second).unwrap();
    for pair in [[&first[..], &second[24..]], [&second[..], &first[24..]]] {
        let reader = Box::new(std::io::Cursor::new(pair.concat()));
        let opened = source::read(reader, "mixed", &Options::default()).unwrap();
        assert_eq!((opened.table.form(), opened.table.len()), (new.form(), 2));
        assert!(opened.losses.is_empty(), "{:?}", opened.losses);
        let text = text_of(&opened.table);
        assert!(text.contains("stack.addr1=2001:db8::7") && text.contains("rtableid=3"), "{text}");
    }
}

/// When a state began does not move with the time that is asked for, its counters are of its last full
/// message, and what nobody said of its expiry is left out; states stand as they were first seen.
#[test]
fn a_state_of_a_capture_began_when_it_was_said() {
    use pfstatelog::list::{self, Listing, Style};
    use pfstatelog::wire::grammar::{Clr, UpdC};
    let record = |id: u64| {
        let mut ifname = [0; 16];
        ifname[..3].copy_from_slice(b"em0");
        let (creatorid, expire, creation) = (7, 60, 3);
        Record { id, ifname, creatorid, expire, creation, af: 2, ..Record::default() }
    };
    let update = UpdC { id: 12, creatorid: 7, timeout: 2, ..UpdC::default() };
    let flush = Clr { ifname: [0; 16], creatorid: 7 };
    let frames = [
        (8, (13, Body::State((1..=9).map(record).collect()))),
        (9, (0, Body::Clr(vec![flush]))),
        (10, (13, Body::State((11..=19).map(record).collect()))),
        (14, (4, Body::UpdC(vec![update]))),
    ];
    let pcap = captured(250_000, frames);
    for (at, time) in [
        (None, Time::new(14, 250_000_000)),
        (Some(Time::new(15, 100_000_000)), Time::new(15, 100_000_000)),
    ] {
        let options = Options { at, ..Options::default() };
        let reader = Box::new(std::io::Cursor::new(pcap.clone()));
        let table = source::read(reader, "x", &options).unwrap().table;
        assert_eq!((ids(&table), table.time()), ((11..=19).collect(), time));
        let sight = table.sight(1).unwrap();
        let (full, start) = (Time::new(10, 250_000_000), Time::new(7, 250_000_000));
        assert_eq!((sight.full, sight.start, sight.expiry_known), (full, start, false));
        let mut lines = Vec::new();
        let style = Style::Json(pfstatelog::format::Options::default());
        list::write(&table, &Listing { reverse: true, ..Listing::default() }, style, &mut lines)
            .unwrap();
        let lines = String::from_utf8(lines).unwrap();
        for line in lines.lines() {
            let state: serde_json::Value = serde_json::from_str(line).unwrap();
            assert_eq!(state["start"], "1970-01-01T00:00:07.250000Z", "{line}");
            assert_eq!(state["counters_time"], "1970-01-01T00:00:10.250000Z", "{line}");
            assert_eq!(state.get("expires").is_none(), state["id"] == "000000000000000c", "{line}");
        }
    }
}
