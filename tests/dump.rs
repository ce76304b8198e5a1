//! Dumps: what is written is read again to the byte, whatever the layout; what was damaged is told.

#![forbid(unsafe_code)]

use std::collections::HashSet;

use pfstatelog::abi::Release;
use pfstatelog::dump::source::{self, Kind, Options, SourceError};
use pfstatelog::dump::{self, Damage, Format};
use pfstatelog::pf::{Form, StateTable};
use pfstatelog::time::Time;
use proptest::prelude::*;

/// Every form that a record can have, each layout once.
fn forms() -> Vec<Form> {
    let mut seen = HashSet::new();
    let mut forms = Vec::new();
    for release in Release::ALL.iter().rev() {
        for bytes in [release.state_bytes(), 277, 242] {
            let form = Form::sized(*release, bytes);
            forms.extend(form.filter(|_| seen.insert((release.layout(), bytes))));
        }
    }
    forms
}

fn written(table: &StateTable, format: Format) -> Vec<u8> {
    let mut out = Vec::new();
    dump::write(table, format, &mut out).unwrap();
    out
}

fn read(bytes: Vec<u8>, strict: bool) -> Result<source::Opened, SourceError> {
    let reader = Box::new(std::io::Cursor::new(bytes));
    source::read(reader, "here", &Options { strict, ..Options::default() })
}

/// Bytes as a kernel may give them: mostly small numbers, names that end and names that do not, IPv4 and
/// IPv6, and anything at all.
fn byte() -> impl Strategy<Value = u8> {
    prop_oneof![
        4 => Just(0u8),
        2 => 1u8..=28,
        1 => Just(0xff),
        1 => prop::sample::select(b"em0 \"\\#=\n".as_slice()),
        2 => any::<u8>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn binary_to_text_or_json_to_binary_is_the_same_to_the_byte(
        bytes in prop::collection::vec(byte(), 3 * 360),
        nanos in any::<i64>(),
    ) {
        for form in forms() {
            let count = bytes.len() / form.record_bytes();
            let records = bytes[..count * form.record_bytes()].to_vec();
            let table = StateTable::from_records(form, Time::from_nanos(nanos), records).unwrap();
            let binary = written(&table, Format::Binary);
            let from_binary = read(binary.clone(), false).unwrap();
            prop_assert_eq!(&from_binary.table, &table);
            for (format, kind) in [(Format::Text, Kind::Text), (Format::Json, Kind::Json)] {
                let text = written(&from_binary.table, format);
                let from_text = read(text.clone(), false)
                    .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&text)));
                prop_assert_eq!(from_text.kind, kind);
                prop_assert_eq!(&from_text.table, &table, "{}", String::from_utf8_lossy(&text));
                prop_assert_eq!(written(&from_text.table, Format::Binary), &binary[..]);
            }
        }
    }
}

#[test]
fn all_layouts_are_tried() {
    let forms = forms();
    let layouts: HashSet<_> = Release::ALL.iter().map(|release| release.layout()).collect();
    // FreeBSD 14 knows a second state, 15 two more.
    assert_eq!(forms.len(), layouts.len() + 3, "{forms:?}");
}

fn small() -> StateTable {
    let form = Form::new(Release::OpenBsd7_9);
    let records = (0..2 * form.record_bytes()).map(|n| n as u8).collect();
    StateTable::from_records(form, Time::new(1_795_179_902, 1), records).unwrap()
}

/// Wherever a dump is cut or one of its bits is another, that is told; a text that ends early as well.
#[test]
fn no_damage_goes_unseen() {
    let binary = written(&small(), Format::Binary);
    for len in 8..binary.len() {
        match read(binary[..len].to_vec(), false) {
            Err(SourceError::Damage(Damage::CutShort { had, .. })) => assert_eq!(had, len as u64),
            other => panic!("{len}: {other:?}"),
        }
    }
    for at in 0..binary.len() {
        for bit in [0x01, 0x80] {
            let mut broken = binary.clone();
            broken[at] ^= bit;
            assert!(read(broken, false).is_err(), "byte {at}");
        }
    }
    let longer = [&binary[..], b"\0"].concat();
    assert!(matches!(read(longer, false), Err(SourceError::Damage(Damage::Longer))));
    for format in [Format::Text, Format::Json] {
        let text = written(&small(), format);
        for len in 1..text.len() - 1 {
            assert!(read(text[..len].to_vec(), false).is_err(), "{format} {len}");
        }
    }
}

/// As captures are read: compressed, by the first bytes.
#[test]
fn what_is_compressed_is_read_as_it_is() {
    use std::io::Write as _;
    let table = small();
    for format in [Format::Binary, Format::Text, Format::Json] {
        let plain = written(&table, format);
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(&plain).unwrap();
        let gzip = gzip.finish().unwrap();
        assert_eq!(read(gzip.clone(), false).unwrap().table, table, "{format}");
        for len in [10, gzip.len() / 2, gzip.len() - 1] {
            match read(gzip[..len].to_vec(), false) {
                Err(SourceError::Compressed { is_cut: true, .. }) => {}
                other => panic!("{format} {len}: {other:?}"),
            }
        }
        let mut broken = gzip.clone();
        let at = broken.len() - 6;
        broken[at] ^= 1;
        let told = read(broken, false).unwrap_err().to_string();
        assert!(told.contains("`gzip -t` says more"), "{format}: {told}");
        if format != Format::Binary {
            let marked = [b"\xef\xbb\xbf", &plain[..]].concat();
            assert_eq!(read(marked, false).unwrap().table, table, "{format}");
        }
    }
    // Twice is once too often.
    let mut twice = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let mut once = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    once.write_all(&written(&table, Format::Text)).unwrap();
    twice.write_all(&once.finish().unwrap()).unwrap();
    read(twice.finish().unwrap(), false).unwrap_err();
}

/// Lines in any order of fields, with comments, blanks and other words for the same.
#[test]
fn text_is_free_in_its_form() {
    let form = Form::new(Release::OpenBsd7_9);
    let text = "\n  # by hand\npfstatelog-states release=openbsd-7.9 version=1 # no time\n\n\
        state timeout=tcp.established ifname=em0 af=inet direction=out proto=6 \
        src.state=ESTABLISHED dst.state=4 id=5f3a1b2c00000001 creatorid=0x8a7b6c5d \
        wire.addr0=198.51.100.9 wire.port0=443 wire.addr1=203.0.113.7 wire.port1=0xeb33 \
        stack.addr0=198.51.100.9 stack.port0=443\tstack.addr1=192.168.1.10 stack.port1=51234 \
        state_flags=no-df,sloppy rt=reply-to rt_addr=192.0.2.1 rtableid1=-1 set_prio0=3 # one\r\nend\n";
    let table = read(text.as_bytes().to_vec(), true).unwrap().table;
    let state = table.states().next().unwrap();
    let nat = state.nat();
    assert_eq!((state.id.id, state.id.creatorid), (0x5f3a_1b2c_0000_0001, 0x8a7b_6c5d));
    assert_eq!((nat.src.port, nat.nat_src.port, nat.dst.port), (51234, 60211, 443));
    assert_eq!((state.rule, state.state_flags, state.set_prio), (None, 0x22, Some([3, 0])));
    assert_eq!((table.form(), table.len(), state.timeout), (form, 1, 2));
    let again = read(written(&table, Format::Text), true).unwrap().table;
    assert_eq!(again, table);
}
