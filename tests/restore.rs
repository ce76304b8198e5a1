//! States into a kernel, which is a fake here: the same function does it for pf. What is not sound is
//! found before anything is applied, what is refused is told, and other forms become the kernel's own.

#![forbid(unsafe_code)]

mod common;

use std::io;

use pfstatelog::abi::Release;
use pfstatelog::capture::{FileSource, Source};
use pfstatelog::dump::restore::{self, Edits, RestoreError};
use pfstatelog::dump::source::{self, Kind, Options, SourceError};
use pfstatelog::dump::{self, Format, frames, recast};
use pfstatelog::filter::{Choice, Filter};
use pfstatelog::pf::fake::FakeKernel;
use pfstatelog::pf::{Form, Kernel, StateTable};
use pfstatelog::state::{Af, IfName, State, StateId};
use pfstatelog::time::Time;
use pfstatelog::wire::grammar::{Body, Frame, State as Record};

fn form() -> Form {
    Form::new(Release::OpenBsd7_9)
}

const TIME: Time = Time::new(1_795_179_902, 0);

/// A capture of pfsync frames of a section each, by the second and so many microseconds.
fn captured(micros: u32, frames: impl IntoIterator<Item = (u32, (u8, Body))>) -> Vec<u8> {
    let mut pcap = Vec::new();
    for word in [0xa1b2_c3d4u32, 0x0002_0004, 0, 0, 65536, 246] {
        pcap.extend(word.to_be_bytes());
    }
    for (secs, section) in frames {
        let frame = Frame::build(vec![section]);
        for word in [secs, micros, frame.len() as u32, frame.len() as u32] {
            pcap.extend(u32::to_be_bytes(word));
        }
        pcap.extend(frame);
    }
    pcap
}

/// Sound states of these ids.
fn table(ids: &[u64]) -> StateTable {
    let mut table = StateTable::new(form(), TIME);
    for id in ids {
        let mut record = vec![0; 264];
        record[..8].copy_from_slice(&id.to_be_bytes());
        record[8..11].copy_from_slice(b"em0");
        record[24..28].copy_from_slice(&[192, 0, 2, 1]);
        record[184..196].fill(0xff);
        record[196..200].copy_from_slice(&30u32.to_be_bytes());
        record[200..204].copy_from_slice(&(*id as u32 * 100).to_be_bytes());
        record[236..240].copy_from_slice(&[0x8a, 0x7b, 0x6c, 0x5d]);
        record[250..253].copy_from_slice(&[2, 17, 2]);
        record[255] = 7;
        assert!(table.push(&record));
    }
    table
}

fn ids(table: &StateTable) -> Vec<u64> {
    table.states().map(|state| state.id.id).collect()
}

fn name(id: u64) -> StateId {
    StateId { id, creatorid: 0x8a7b_6c5d }
}

/// A kernel to which so many states are added before a signal comes.
struct Interrupted(FakeKernel, usize);

impl Kernel for Interrupted {
    fn form(&self) -> Form {
        self.0.form()
    }

    fn count(&mut self) -> io::Result<usize> {
        self.0.count()
    }

    fn snapshot(&mut self) -> io::Result<Vec<u8>> {
        self.0.snapshot()
    }

    fn add(&mut self, record: &[u8]) -> io::Result<()> {
        if self.0.added >= self.1 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        self.0.add(record)
    }

    fn get(&mut self, id: StateId) -> io::Result<Option<Vec<u8>>> {
        self.0.get(id)
    }

    fn kill(&mut self, id: StateId) -> io::Result<u32> {
        self.0.kill(id)
    }
}

fn interface(name: &str) -> IfName {
    let mut wire = [0; 16];
    wire[..name.len()].copy_from_slice(name.as_bytes());
    IfName::new(wire)
}

#[test]
fn all_states_are_there_afterwards() {
    let (table, mut kernel) = (table(&[1, 2, 3]), FakeKernel::new(form()));
    let done = restore::restore(table.clone(), &Edits::default(), form(), Some(&mut kernel), false);
    let report = done.unwrap().report.unwrap();
    assert!(report.is_complete() && report.added == 3, "{report:?}");
    let again = StateTable::of_kernel(&mut kernel).unwrap();
    assert_eq!(again.as_bytes(), table.as_bytes());
    assert_eq!(kernel.get(name(2)).unwrap().as_deref(), table.records().nth(1));
    assert_eq!(kernel.get(name(9)).unwrap(), None);
    assert_eq!((kernel.kill(name(1)).unwrap(), kernel.kill(name(1)).unwrap()), (1, 0));
    assert_eq!(ids(&StateTable::of_kernel(&mut kernel).unwrap()), [3, 2]);
    assert_eq!(kernel.get(name(3)).unwrap().as_deref(), table.records().nth(2));
}

#[test]
fn a_dry_run_touches_no_kernel() {
    let outcome = restore::restore(table(&[1]), &Edits::default(), form(), None, false).unwrap();
    assert!(outcome.report.is_none() && outcome.table.len() == 1);
}

/// Whatever is wrong with one of them, nothing is applied.
#[test]
fn nothing_is_applied_unless_all_is_sound() {
    let broken: [(usize, u8, &str); 9] = [
        (7, 0, "id"),
        (8, 0, "ifname"),
        (239, 0, "creatorid"),
        (250, 28, "af"),
        (62, 99, "wire.af"),
        (252, 3, "direction"),
        (255, 20, "timeout"),
        (128, 13, "src.state"),
        (160, 200, "dst.state"),
    ];
    for (at, byte, field) in broken {
        let mut records = table(&[1, 2, 3]).as_bytes().to_vec();
        match field {
            "creatorid" => records[2 * 264 + 236..2 * 264 + 240].fill(byte),
            _ => records[2 * 264 + at] = byte,
        }
        let broken = StateTable::from_records(form(), TIME, records).unwrap();
        let mut kernel = FakeKernel::new(form());
        let done = restore::restore(broken, &Edits::default(), form(), Some(&mut kernel), false)
            .unwrap_err();
        let RestoreError::Refusals(refusals, _) = &done else { panic!("{field}: {done:?}") };
        assert_eq!((refusals.len(), refusals[0].number), (1, 3), "{field}");
        assert!(done.to_string().ends_with(&format!("expected for {field}")), "{done}");
        assert_eq!((kernel.len(), kernel.added), (0, 0), "{field}");
    }
    let mut records = table(&(1..=30).collect::<Vec<_>>()).as_bytes().to_vec();
    records.chunks_exact_mut(264).skip(3).for_each(|record| record[252] = 3);
    let broken = StateTable::from_records(form(), TIME, records).unwrap();
    match restore::restore(broken, &Edits::default(), form(), None, false).unwrap_err() {
        RestoreError::Refusals(refusals, more) => assert_eq!((refusals.len(), more), (20, 7)),
        other => panic!("{other:?}"),
    }
    let twice = restore::restore(table(&[1, 2, 1]), &Edits::default(), form(), None, false);
    assert!(twice.unwrap_err().to_string().contains("state 3 (id 0000000000000001"));
}

#[test]
fn what_the_kernel_refuses_is_told_and_the_rest_goes_on() {
    let mut kernel = FakeKernel::with(&table(&[2]));
    kernel.refuse = Some((name(3), 12));
    let edits = Edits::default();
    let done = restore::restore(table(&[1, 2, 3, 4]), &edits, form(), Some(&mut kernel), false);
    let report = done.unwrap().report.unwrap();
    let refused: Vec<_> =
        report.refused.iter().map(|(id, error)| (id.id, error.raw_os_error().unwrap())).collect();
    assert_eq!(refused, [(2, 17), (3, 12)]);
    assert_eq!((report.added, report.refused.len(), kernel.len()), (2, 2, 3));
    assert!(!report.is_complete() && report.failed.is_none());
}

/// However many, each is told.
#[test]
fn each_state_that_is_refused_is_told() {
    let states: Vec<u64> = (1..=100).collect();
    let mut kernel = FakeKernel::new(form());
    kernel.limit = 10;
    let edits = Edits::default();
    let done = restore::restore(table(&states), &edits, form(), Some(&mut kernel), false);
    let report = done.unwrap().report.unwrap();
    let refused: Vec<u64> = report.refused.iter().map(|(id, _)| id.id).collect();
    assert_eq!((report.added, &refused[..]), (10, &states[10..]));
}

/// A signal in the middle: `add` says so, and nothing more is tried; what was added goes as well, if it is to.
#[test]
fn who_interrupts_a_restore_has_what_was_asked_for() {
    for (all_or_nothing, added, taken_back) in [(false, 2, 0), (true, 0, 2)] {
        let mut kernel = Interrupted(FakeKernel::new(form()), 2);
        let edits = Edits::default();
        let states = table(&[1, 2, 3, 4]);
        let done = restore::restore(states, &edits, form(), Some(&mut kernel), all_or_nothing);
        let report = done.unwrap().report.unwrap();
        assert_eq!(report.failed.map(|error| error.kind()), Some(io::ErrorKind::Interrupted));
        assert_eq!((report.added, report.taken_back, report.not_tried), (added, taken_back, 2));
        assert_eq!(kernel.0.len(), added);
    }
}

/// What pf was about to take away is in dumps, and is no reason to restore none of the others.
#[test]
fn states_that_were_on_their_way_out_are_left_out() {
    for class in [21, 22] {
        let mut records = table(&[1, 2, 3]).as_bytes().to_vec();
        records[264 + 255] = class;
        let dump = StateTable::from_records(form(), TIME, records).unwrap();
        let mut text = Vec::new();
        dump::write(&dump, Format::Text, &mut text).unwrap();
        let options = Options { strict: true, ..Options::default() };
        let from_text = source::read(Box::new(io::Cursor::new(text)), "x", &options).unwrap().table;
        for table in [dump, from_text] {
            let mut kernel = FakeKernel::new(form());
            let done = restore::restore(table, &Edits::default(), form(), Some(&mut kernel), false);
            let outcome = done.unwrap();
            assert_eq!((outcome.edited.dying, ids(&outcome.table)), (1, vec![1, 3]));
            assert!(outcome.report.unwrap().is_complete() && kernel.len() == 2);
        }
    }
}

#[test]
fn all_or_nothing_takes_back_what_was_added_and_no_more() {
    let mut kernel = FakeKernel::with(&table(&[9]));
    kernel.limit = 3;
    let edits = Edits::default();
    let done = restore::restore(table(&[1, 2, 3, 4]), &edits, form(), Some(&mut kernel), true);
    let report = done.unwrap().report.unwrap();
    assert_eq!((report.added, report.taken_back, report.stuck), (0, 2, 0));
    assert_eq!((report.refused.len(), report.not_tried), (1, 1));
    assert_eq!(ids(&StateTable::of_kernel(&mut kernel).unwrap()), [9]);
}

/// A call that is not allowed fails once, not once for each state.
#[test]
fn an_error_of_the_call_itself_ends_it() {
    for number in [1, 13, 25] {
        let mut kernel = FakeKernel::new(form());
        kernel.refuse = Some((name(2), number));
        let edits = Edits::default();
        let done = restore::restore(table(&[1, 2, 3]), &edits, form(), Some(&mut kernel), false);
        let report = done.unwrap().report.unwrap();
        assert_eq!(report.failed.as_ref().unwrap().raw_os_error(), Some(number));
        assert_eq!((report.added, report.not_tried, kernel.added), (1, 2, 2));
    }
}

#[test]
fn states_are_chosen_renamed_and_grow_older() {
    let mut table = table(&[1, 2, 3]);
    let edits = Edits {
        only: Filter::new(&Choice { ifnames: vec!["em0".parse().unwrap()], ..Choice::default() }),
        interfaces: vec![
            (interface("em0"), interface("vio0")),
            (interface("vio0"), interface("em9")),
        ],
        now: Some(Time::new(TIME.secs() + 150, 0)),
    };
    let edited = restore::edit(&mut table, &edits);
    assert_eq!((edited.left_out, edited.renamed, edited.expired), (0, 3, 1));
    let states: Vec<State> = table.states().collect();
    let told: Vec<_> = states.iter().map(|s| (s.id.id, s.age_s, s.expire_s)).collect();
    assert_eq!(told, [(2, 180, 50), (3, 180, 150)]);
    assert!(states.iter().all(|state| state.ifname == interface("vio0")));
    let only = Filter::new(&Choice { ifnames: vec!["em0".parse().unwrap()], ..Choice::default() });
    assert_eq!(restore::edit(&mut table, &Edits { only, ..Edits::default() }).left_out, 2);
    let edits = Edits { now: Some(Time::new(1, 0)), ..Edits::default() };
    let edited = restore::edit(&mut table, &edits);
    assert!(edited.is_future && edited.expired == 0);
    let undated = StateTable::new(form(), Time::default());
    let edits = Edits { now: Some(TIME), ..Edits::default() };
    let done = restore::restore(undated, &edits, form(), None, false);
    assert_eq!(done.unwrap_err(), RestoreError::NoTime);
}

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
