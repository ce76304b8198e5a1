//! Translated packets of pflog, of which the bytes alone have to tell whether they are from before
//! translation or from behind it.

mod common;

use common::{Captured, root};
use pfstatelog::format::Format;
use serde_json::Value;

/// Bytes of OpenBSD's header.
const HEADER: usize = 100;
const NAF: usize = 62;
/// In IPv4's header.
const TTL: usize = HEADER + 8;
const SUM: usize = HEADER + 10;

fn fixture(release: &str, name: &str) -> Vec<Captured> {
    common::read_sound(&root().join(format!("fixtures/pflog/{release}/{name}.pcap")))
}

/// What stands in all lines of who is who.
fn told(packets: &[Captured], release: Option<&str>) -> Vec<Vec<Value>> {
    let written = common::written(common::decoder(release), packets, None, [Format::Json]);
    let keys = ["translated", "src", "sport", "dst", "dport", "nat_src", "nat_sport", "nat_dst"];
    let lines = written.iter().map(|[line]| serde_json::from_str::<Value>(line).unwrap());
    lines.map(|line| keys.map(|key| line[key].clone()).to_vec()).collect()
}

fn is_v4(packet: &Captured) -> bool {
    packet.data[HEADER] >> 4 == 4
}

/// A packet on its way out has a checksum from before its TTL was lowered, or none yet.
#[test]
fn a_checksum_that_is_not_made_yet_tells_nothing() {
    for name in ["rewritten_nat_out", "rewritten_rdr_in"] {
        let packets = fixture("openbsd-7.9", name);
        let expected = told(&packets, Some("openbsd-7.9"));
        assert!(expected.iter().any(|line| line[0] == true));
        let changed = |change: &dyn Fn(&mut Captured)| {
            let mut packets = packets.clone();
            packets.iter_mut().filter(|packet| is_v4(packet)).for_each(change);
            assert_eq!(told(&packets, None), expected, "{name}");
            // Nor does one of them decide for the next.
            packets.reverse();
            let mut lines = told(&packets, None);
            lines.reverse();
            assert_eq!(lines, expected, "{name}");
        };
        changed(&|_| {});
        changed(&|packet| packet.data[TTL] -= 1);
        changed(&|packet| packet.data[SUM..SUM + 2].fill(0));
    }
}

/// What OpenBSD up to 6.7 rewrites keeps the checksum that it had.
#[test]
fn a_copy_that_was_rewritten_is_told_by_its_checksum() {
    for name in ["rewritten_nat_out", "rewritten_rdr_in"] {
        let mut packets = fixture("openbsd-5.3", name);
        packets.retain(is_v4);
        let expected = told(&packets, Some("openbsd-5.3"));
        assert!(expected.iter().any(|line| line[0] == true));
        // Without 5.3's number for no process, which would tell.
        for packet in &mut packets {
            packet.data[48..52].copy_from_slice(&100_000u32.to_le_bytes());
        }
        // What is no TCP or UDP, or has no checksum, may tell nothing: one that does stands first.
        assert_eq!(told(&packets[..1], None), expected[..1], "{name}");
        for packet in &mut packets {
            packet.data[TTL] -= 1;
        }
        assert_eq!(told(&packets[..1], None), expected[..1], "{name}");
    }
}

/// 4.9 and 5.0 make all checksums anew, and do not say a family behind translation.
#[test]
fn without_a_family_behind_translation_it_is_an_old_release() {
    let mut packets = fixture("openbsd-7.9", "rewritten_nat_out");
    packets.retain(|packet| is_v4(packet) && packet.data[61] == 1);
    for packet in &mut packets {
        packet.data[NAF] = 0;
    }
    assert!(!packets.is_empty());
    let expected = told(&packets, Some("openbsd-4.9"));
    assert_eq!(told(&packets, None), expected);
    // There the packet is the one from behind translation.
    assert!(expected.iter().all(|line| line[0] == true));
}
