//! The rules of the state table, one by one: what is told of a state, by what was said of it.

use pfstatelog::abi::Release;
use pfstatelog::capture::{ByteOrder, LinkType, Packet};
use pfstatelog::decode::{Ahead, Decoder};
use pfstatelog::event::{Body, EventKind, Why};
use pfstatelog::fuzzing::seen::*;
use pfstatelog::wire::grammar;

#[test]
fn the_first_sight_of_a_full_state_starts_it_whatever_carried_it() {
    let mut log = Log::new(100);
    assert_eq!(log.lines(0, ins(state(1))), ["start INS 1 first"]);
    let old = |id, age_s| grammar::State { creation: age_s, ..state(id) };
    assert_eq!(log.lines(0, ins(old(2, 2))), ["start INS 2 first"]);
    assert_eq!(log.lines(0, ins(old(3, 3))), ["start INS 3"]);
    assert_eq!(log.lines(0, upd(state(4))), ["start UPD 4"]);
    let seen = log.at(after(1500), vec![upd(old(5, 4000))]).remove(0);
    assert_eq!(seen.line(), "start UPD 5");
    assert_eq!(seen.start, Some(after(1500 - 4000 * SECOND)));
    assert_eq!(seen.state, Some(plain(old(5, 4000))));
    assert!(seen.full && seen.counters_time.is_none() && seen.is_of_a_frame);
    assert_eq!(log.states(), 5);
}

#[test]
fn a_second_insert_is_an_update_and_keeps_the_start() {
    let mut log = Log::new(100);
    log.lines(0, ins(state(1)));
    for (ms, again) in [(1, ins(state(1))), (2900, ins(state(1))), (3000, upd(state(1)))] {
        let seen = log.at(after(ms), vec![again]).remove(0);
        assert_eq!((seen.kind, seen.reason, seen.first), (EventKind::Update, None, false));
        assert_eq!(seen.start, Some(T0), "{ms}");
    }
    let seen = log.at(after(9 * SECOND), vec![del_c(1)]).remove(0);
    assert_eq!(seen.line(), "end DEL_C 1");
    assert_eq!((seen.start, seen.duration_ns), (Some(T0), Some(9_000_000_000)));
    assert_eq!(log.states(), 0);
}

#[test]
fn a_state_is_another_one_if_proto_direction_a_key_or_the_start_differ() {
    let mut wire = state(1);
    wire.key[0].port[1] += 1;
    let mut stack = state(1);
    stack.key[1].addr[1][3] ^= 1;
    let mut rdomain = state(1);
    rdomain.key[1].rdomain = 1;
    let others = [
        ("proto", grammar::State { proto: 17, ..state(1) }),
        ("direction", grammar::State { direction: 1, ..state(1) }),
        ("wire key", wire),
        ("stack key", stack),
        ("rdomain", rdomain),
    ];
    for (what, other) in others {
        for carry in [ins, upd] {
            let mut log = Log::new(100);
            log.lines(0, ins(state(1)));
            let seen = log.at(after(500), vec![carry(other)]);
            assert_eq!(seen.len(), 2, "{what}");
            assert_eq!(seen[0].line(), "expire - 1 replaced", "{what}");
            assert_eq!(seen[0].state, Some(lasting(state(1))), "{what}");
            assert_eq!((seen[1].kind, seen[1].start), (EventKind::Start, Some(after(500))));
            assert_eq!(seen[1].state, Some(plain(other)), "{what}");
            assert_eq!(log.states(), 1, "{what}");
        }
    }
    // What may change in a state does not make it another.
    let same = grammar::State { rule: 99, ifname: interface("em1"), packets: [1, 1], ..state(1) };
    let mut log = Log::new(100);
    log.lines(0, ins(state(1)));
    assert_eq!(log.lines(0, upd(same)), ["update UPD 1"]);
    assert_eq!(log.at(T0, vec![del_c(1)])[0].state, Some(lasting(same)));
}

#[test]
fn starts_within_three_seconds_are_one() {
    for (ms, age_s, same) in [
        (3 * SECOND, 0, true),
        (3 * SECOND + 1, 0, false),
        (0, 3, true),
        (0, 4, false),
        (DAY, 86_400, true),
        (DAY, 86_403, true),
        (DAY, 86_396, false),
    ] {
        let mut log = Log::new(100);
        log.lines(0, ins(state(1)));
        let lines = log.lines(ms, upd(grammar::State { creation: age_s, ..state(1) }));
        let expected: &[&str] =
            if same { &["update UPD 1"] } else { &["expire - 1 replaced", "start UPD 1"] };
        assert_eq!(lines, expected, "{ms} ms, {age_s} s");
    }
}

#[test]
fn a_creator_that_boots_again_replaces_its_states_one_by_one() {
    let mut log = Log::new(100);
    for id in 1..=3 {
        log.lines(0, ins(state(id)));
    }
    // Nothing ends because the creator is silent, nor because it uses one id again.
    let mut again = state(2);
    again.key[1].port[1] = 9;
    assert_eq!(log.lines(HOUR, ins(again)), ["expire - 2 replaced", "start INS 2 first"]);
    assert_eq!(log.states(), 3);
    assert_eq!(log.lines(HOUR, del_c(1)), ["end DEL_C 1"]);
    assert_eq!(log.at(after(HOUR), vec![del_c(2)])[0].state, Some(lasting(again)));
    assert_eq!(log.lines(HOUR, del_c(3)), ["end DEL_C 3"]);
}

#[test]
fn two_creators_with_the_same_id_are_two_states() {
    let mut log = Log::new(100);
    let other = grammar::State { creatorid: B, rule: 5, ..state(1) };
    log.lines(0, ins(state(1)));
    assert_eq!(log.lines(0, ins(other)), ["start INS 1/99887766 first"]);
    assert_eq!(log.lines(SECOND, del_c_of(1, B)), ["end DEL_C 1/99887766"]);
    assert_eq!(log.lines(SECOND, del_c_of(1, B)), ["end DEL_C 1/99887766 duplicate"]);
    assert_eq!(log.at(after(SECOND), vec![del_c(1)])[0].state, Some(lasting(state(1))));
}

#[test]
fn what_is_said_of_an_unknown_state_makes_no_entry() {
    let mut log = Log::new(100);
    // That it is gone is remembered.
    for (update, end) in [
        ("update UPD_C 7 unknown", "end DEL_C 7 unknown"),
        ("update UPD_C 7 late", "end DEL_C 7 duplicate"),
    ] {
        let seen = log.at(T0, vec![upd_c(7, [4, 4], 2), del_c(7)]);
        assert_eq!(seen[0].line(), update);
        assert_eq!(seen[1].line(), end);
        assert_eq!(seen[0].update.unwrap().src.state, 4);
        for seen in seen {
            assert_eq!((seen.state, seen.start, seen.duration_ns), (None, None, None));
        }
        assert_eq!(log.states(), 0);
    }
    // A delete before its insert, which nothing takes back.
    assert_eq!(log.lines(0, ins(state(7))), ["start INS 7 first"]);
}

#[test]
fn a_state_that_ended_is_remembered_for_two_minutes() {
    let ended = || {
        let mut log = Log::new(100);
        log.lines(0, ins(state(1)));
        assert_eq!(log.lines(10 * SECOND, del_c(1)), ["end DEL_C 1"]);
        log
    };
    for ms in [10 * SECOND, 11 * SECOND, 100 * SECOND, 130 * SECOND] {
        let mut log = ended();
        for _ in 0..2 {
            let seen = log.at(after(ms), vec![upd_c(1, [4, 4], 2), del_c(1)]);
            assert_eq!(seen[0].line(), "update UPD_C 1 late", "{ms}");
            assert_eq!(seen[1].line(), "end DEL_C 1 duplicate", "{ms}");
            assert!(seen.iter().all(|seen| seen.state.is_none() && seen.start.is_none()));
        }
        // The same keys, but more than 3 s after the start of the one that is gone.
        assert_eq!(log.lines(ms, ins(state(1))), ["start INS 1 first"], "{ms}");
        assert_eq!(log.lines(ms, del_c(1)), ["end DEL_C 1"], "{ms}");
    }
    let mut log = ended();
    assert_eq!(log.lines(130 * SECOND + 1, upd_c(1, [4, 4], 2)), ["update UPD_C 1 unknown"]);
    assert_eq!(log.lines(130 * SECOND + 1, del_c(1)), ["end DEL_C 1 unknown"]);
}

#[test]
fn a_late_full_state_is_the_one_that_ended_and_a_new_start_forgets_it() {
    let mut log = Log::new(100);
    log.lines(0, ins(state(1)));
    log.lines(100, del_c(1));
    // Duplicated or late on the way: still the state that is gone, in its fourth second.
    let seen = log.at(after(2500), vec![ins(state(1))]).remove(0);
    assert_eq!(seen.line(), "update INS 1 late");
    assert_eq!((seen.start, seen.full), (Some(T0), true));
    let late = grammar::State { creation: 60, ..state(1) };
    assert_eq!(log.lines(MINUTE, upd(late)), ["update UPD 1 late"]);
    assert_eq!(log.states(), 0);
    // Another state of that name.
    let mut new = state(1);
    new.key[1].port[1] = 9;
    assert_eq!(log.lines(MINUTE, ins(new)), ["start INS 1 first"]);
    assert_eq!(log.lines(MINUTE, upd_c(1, [4, 4], 2)), ["update UPD_C 1"]);
    assert_eq!(log.lines(MINUTE, del_c(1)), ["end DEL_C 1"]);
    assert_eq!(log.lines(MINUTE, ins(new)), ["update INS 1 late"]);
    assert_eq!(log.lines(MINUTE, ins(state(1))), ["start INS 1 first"]);
}

#[test]
fn a_full_delete_ends_what_is_known_and_what_is_not() {
    let mut log = Log::new(100);
    log.lines(0, ins(state(1)));
    let gone = grammar::State { creation: 5, packets: [99, 99], ..state(1) };
    let seen = log.at(after(5 * SECOND), vec![del(gone)]).remove(0);
    assert_eq!(seen.line(), "end DEL 1");
    assert_eq!((seen.start, seen.full, seen.counters_time), (Some(T0), true, None));
    assert_eq!(seen.state, Some(plain(gone)));
    assert_eq!(
        log.lines(6 * SECOND, del(grammar::State { creation: 6, ..gone })),
        ["end DEL 1 duplicate"]
    );
    assert_eq!(log.lines(6 * SECOND, del_c(1)), ["end DEL_C 1 duplicate"]);
    // Never seen: it says all itself, and leaves a tombstone.
    let seen = log.at(after(7 * SECOND), vec![del(grammar::State { creation: 3, ..state(2) })]);
    assert_eq!(seen[0].line(), "end DEL 2");
    assert_eq!(seen[0].duration_ns, Some(3_000_000_000));
    assert_eq!(log.lines(7 * SECOND, del_c(2)), ["end DEL_C 2 duplicate"]);
    // Another state of the name of one that is known, or that ended.
    let mut other = state(3);
    other.key[0].port[0] = 1;
    log.lines(7 * SECOND, ins(state(3)));
    let lines = log.lines(8 * SECOND, del(other));
    assert_eq!(lines, ["expire - 3 replaced", "end DEL 3"]);
    assert_eq!(log.lines(8 * SECOND, del(state(3))), ["end DEL 3"]);
    assert_eq!(log.states(), 0);
}

#[test]
fn a_flush_ends_the_states_of_its_creator_on_its_interface_in_order() {
    let fill = || {
        let mut log = Log::new(100);
        for id in [5, 3, 4, 1] {
            let on = if id % 2 == 1 { "em0" } else { "em1" };
            log.lines(0, ins(grammar::State { ifname: interface(on), ..state(id) }));
        }
        log.lines(0, ins(grammar::State { ifname: interface("all"), ..state(2) }));
        log.lines(0, ins(grammar::State { creatorid: B, ..state(6) }));
        // What no slot can hold is on an interface too.
        let whole = grammar::State { packets: [1 << 40, 0], ..state(7) };
        log.lines(0, ins(grammar::State { ifname: interface("em1"), ..whole }));
        log
    };
    let ends = |ids: &[u64]| {
        let ends = ids.iter().map(|id| format!("end - {id} clear"));
        std::iter::once("clear CLR".to_string()).chain(ends).collect::<Vec<_>>()
    };
    assert_eq!(fill().lines(SECOND, clr("", A)), ends(&[1, 2, 3, 4, 5, 7]));
    assert_eq!(fill().lines(SECOND, clr("em0", A)), ends(&[1, 3, 5]));
    assert_eq!(fill().lines(SECOND, clr("em1", A)), ends(&[4, 7]));
    assert_eq!(fill().lines(SECOND, clr("em", A)), ends(&[]));
    assert_eq!(fill().lines(SECOND, clr("", 1)), ends(&[]));
    assert_eq!(fill().lines(SECOND, clr("", B)), ["clear CLR", "end - 6/99887766 clear"]);
    let mut log = fill();
    let seen = log.at(after(SECOND), vec![clr("em0", A), del_c(1), upd_c(3, [4, 4], 2)]);
    assert_eq!(seen[1].state, Some(lasting(state(1))));
    assert_eq!((seen[1].start, seen[1].counters_time), (Some(T0), Some(T0)));
    assert_eq!(seen[1].duration_ns, Some(1_000_000_000));
    assert_eq!(seen[4].line(), "end DEL_C 1 duplicate");
    assert_eq!(seen[5].line(), "update UPD_C 3 late");
    assert_eq!(log.states(), 4);
}

#[test]
fn counters_are_told_with_the_time_at_which_they_were_true() {
    let mut log = Log::new(100);
    log.lines(0, ins(state(1)));
    let seen = log.at(after(SECOND), vec![upd_c(1, [9, 9], 2)]).remove(0);
    let told = seen.state.unwrap();
    assert_eq!((told.packets, seen.counters_time), ([10, 8], Some(T0)));
    assert_eq!((told.src.state, told.dst.state, seen.full), (9, 9, false));
    assert_eq!(seen.update.unwrap().src.seqlo, 4711);
    let counted = grammar::State { packets: [70, 60], bytes: [7, 6], creation: 2, ..state(1) };
    let seen = log.at(after(2 * SECOND), vec![upd(counted)]).remove(0);
    assert_eq!((seen.state.unwrap().packets, seen.counters_time), ([70, 60], None));
    for seen in log.at(after(3 * SECOND), vec![upd_c(1, [10, 10], 5), del_c(1)]) {
        let told = seen.state.unwrap();
        assert_eq!((told.packets, told.bytes), ([70, 60], [7, 6]));
        assert_eq!(seen.counters_time, Some(after(2 * SECOND)));
        assert_eq!((told.src.state, told.dst.state, told.timeout), (10, 10, 5));
        assert_eq!((seen.start, told.age_s, told.expire_s), (Some(T0), 0, 0));
    }
}

#[test]
fn sections_of_a_frame_are_told_in_their_order_whatever_it_is() {
    let mut log = Log::new(100);
    let lines = |seen: Vec<Seen>| seen.iter().map(Seen::line).collect::<Vec<_>>();
    // Two slices: the delete of one stands before the insert of the other.
    let frame = vec![del_c(1), ins(state(2)), upd_c(2, [4, 4], 2), del_c(2), ins(state(1))];
    assert_eq!(
        lines(log.at(T0, frame)),
        [
            "end DEL_C 1 unknown",
            "start INS 2 first",
            "update UPD_C 2",
            "end DEL_C 2",
            "start INS 1 first",
        ]
    );
    // The update before the insert; a packet that comes twice.
    let frame = vec![upd_c(3, [4, 4], 2), ins(state(3))];
    assert_eq!(lines(log.at(T0, frame.clone())), ["update UPD_C 3 unknown", "start INS 3 first"]);
    assert_eq!(lines(log.at(T0, frame)), ["update UPD_C 3", "update INS 3"]);
    // The peer goes on where the host that made it stopped: the creator stays who it was.
    assert_eq!(log.lines(SECOND, upd_c(3, [9, 9], 2)), ["update UPD_C 3"]);
    assert_eq!(log.lines(SECOND, del_c(3)), ["end DEL_C 3"]);
    assert_eq!(log.lines(SECOND, del_c(3)), ["end DEL_C 3 duplicate"]);
}

#[test]
fn every_message_with_data_is_one_event_with_its_action_in_the_order_of_the_wire() {
    let mut log = Log::new(2);
    let named = vec![grammar::StateId { id: 1, creatorid: A }; 2];
    let frame = vec![
        (number::INS, grammar::Body::State(vec![state(1), state(2), state(3), state(3)])),
        (number::UPD_REQ, grammar::Body::UpdReq(named.clone())),
        upd(state(2)),
        (number::INS_ACK, grammar::Body::InsAck(named.clone())),
        (number::BUS, grammar::Body::Bus(vec![grammar::Bus::default()])),
        (number::TDB, grammar::Body::Tdb(vec![grammar::Tdb::default()])),
        upd_c(3, [1, 1], 2),
        (number::DEL_C, grammar::Body::DelC(named)),
        clr("", A),
        del(state(9)),
        clr("em7", B),
    ];
    let seen = log.at(T0, frame);
    let wire: Vec<_> = seen.iter().filter_map(|seen| Some(seen.action?.name())).collect();
    assert_eq!(
        wire.join(" "),
        "INS INS INS INS UPD_REQ UPD_REQ UPD INS_ACK INS_ACK BUS TDB \
         UPD_C DEL_C DEL_C CLR DEL CLR"
    );
    let inferred: Vec<_> = seen.iter().filter(|seen| seen.action.is_none()).collect();
    assert_eq!(inferred.len() as u64, log.decoder.stats.inferred);
    let whys: Vec<_> = inferred.iter().filter_map(|seen| seen.reason).collect();
    assert_eq!(whys, [Why::TableFull, Why::Clear, Why::Clear]);
}

#[test]
fn joined_events_give_back_what_was_said_whatever_it_was() {
    let mut v6 = state(1);
    for (at, key) in v6.key.iter_mut().enumerate() {
        (key.af, key.addr) = (24, [[0x20 + at as u8; 16], [0x30 + at as u8; 16]]);
    }
    let mut af_to = v6;
    af_to.key[0] = state(1).key[0];
    let mut from_v4 = v6;
    from_v4.key[1] = state(1).key[1];
    let mut rdomain = state(1);
    (rdomain.key[0].rdomain, rdomain.key[1].rdomain) = (7, 65535);
    let mut unnamed = state(1);
    unnamed.key[0].af = 99;
    let mut stale = state(1);
    stale.key[0].addr[0] = [0xdb; 16];
    let hop = |bytes: &[u8]| {
        let mut rt_addr = [0; 16];
        rt_addr[..bytes.len()].copy_from_slice(bytes);
        rt_addr
    };
    let base = state(1);
    let cases = [
        ("IPv4", base),
        ("IPv6", v6),
        ("af-to", af_to),
        ("af-to the other way", from_v4),
        ("rdomain", rdomain),
        ("route-to", grammar::State { rt_addr: hop(&[10, 0, 0, 1]), flags_or_rt: 2, ..base }),
        ("IPv6 route-to", grammar::State { rt_addr: hop(&[0xfe; 16]), flags_or_rt: 2, ..v6 }),
        ("counters beyond 32 bits", grammar::State { packets: [u64::MAX, 1 << 32], ..base }),
        ("bytes beyond 32 bits", grammar::State { bytes: [u64::MAX, 1 << 50], ..base }),
        ("unknown family", unnamed),
        ("stale bytes behind an address", stale),
        ("direction 7", grammar::State { direction: 7, ..base }),
        ("large rtableid", grammar::State { rtableid: [40_000, i32::MIN], ..base }),
        ("no rtableid", grammar::State { rtableid: [-1, -1], ..base }),
        ("nat rule", grammar::State { nat_rule: 3, ..base }),
        ("no rule", grammar::State { rule: u32::MAX, anchor: 9, ..base }),
        ("long name", grammar::State { ifname: *b"0123456789abcdef", ..base }),
        ("no name", grammar::State { ifname: [0; 16], ..base }),
        (
            "the rest",
            grammar::State {
                max_mss: 1400,
                log: 0x55,
                sync_flags: 3,
                min_ttl: 64,
                set_tos: 0xb8,
                state_flags: 0xffff,
                set_prio: [3, 6],
                proto: 58,
                timeout: 255,
                ..base
            },
        ),
    ];
    // All at once, so that none takes another's place.
    let mut log = Log::new(cases.len());
    let with_id = |at: usize, state| grammar::State { id: 1000 + at as u64, ..state };
    for (at, (what, said)) in cases.iter().enumerate() {
        let seen = log.at(T0, vec![ins(with_id(at, *said))]).remove(0);
        assert_eq!(seen.state, Some(plain(with_id(at, *said))), "{what}");
    }
    for (at, (what, said)) in cases.iter().enumerate() {
        let said = with_id(at, *said);
        let again = grammar::State { rule: 77, packets: [5, 6], creation: 1, ..said };
        for (ms, said) in [(SECOND, said), (2 * SECOND, again)] {
            let seen = log.at(after(ms), vec![upd(said), upd_c(said.id, [8, 9], 3)]);
            assert_eq!(seen[0].line(), format!("update UPD {:x}", said.id), "{what}");
            assert_eq!(seen[0].state, Some(plain(said)), "{what}");
            let mut expected = lasting(said);
            (expected.src.state, expected.dst.state, expected.timeout) = (8, 9, 3);
            assert_eq!(seen[1].state, Some(expected), "{what}");
        }
        let seen = log.at(after(3 * SECOND), vec![del_c(said.id)]).remove(0);
        let mut expected = lasting(again);
        (expected.src.state, expected.dst.state, expected.timeout) = (8, 9, 3);
        assert_eq!(seen.state, Some(expected), "{what}");
    }
    assert_eq!(log.states(), 0);
}

#[test]
fn without_a_table_each_message_speaks_for_itself() {
    let mut log = Log { decoder: Decoder::new(Some(Release::OpenBsd7_9)) };
    let frame = vec![ins(state(1)), ins(state(1)), upd_c(1, [1, 1], 2), del_c(1), clr("", A)];
    let lines: Vec<_> = log.at(T0, frame).iter().map(Seen::line).collect();
    let start = "start INS 1 first";
    assert_eq!(lines, [start, start, "update UPD_C 1", "end DEL_C 1", "clear CLR"]);
    assert!(log.decoder.table().is_none());
}

/// Several frames that are looked at together: what was looked up for all of them first is not believed
/// where the frames before changed it.
#[test]
fn what_was_looked_up_ahead_is_not_believed_when_it_changed() {
    let mut other = state(7);
    other.key.iter_mut().for_each(|key| key.port = [4711, 4712]);
    let mut decoder = Decoder::new(None).with_table(100);
    let mut told = |frames: &[Vec<u8>]| {
        let mut ahead = Ahead::default();
        for data in frames {
            let wire_len = data.len() as u32;
            ahead.batch.push(
                0,
                &Packet { time: T0, data, wire_len, link: LinkType(246), order: ByteOrder::NATIVE },
            );
        }
        decoder.look_ahead(&mut ahead);
        let mut told = Vec::new();
        for looked in ahead.packets() {
            decoder.decode(&looked, None, &mut |event| {
                let Body::State(state) = event.body else { return };
                told.push((event.kind.name(), state.reason.map(Why::word), state.unknown));
            });
        }
        told
    };
    let one = |action: u8, body: grammar::Body| grammar::Frame::build(vec![(action, body)]);
    let ins = |state: grammar::State| one(number::INS, grammar::Body::State(vec![state]));
    let gone = grammar::StateId { id: 7, creatorid: state(7).creatorid };
    let del = || one(number::DEL_C, grammar::Body::DelC(vec![gone]));
    let update = grammar::UpdC { id: 7, creatorid: gone.creatorid, ..grammar::UpdC::default() };
    let update = one(number::UPD_C, grammar::Body::UpdC(vec![update]));
    assert_eq!(told(&[ins(state(7)), del()]).len(), 2);
    let expected = [
        ("end", Some("duplicate"), false),
        ("start", None, false),
        ("update", None, false),
        ("update", None, false),
        ("end", None, false),
        ("end", Some("duplicate"), false),
    ];
    assert_eq!(told(&[del(), ins(other), update, ins(other), del(), del()]), expected);
}
