//! What is kept, by example and against an evaluation that is as plain as can be.

use std::net::{IpAddr, Ipv6Addr};

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::event::{Event, EventKind, Gap, Reason, Told, Where};
use crate::state::{Address, Af, IfName, StateKey, Tdb};
use crate::time::Time;

fn ifname(name: &str) -> IfName {
    let mut wire = [0; 16];
    wire.iter_mut().zip(name.bytes()).for_each(|(to, from)| *to = from);
    IfName::new(wire)
}

fn key(hosts: [&str; 2], port: [u16; 2]) -> StateKey {
    let ips: [IpAddr; 2] = hosts.map(|host| host.parse().unwrap());
    let addr = ips.map(|ip| {
        let mut addr = [0; 16];
        match ip {
            IpAddr::V4(v4) => addr[..4].copy_from_slice(&v4.octets()),
            IpAddr::V6(v6) => addr = v6.octets(),
        }
        addr
    });
    let af = if ips[0].is_ipv4() { Af::Inet } else { Af::Inet6 };
    StateKey { af, addr, port, rdomain: 0 }
}

fn state(direction: Direction, proto: u8, wire: StateKey, stack: StateKey) -> State {
    State { ifname: ifname("em0"), ..State::bare(direction, proto, wire, stack) }
}

/// 192.168.1.10:51234 as 203.0.113.7:60211 to 198.51.100.9:443.
fn natted() -> State {
    let wire = key(["198.51.100.9", "203.0.113.7"], [443, 60211]);
    let stack = key(["198.51.100.9", "192.168.1.10"], [443, 51234]);
    state(Direction::Out, 6, wire, stack)
}

/// A choice as the command line would have it: `proto tcp host 10.0.0.0/8`.
fn choice(words: &str) -> Choice {
    let mut choice = Choice::default();
    let mut words = words.split_whitespace();
    while let Some(option) = words.next() {
        let mut value = || words.next().unwrap_or_default();
        match option {
            "nat" => choice.nat = true,
            "proto" => choice.protos.push(value().parse().unwrap()),
            "host" => choice.hosts.push(value().parse().unwrap()),
            "port" => choice.ports.push(value().parse().unwrap()),
            "ifname" => choice.ifnames.push(value().parse().unwrap()),
            "direction" => choice.directions.push(value().parse().unwrap()),
            other => panic!("{other}"),
        }
    }
    choice
}

fn keeps(words: &str, state: &State) -> bool {
    Filter::new(&choice(words)).keeps_state(state)
}

#[test]
fn of_one_kind_any_has_to_match_of_different_kinds_all() {
    let state = natted();
    for words in [
        "",
        "nat",
        "proto tcp",
        "proto 6",
        "proto TCP proto udp",
        "host 192.168.1.10",
        "host 203.0.113.7",
        "host 198.51.100.9",
        "host 10.0.0.1 host 192.168.0.0/16",
        "host ::ffff:192.168.1.10",
        "host ::ffff:192.168.0.0/112",
        "host 0.0.0.0/0",
        "port 443",
        "port 51234",
        "port 60000-61000",
        "port 1 port 60211",
        "ifname em1 ifname em0",
        "direction out",
        "direction in direction out",
        // each may be that of another endpoint
        "host 192.168.1.10 port 443",
        "nat proto tcp host 203.0.113.0/24 port 443 ifname em0 direction out",
    ] {
        assert!(keeps(words, &state), "{words}");
    }
    for words in [
        "proto udp",
        "host 10.0.0.1",
        "host 192.168.1.11/32",
        "host ::/0",
        "host 2000::/3",
        "port 444",
        "port 1-442",
        "ifname em",
        "ifname em00",
        "direction in",
        "nat proto udp",
        "host 192.168.1.10 port 80",
        "nat proto tcp host 203.0.113.0/24 port 443 ifname em0 direction in",
    ] {
        assert!(!keeps(words, &state), "{words}");
    }
    let plain = State { wire: state.stack, ..state };
    assert!(!keeps("nat", &plain) && keeps("host 192.168.1.10", &plain));
    assert!(!keeps("host 203.0.113.7", &plain));
}

#[test]
fn addresses_are_those_of_their_family() {
    let mapped = key(["2001:db8::9", "::ffff:192.0.2.1"], [1, 2]);
    let mapped = state(Direction::In, 6, mapped, mapped);
    for words in ["host 192.0.2.0/24", "host ::/0", "host 2001:db8::/32", "host ::ffff:c000:201"] {
        assert!(keeps(words, &mapped), "{words}");
    }
    assert!(!keeps("host 192.0.3.0/24", &mapped));
    let both = key(["2001:db8::9", "2001:db8::1"], [1, 2]);
    let both = state(Direction::In, 6, both, both);
    assert!(!keeps("host 0.0.0.0/0", &both) && keeps("host 2001:db8::1/128", &both));
    // A family without a name has no addresses to compare.
    let other = StateKey { af: Af::Other(99), ..both.wire };
    let other = state(Direction::In, 6, other, other);
    assert!(!keeps("host ::/0", &other) && keeps("port 1", &other));
}

#[test]
fn a_direction_that_cannot_be_is_neither() {
    let odd = State { direction: Direction::Other(7), ..natted() };
    assert!(keeps("", &odd) && !keeps("direction in direction out", &odd));
}

#[test]
fn events_without_a_state_are_kept_as_the_module_says() {
    let state = natted();
    let tdb = Tdb { spi: 1, dst: None, rpl: 0, cur_bytes: 0, sproto: 50, rdomain: None };
    let gap = Gap {
        from: Time::default(),
        to: Time::default(),
        lost: None,
        at: Where::Capture,
        certain: true,
        reason: Reason::Dropped,
    };
    let full = Told { state: Some(&state), ..Told::name(state.id) };
    let clear = |name| Body::Clear { ifname: ifname(name), creatorid: 1 };
    let bodies = [
        (EventKind::End, Body::State(full)),
        (EventKind::End, Body::State(Told { unknown: true, ..Told::name(state.id) })),
        (EventKind::Gap, Body::Gap(gap)),
        (EventKind::Clear, clear("")),
        (EventKind::Clear, clear("em0")),
        (EventKind::Clear, clear("em1")),
        (EventKind::Bulk, Body::Bulk { creatorid: 1, endtime_s: 0, status: 1 }),
        (EventKind::Ack, Body::State(Told::name(state.id))),
        (EventKind::Tdb, Body::Tdb(&tdb)),
    ];
    let kept = |words: &str| {
        let filter = Filter::new(&choice(words));
        bodies.map(|(kind, body)| {
            let time = Time::default();
            let event =
                Event { time, kind, action: None, sender: None, source: None, release: None, body };
            u8::from(filter.keeps(&event))
        })
    };
    assert_eq!(kept(""), [1; 9]);
    assert_eq!(kept("proto tcp"), [1, 0, 1, 1, 1, 1, 0, 0, 0]);
    assert_eq!(kept("proto udp"), [0, 0, 1, 1, 1, 1, 0, 0, 0]);
    assert_eq!(kept("ifname em0"), [1, 0, 1, 1, 1, 0, 0, 0, 0]);
    assert_eq!(kept("ifname em1"), [0, 0, 1, 1, 0, 1, 0, 0, 0]);
}

#[test]
fn what_is_wrong_is_named_with_what_is_right() {
    fn error<T: std::str::FromStr<Err = FilterError> + std::fmt::Debug>(word: &str) -> String {
        word.parse::<T>().expect_err(word).to_string()
    }
    for word in ["", "tpc", "256", "-1", "+6", "tcp,"] {
        assert!(error::<Proto>(word).contains(&format!("{word:?}: a name")), "{word}");
    }
    for word in ["", "192.0.2", "192.0.2.1.1", "fw", "/24", "fe80::1%em0", "192.0.2.01"] {
        assert!(error::<Net>(word).contains("is no address: IPv4 or IPv6"), "{word}");
    }
    for (word, max) in [("192.0.2.0/33", 32), ("192.0.2.0/", 32), ("::/129", 128), ("::/+8", 128)] {
        assert!(error::<Net>(word).contains(&format!("from 0 to {max}")), "{word}");
    }
    for word in ["", "http", "65536", "1-", "-1", "1-2-3", "+1", "1:2"] {
        assert!(error::<Ports>(word).contains("from 0 to 65535"), "{word}");
    }
    assert!(error::<Ports>("2-1").contains("ends before it begins"));
    for word in ["", "seventeen-letters", "a\0b"] {
        assert!(error::<Interface>(word).contains("1 to 16 bytes"), "{word}");
    }
    assert!("sixteen-letters1".parse::<Interface>().is_ok());
    assert!(error::<Way>("inward").contains("there are in, out and fwd"));
}

#[test]
fn every_name_and_number_of_a_protocol_is_taken() {
    for number in 0..=u8::MAX {
        assert_eq!(number.to_string().parse(), Ok(Proto(number)));
        if let Some(name) = crate::state::names::proto(number) {
            assert_eq!(name.parse(), Ok(Proto(number)));
            assert_eq!(name.to_uppercase().parse(), Ok(Proto(number)));
        }
    }
    assert_eq!("icmp6".parse(), Ok(Proto(58)));
}

// --- Against a plain evaluation ---

const HOSTS_V4: [&str; 4] = ["192.0.2.1", "192.0.2.2", "192.0.3.1", "0.0.0.0"];
const HOSTS_V6: [&str; 5] = ["2001:db8::1", "2001:db8:1::1", "::ffff:192.0.2.1", "::", "fe80::1"];

/// Bit by bit; a v4-mapped address is IPv4 where the prefix is long enough to say so.
fn plain_has(net: IpAddr, prefix_bits: u8, addr: IpAddr) -> bool {
    let bits = |ip: IpAddr| match ip {
        IpAddr::V4(v4) => format!("{:032b}", v4.to_bits()),
        IpAddr::V6(v6) => format!("{:0128b}", v6.to_bits()),
    };
    let mapped = |ip: IpAddr| match ip {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(ip, IpAddr::V4),
        IpAddr::V4(_) => ip,
    };
    let (net, len, addr) = match (net, prefix_bits) {
        (IpAddr::V6(v6), 96..) if v6.to_ipv4_mapped().is_some() => {
            (mapped(net), prefix_bits - 96, mapped(addr))
        }
        (IpAddr::V4(_), _) => (net, prefix_bits, mapped(addr)),
        (IpAddr::V6(_), _) => (net, prefix_bits, addr),
    };
    let len = usize::from(len);
    net.is_ipv4() == addr.is_ipv4() && bits(net)[..len] == bits(addr)[..len]
}

fn plain_ip(addr: Address) -> IpAddr {
    addr.ip().expect("these states have families")
}

fn any_key() -> impl Strategy<Value = StateKey> {
    let hosts = prop_oneof![
        (select(&HOSTS_V4[..]), select(&HOSTS_V4[..])),
        (select(&HOSTS_V6[..]), select(&HOSTS_V6[..])),
    ];
    (hosts, 0_u16..6, 0_u16..6).prop_map(|((a, b), p, q)| key([a, b], [p, q]))
}

fn any_state() -> impl Strategy<Value = State> {
    let keys = prop_oneof![
        any_key().prop_map(|key| (key, key)),
        (any_key(), any_key()).prop_map(|keys| keys),
    ];
    let protos = select(vec![0_u8, 1, 6, 17, 58, 63, 64, 200, 255]);
    let names = select(vec!["em0", "em1", "all"]);
    let directions = select(vec![Direction::In, Direction::Out, Direction::Other(3)]);
    (keys, protos, names, directions).prop_map(|((wire, stack), proto, name, direction)| State {
        ifname: ifname(name),
        ..state(direction, proto, wire, stack)
    })
}

type Asked =
    (bool, Vec<u8>, Vec<(&'static str, u8)>, Vec<(u16, u16)>, Vec<&'static str>, Vec<bool>);

fn asked() -> impl Strategy<Value = Asked> {
    let hosts = [&HOSTS_V4[..], &HOSTS_V6].concat();
    let host = (select(hosts), any::<u8>())
        .prop_map(|(host, bits)| (host, bits % if host.contains(':') { 129 } else { 33 }));
    (
        any::<bool>(),
        prop::collection::vec(select(vec![0_u8, 1, 6, 17, 58, 63, 64, 200, 255]), 0..4),
        prop::collection::vec(host, 0..3),
        prop::collection::vec((0_u16..6, 0_u16..3).prop_map(|(a, more)| (a, a + more)), 0..3),
        prop::collection::vec(select(vec!["em0", "em1", "all"]), 0..3),
        prop::collection::vec(any::<bool>(), 0..3),
    )
}

fn plain((nat, protos, hosts, ports, names, inward): &Asked, state: &State) -> bool {
    let four = state.nat();
    let four = [four.src, four.dst, four.nat_src, four.nat_dst];
    let any_host = |(net, bits): &(&str, u8)| {
        let net = net.parse().unwrap();
        four.iter().any(|endpoint| plain_has(net, *bits, plain_ip(endpoint.addr)))
    };
    let any_port = |(a, b): &(u16, u16)| four.iter().any(|e| *a <= e.port && e.port <= *b);
    let way =
        |inward: &bool| state.direction == if *inward { Direction::In } else { Direction::Out };
    (!nat || four[0] != four[2] || four[1] != four[3])
        && (protos.is_empty() || protos.contains(&state.proto))
        && (hosts.is_empty() || hosts.iter().any(any_host))
        && (ports.is_empty() || ports.iter().any(any_port))
        && (names.is_empty() || names.iter().any(|name| name.as_bytes() == state.ifname.as_bytes()))
        && (inward.is_empty() || inward.iter().any(way))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]
    #[test]
    fn it_keeps_what_a_plain_evaluation_keeps(asked in asked(), state in any_state()) {
        let (nat, protos, hosts, ports, names, inward) = &asked;
        let choice = Choice {
            nat: *nat,
            protos: protos.iter().map(|number| Proto(*number)).collect(),
            hosts: hosts.iter().map(|(ip, bits)| format!("{ip}/{bits}").parse().unwrap()).collect(),
            ports: ports.iter().map(|(a, b)| format!("{a}-{b}").parse().unwrap()).collect(),
            ifnames: names.iter().map(|name| name.parse().unwrap()).collect(),
            directions: inward
                .iter()
                .map(|inward| if *inward { "in" } else { "out" }.parse().unwrap())
                .collect(),
        };
        prop_assert_eq!(Filter::new(&choice).keeps_state(&state), plain(&asked, &state));
    }

    #[test]
    fn no_word_makes_the_parsers_panic(word in ".{0,40}") {
        let _ = (word.parse::<Proto>(), word.parse::<Net>(), word.parse::<Ports>());
        let _ = (word.parse::<Interface>(), word.parse::<Way>());
    }

    #[test]
    fn a_net_has_its_own_address(bits: u128, v4: u32, prefix_bits: u8) {
        let addr = |ip| Bits::of(Address::Ip(ip)).unwrap();
        for ip in [IpAddr::from(Ipv6Addr::from_bits(bits)), IpAddr::from(v4.to_be_bytes())] {
            prop_assert!(Net::new(ip, prefix_bits).has(addr(ip)));
        }
    }
}

#[test]
fn interfaces_are_named_as_lines_show_them() {
    let named = |word: &str| word.parse().map(|Interface(name)| name.as_bytes().to_vec());
    assert_eq!(named("em0"), Ok(b"em0".to_vec()));
    assert_eq!(named("a\\x0ab\\x5c"), Ok(b"a\nb\\".to_vec()));
    assert_eq!(named("\\xff\\xff"), Ok(vec![0xff; 2]));
    assert_eq!(named("0123456789abcdef"), Ok(b"0123456789abcdef".to_vec()));
    for wrong in ["", "0123456789abcdef0", "em\\x0", "em\\xzz", "em\\x00", "\0"] {
        assert!(named(wrong).is_err(), "{wrong}");
    }
}
