//! Which release the bytes of a state tell, and what they cannot tell: states packed as each
//! layout's kernels pack them, for every combination of what tells them apart.

use pfstatelog::abi::{Layout, Release};
use pfstatelog::capture::{ByteOrder, LinkType, Packet};
use pfstatelog::decode::Decoder;
use pfstatelog::event;
use pfstatelog::state::{Route, State};
use pfstatelog::time::Time;
use pfstatelog::wire::Senders;
use pfstatelog::wire::grammar::{Body, Frame, Key, OldTdb, State as Record};

/// One release for each layout of the state.
const RELEASES: [&str; 6] =
    ["openbsd-4.9", "openbsd-5.0", "openbsd-5.1", "openbsd-5.6", "openbsd-6.8", "openbsd-7.9"];

/// What the kernel has of a state, as far as its packing differs between releases.
#[derive(Debug, Clone, Copy)]
struct Kernel {
    flags: u16,
    /// With a next hop where it is not 0.
    rt: u8,
    set_prio: [u8; 2],
}

/// As the kernels of a release pack it (wire-openbsd.md 2.5).
fn packed(release: &str, kernel: Kernel) -> Record {
    let low = kernel.flags as u8;
    let (key_af, byte254, flags, set_prio) = match release {
        "openbsd-4.9" => (0, low, 0, [0; 2]),
        "openbsd-5.0" => (0, low, kernel.flags, [0; 2]),
        "openbsd-5.1" => (2, low, kernel.flags, [0; 2]),
        "openbsd-5.6" => (2, 0, kernel.flags, [0; 2]),
        "openbsd-6.8" => (2, 0, kernel.flags, kernel.set_prio),
        "openbsd-7.9" => (2, kernel.rt, kernel.flags, kernel.set_prio),
        other => panic!("{other}"),
    };
    let mut rt_addr = [0; 16];
    if kernel.rt != 0 {
        rt_addr[..4].copy_from_slice(&[192, 0, 2, 254]);
    }
    let key = Key { af: key_af, port: [443, 50123], ..Key::default() };
    Record {
        id: 1,
        af: 2,
        proto: 6,
        direction: 2,
        key: [key; 2],
        rt_addr,
        flags_or_rt: byte254,
        state_flags: flags,
        set_prio,
        ..Record::default()
    }
}

fn decode(release: Option<Release>, records: Vec<Record>) -> (Vec<State>, Release) {
    let bytes = Frame::build(vec![(13, Body::State(records))]);
    let packet = Packet {
        time: Time::new(1_730_000_000, 0),
        data: &bytes,
        wire_len: bytes.len() as u32,
        link: LinkType(246),
        order: ByteOrder::NATIVE,
    };
    let mut decoder = Decoder::new(release);
    let mut states = Vec::new();
    decoder.packet(&packet, None, &mut |event| match event.body {
        event::Body::State(told) => states.extend(told.state),
        ref other => panic!("{other:?}"),
    });
    (states, decoder.sender().unwrap().release)
}

fn kernels() -> impl Iterator<Item = Kernel> {
    (0..0x400u16).flat_map(|flags| {
        // Then PF_ROUTETO, PF_DUPTO and PF_REPLYTO.
        [0, 1, 2, 3].map(|rt| Kernel { flags, rt, set_prio: [3, 7] })
    })
}

#[test]
fn a_given_release_reads_what_its_kernels_packed() {
    for name in RELEASES {
        let release: Release = name.parse().unwrap();
        for kernel in kernels() {
            let (states, _) = decode(Some(release), vec![packed(name, kernel)]);
            let [state] = states[..] else { panic!("{name}: {}", states.len()) };
            let place = format!("{name} {kernel:?}");
            let flags = if name == "openbsd-4.9" { kernel.flags & 0xff } else { kernel.flags };
            assert_eq!(state.state_flags, flags, "{place}: flags");
            let rt = (name == "openbsd-7.9").then_some(Route::from_wire(kernel.rt, 1));
            assert_eq!(state.rt, rt, "{place}: rt");
            let set_prio = (release >= Release::OpenBsd6_8).then_some(kernel.set_prio);
            assert_eq!(state.set_prio, set_prio, "{place}: set_prio");
        }
    }
}

/// Told from the bytes, the flags are right whatever the release is. `rt` and `set_prio` of a
/// release that has none are absent or 0. One thing cannot be told: a routed state of 5.1 whose
/// low flags are those of a way to route looks like a newer one that is routed that way.
#[test]
fn bytes_that_do_not_tell_the_release_do_not_change_the_values() {
    for name in RELEASES {
        let release: Release = name.parse().unwrap();
        for kernel in kernels() {
            let (states, taken_for) = decode(None, vec![packed(name, kernel)]);
            let [state] = states[..] else { panic!("{name}: {}", states.len()) };
            let place = format!("{name} {kernel:?} taken for {taken_for}");
            let flags = if name == "openbsd-4.9" { kernel.flags & 0xff } else { kernel.flags };
            assert_eq!(state.state_flags, flags, "{place}: flags");
            let rt = state.rt.unwrap_or(Route::No);
            let low = (flags & 0xff) as u8;
            let alike = name == "openbsd-5.1" && kernel.rt != 0 && low <= 3;
            let expected = match name {
                "openbsd-7.9" => kernel.rt,
                _ if alike => low,
                _ => 0,
            };
            assert_eq!(rt, Route::from_wire(expected, 1), "{place}: rt");
            let set_prio = if release >= Release::OpenBsd6_8 { kernel.set_prio } else { [0; 2] };
            // A frame that is sure to be older has no priorities at all.
            assert_eq!(state.set_prio.unwrap_or(set_prio), set_prio, "{place}: set_prio");
            assert!(taken_for >= release || release == Release::NEWEST, "{place}");
        }
    }
}

/// Where the bytes tell, they are believed.
#[test]
fn flags_and_keys_tell_the_layout() {
    let flags = |flags| Kernel { flags, rt: 0, set_prio: [0; 2] };
    let routed = Kernel { flags: 1, rt: 2, set_prio: [0; 2] };
    for (name, kernel, layout) in [
        ("openbsd-4.9", flags(0x20), Layout::OpenBsd4_9),
        ("openbsd-5.0", flags(0x20), Layout::OpenBsd5_0),
        ("openbsd-5.0", flags(0x120), Layout::OpenBsd5_0),
        // nothing in byte 254: what is 0 in 4.9 is 0 in 5.0
        ("openbsd-4.9", flags(0), Layout::OpenBsd5_0),
        ("openbsd-5.1", flags(0x20), Layout::OpenBsd5_1),
        ("openbsd-5.1", flags(0x01), Layout::OpenBsd5_1),
        ("openbsd-5.1", flags(0), Layout::OpenBsd7_9),
        ("openbsd-5.6", flags(0x20), Layout::OpenBsd7_9),
        ("openbsd-6.8", flags(0x20), Layout::OpenBsd7_9),
        ("openbsd-7.9", flags(0x20), Layout::OpenBsd7_9),
        ("openbsd-7.9", routed, Layout::OpenBsd7_9),
    ] {
        let (_, taken_for) = decode(None, vec![packed(name, kernel)]);
        assert_eq!(taken_for.layout(), layout, "{name} {kernel:?}");
    }
}

/// One state that tells is enough for its frame, wherever it stands.
#[test]
fn one_state_tells_for_the_whole_frame() {
    let quiet = Kernel { flags: 0, rt: 0, set_prio: [0; 2] };
    let telling = Kernel { flags: 0x21, ..quiet };
    for (name, layout) in [
        ("openbsd-4.9", Layout::OpenBsd4_9),
        ("openbsd-5.0", Layout::OpenBsd5_0),
        ("openbsd-5.1", Layout::OpenBsd5_1),
    ] {
        let records = [quiet, quiet, telling, quiet].map(|kernel| packed(name, kernel));
        let (states, taken_for) = decode(None, records.to_vec());
        assert_eq!(taken_for.layout(), layout, "{name}");
        let flags: Vec<_> = states.iter().map(|state| state.state_flags).collect();
        assert_eq!(flags, [0, 0, 0x21, 0], "{name}");
    }
}

/// Action 11 was TDB up to 5.1 and is never sent since: a frame that has it is as old.
#[test]
fn the_old_number_of_tdb_tells_an_old_release() {
    let bytes =
        Frame::build(vec![(11, Body::OldTdb(vec![OldTdb { spi: 7, ..OldTdb::default() }]))]);
    let frame = pfstatelog::wire::Frame::parse(&bytes, bytes.len()).unwrap();
    let sender = Senders::new(None).of(&frame).unwrap();
    assert_eq!(sender.release.layout(), Layout::OpenBsd5_1);
}
