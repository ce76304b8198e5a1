//! Who is who in states that no capture has: each endpoint changed by itself, in both directions.

use std::net::{IpAddr, Ipv4Addr};

use pfstatelog::abi::openbsd_7_9::Dialect as Newest;
use pfstatelog::state::{Endpoint, Nat, State};
use pfstatelog::wire::grammar::{Body, Frame, Key, State as Record};
use pfstatelog::wire::{self, Message};

const ICMP: u8 = 1;
const TCP: u8 = 6;
const ICMPV6: u8 = 58;
const IN: u8 = 1;
const OUT: u8 = 2;

/// A key with the hosts of the last octets given, at index 0 and 1.
fn key(hosts: [u8; 2], port: [u16; 2]) -> Key {
    let addr = hosts.map(|host| {
        let mut addr = [0; 16];
        addr[..4].copy_from_slice(&[192, 0, 2, host]);
        addr
    });
    Key { addr, port, rdomain: 0, af: 2, pad: 0 }
}

fn state(proto: u8, direction: u8, wire: Key, stack: Key) -> State {
    let record = Record { af: 2, proto, direction, key: [wire, stack], id: 1, ..Record::default() };
    let bytes = Frame::build(vec![(13, Body::State(vec![record]))]);
    let frame = wire::Frame::parse(&bytes, bytes.len()).unwrap();
    match frame.messages::<Newest>().next() {
        Some(Ok(Message::Ins(record))) => State::from_record(record),
        other => panic!("{other:?}"),
    }
}

fn host(endpoint: Endpoint) -> (u8, u16) {
    match endpoint.addr.ip() {
        Some(IpAddr::V4(ip)) => (Ipv4Addr::octets(&ip)[3], endpoint.port),
        other => panic!("{other:?}"),
    }
}

fn hosts(nat: &Nat) -> [(u8, u16); 4] {
    [nat.src, nat.dst, nat.nat_src, nat.nat_dst].map(host)
}

#[test]
fn each_endpoint_comes_from_its_own_place() {
    // Every host and port once, so that none can stand for another.
    let wire = key([1, 2], [10, 20]);
    let stack = key([3, 4], [30, 40]);
    let nat = state(TCP, OUT, wire, stack).nat();
    assert_eq!(hosts(&nat), [(4, 40), (3, 30), (2, 20), (1, 10)]);
    let nat = state(TCP, IN, wire, stack).nat();
    assert_eq!(hosts(&nat), [(1, 10), (2, 20), (3, 30), (4, 40)]);
    // A direction that cannot be is read as in.
    let nat = state(TCP, 7, wire, stack).nat();
    assert_eq!(hosts(&nat), [(1, 10), (2, 20), (3, 30), (4, 40)]);
}

#[test]
fn one_address_or_one_port_is_enough_to_be_translated() {
    let plain = key([1, 2], [10, 20]);
    for direction in [IN, OUT] {
        assert!(!state(TCP, direction, plain, plain).nat().translated());
        // A routing domain is neither.
        let elsewhere = Key { rdomain: 3, ..plain };
        assert!(!state(TCP, direction, plain, elsewhere).nat().translated());
        for other in [
            key([9, 2], [10, 20]),
            key([1, 9], [10, 20]),
            key([1, 2], [99, 20]),
            key([1, 2], [10, 99]),
        ] {
            assert!(state(TCP, direction, plain, other).nat().translated(), "{other:?}");
            assert!(state(TCP, direction, other, plain).nat().translated(), "{other:?}");
        }
    }
}

/// The request's type stands where other protocols have the responder's port. It is none, so it
/// is never translated; the id, on the initiator's side, may be.
#[test]
fn the_type_of_an_icmp_request_is_never_translated() {
    for proto in [ICMP, ICMPV6] {
        let (wire, stack) = (key([1, 2], [8, 555]), key([1, 3], [0, 444]));
        let nat = state(proto, OUT, wire, stack).nat();
        assert_eq!(hosts(&nat), [(3, 444), (1, 0), (2, 555), (1, 0)]);
        let (wire, stack) = (key([1, 2], [555, 8]), key([1, 3], [555, 0]));
        let nat = state(proto, IN, wire, stack).nat();
        assert_eq!(hosts(&nat), [(1, 555), (2, 8), (1, 555), (3, 8)]);
        // Nothing but the type differs.
        let (wire, stack) = (key([1, 2], [555, 8]), key([1, 2], [555, 0]));
        assert!(!state(proto, IN, wire, stack).nat().translated());
    }
}
