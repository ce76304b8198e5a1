//! The rules of the state table that time and room decide: what is overdue, and what leaves.

use pfstatelog::fuzzing::seen::*;
use pfstatelog::time::Time;
use pfstatelog::wire::grammar;

#[test]
fn only_so_many_that_ended_are_remembered() {
    let mut log = Log::new(100);
    for id in 0..5000 {
        log.at(T0, vec![ins(state(id)), del_c(id)]);
    }
    let lines = |log: &mut Log, id| log.lines(SECOND, del_c(id)).remove(0);
    assert_eq!(lines(&mut log, 4999), "end DEL_C 1387 duplicate");
    assert_eq!(lines(&mut log, 4500), "end DEL_C 1194 duplicate");
    assert_eq!(lines(&mut log, 1), "end DEL_C 1 unknown");
    assert_eq!(log.states(), 0);
}

#[test]
fn a_state_that_is_silent_for_too_long_is_overdue_once() {
    let mut log = Log::new(100);
    log.lines(0, ins(udp(1)));
    log.lines(0, ins(state(2)));
    // 30 s, a tenth of it and a minute: 93 s. Nothing is told early, and in the next second it is.
    let quiet = |log: &mut Log, ms| log.lines(ms, del_c(99)).len() == 1;
    assert!(quiet(&mut log, 93 * SECOND));
    let seen = log.at(after(94 * SECOND), vec![del_c(99)]);
    assert_eq!(seen[0].line(), "expire - 1 overdue");
    assert_eq!(seen[0].state, Some(lasting(udp(1))));
    assert_eq!((seen[0].start, seen[0].counters_time), (Some(T0), Some(T0)));
    assert!(!seen[0].is_of_a_frame, "no frame says it");
    assert_eq!(seen[1].line(), "end DEL_C 63 duplicate");
    // Once, and it stays.
    assert!(quiet(&mut log, HOUR) && quiet(&mut log, DAY));
    assert_eq!(log.states(), 2);
    let seen = log.at(after(DAY), vec![del_c(1)]).remove(0);
    assert_eq!(seen.line(), "end DEL_C 1");
    assert_eq!(seen.duration_ns, Some(86_400_000_000_000));
    // Established TCP may be silent for five days and more.
    assert!(quiet(&mut log, 5 * DAY + 12 * HOUR));
    let lines = log.lines(5 * DAY + 12 * HOUR + 3 * MINUTE, del_c(99));
    assert_eq!(lines, ["expire - 2 overdue", "end DEL_C 63 unknown"]);
}

#[test]
fn an_update_revives_what_was_overdue_and_starts_the_clock_anew() {
    for (what, update, line) in [
        ("UPD_C", upd_c(1, [1, 1], class::UDP_SINGLE), "update UPD_C 1 revived"),
        ("UPD", upd(grammar::State { creation: 600, ..udp(1) }), "update UPD 1 revived"),
        ("INS", ins(grammar::State { creation: 600, ..udp(1) }), "update INS 1 revived"),
    ] {
        let mut log = Log::new(100);
        log.lines(0, ins(udp(1)));
        assert_eq!(log.lines(5 * MINUTE, del_c(99))[0], "expire - 1 overdue", "{what}");
        assert_eq!(log.lines(10 * MINUTE, update), [line], "{what}");
        assert_eq!(log.lines(10 * MINUTE, upd_c(1, [1, 1], 7)), ["update UPD_C 1"], "{what}");
        assert_eq!(log.lines(11 * MINUTE, del_c(99)).len(), 1, "{what}");
        assert_eq!(log.lines(13 * MINUTE, del_c(99))[0], "expire - 1 overdue", "{what}");
        // Overdue a second time, it comes back as another.
        let lines = log.lines(14 * MINUTE, ins(udp(1)));
        assert_eq!(lines, ["expire - 1 replaced", "start INS 1 first"], "{what}");
    }
}

#[test]
fn the_longest_expiry_on_the_wire_counts_for_its_class_alone_whenever_it_is_seen() {
    let mut log = Log::new(100);
    log.lines(0, ins(udp(1)));
    log.lines(0, ins(grammar::State { timeout: class::UDP_FIRST, expire: 60, ..udp(2) }));
    // An update of a state that nobody knows says how long this firewall waits.
    let mut update = upd_c(50, [1, 1], class::UDP_SINGLE);
    if let grammar::Body::UpdC(records) = &mut update.1 {
        records[0].expire = 3600;
    }
    log.lines(SECOND, update);
    assert_eq!(log.lines(10 * MINUTE, del_c(99))[0], "expire - 2 overdue");
    assert_eq!(log.lines(67 * MINUTE, del_c(99)).len(), 1);
    assert_eq!(log.lines(69 * MINUTE, del_c(99))[0], "expire - 1 overdue");
    // Thirty days, which is what somebody may have asked for.
    log.lines(2 * HOUR, ins(grammar::State { expire: 30 * 86_400, ..state(3) }));
    log.lines(2 * HOUR, ins(state(4)));
    assert_eq!(log.lines(33 * DAY, del_c(99)).len(), 1);
    let lines = log.lines(33 * DAY + 3 * HOUR, del_c(99));
    assert_eq!(lines[..2], ["expire - 3 overdue", "expire - 4 overdue"]);
    // As long as 32 bits say.
    log.lines(40 * DAY, ins(grammar::State { timeout: 200, expire: u32::MAX, ..state(5) }));
    assert_eq!(log.lines(40_000 * DAY, del_c(99)).len(), 1);
}

#[test]
fn what_is_overdue_is_told_across_any_pause() {
    for days in [1, 22, 23, 28, 45, 46, 60, 68, 91, 365, 3650] {
        let mut log = Log::new(100);
        log.lines(0, ins(udp(1)));
        log.lines(0, ins(state(2)));
        let lines = log.lines(days * DAY, del_c(99));
        assert_eq!(lines[0], "expire - 1 overdue", "{days} days");
        assert_eq!(lines.len(), if days > 5 { 3 } else { 2 }, "{days} days");
    }
}

#[test]
fn a_clock_that_steps_back_moves_nothing_and_the_end_expires_nothing() {
    let mut log = Log::new(100);
    log.lines(0, ins(udp(1)));
    assert_eq!(log.lines(-DAY, ins(udp(2))), ["start INS 2 first"]);
    assert_eq!(log.lines(-DAY, upd_c(1, [1, 1], 7)), ["update UPD_C 1"]);
    assert_eq!(log.lines(80 * SECOND, del_c(99)).len(), 1);
    // Heard of a day ago by its own time, but a minute and a half by the table's.
    let lines = log.lines(4 * MINUTE, del_c(99));
    assert_eq!(lines[..2], ["expire - 1 overdue", "expire - 2 overdue"]);
    // How long it lasted is not known of a delete that claims to be from before the start.
    log.lines(5 * MINUTE, ins(udp(3)));
    let seen = log.at(after(4 * MINUTE), vec![del_c(3)]).remove(0);
    assert_eq!((seen.line(), seen.duration_ns), ("end DEL_C 3".to_string(), None));
    assert_eq!(log.lines(3 * MINUTE, del_c(3)), ["end DEL_C 3 duplicate"]);
    assert_eq!(log.states(), 2);
}

#[test]
fn times_at_the_ends_of_the_range_are_borne() {
    let ends = [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX - 1, i64::MAX].map(Time::from_nanos);
    for first in ends {
        for second in ends {
            let mut log = Log::new(2);
            let old = grammar::State { creation: u32::MAX, expire: u32::MAX, ..state(1) };
            log.at(first, vec![ins(old), ins(udp(2)), del_c(2)]);
            log.at(second, vec![upd(old), ins(udp(2)), del_c(2), upd_c(1, [1, 1], 0)]);
            log.at(second, vec![ins(udp(3)), ins(udp(4)), ins(state(5)), clr("", A)]);
            assert_eq!(log.states(), 0);
        }
    }
}

#[test]
fn the_clock_of_the_machine_and_packets_of_any_kind_tell_what_is_overdue() {
    let mut log = Log::new(100);
    log.lines(0, ins(udp(1)));
    let mut seen = Vec::new();
    for ms in [SECOND, 5 * MINUTE, 10 * MINUTE] {
        log.decoder.advance(after(ms), &mut |event| seen.push(Seen::new(event)));
    }
    assert_eq!(seen.iter().map(Seen::line).collect::<Vec<_>>(), ["expire - 1 overdue"]);
    assert_eq!(seen[0].time, after(5 * MINUTE));
    assert_eq!(log.decoder.stats.inferred, 1);
    log.lines(10 * MINUTE, ins(udp(2)));
    let bus = grammar::Bus { creatorid: A, status: 1, ..Default::default() };
    let lines = log.lines(20 * MINUTE, (number::BUS, grammar::Body::Bus(vec![bus])));
    assert_eq!(lines, ["expire - 2 overdue", "bulk BUS"]);
}

#[test]
fn a_full_table_lets_the_overdue_go_first_then_those_nearest_to_expiry() {
    let mut log = Log::new(4);
    log.lines(0, ins(udp(1)));
    log.lines(0, ins(udp(2)));
    log.lines(5 * MINUTE, ins(state(3)));
    log.lines(5 * MINUTE, ins(udp(4)));
    assert_eq!(log.states(), 4);
    // 1 and 2 are overdue, 4 is next, 3 has days. What is known already makes no room.
    log.lines(5 * MINUTE, upd_c(4, [1, 1], 7));
    for (id, leaves) in [(5, 1), (6, 2), (7, 4)] {
        let lines = log.lines(5 * MINUTE, ins(state(id)));
        let expected = [format!("expire - {leaves} table-full"), format!("start INS {id} first")];
        assert_eq!(lines, expected);
        assert_eq!(log.states(), 4);
    }
    // Heard of last a minute later, 3 is the last of them to go.
    log.lines(6 * MINUTE, upd_c(3, [4, 4], 2));
    for (id, leaves) in [(8, 5), (9, 6), (10, 7), (11, 3), (12, 8)] {
        let lines = log.lines(7 * MINUTE, ins(state(id)));
        assert_eq!(lines[0], format!("expire - {leaves} table-full"));
    }
    // One that left is unknown, not late.
    assert_eq!(log.lines(7 * MINUTE, del_c(3)), ["end DEL_C 3 unknown"]);
}

#[test]
fn the_order_of_leaving_holds_while_states_come_and_become_overdue() {
    let mut log = Log::new(1000);
    for id in 0..1000 {
        log.lines(id as i64, ins(state(id)));
    }
    let next = |log: &mut Log, ms, new| log.lines(ms, ins(new)).remove(0);
    assert_eq!(next(&mut log, 2 * SECOND, state(1000)), "expire - 0 table-full");
    // Newcomers that expire sooner than all that were there.
    assert_eq!(next(&mut log, 2 * SECOND, udp(1001)), "expire - 1 table-full");
    assert_eq!(next(&mut log, 2 * SECOND, state(1002)), "expire - 3e9 table-full");
    assert_eq!(next(&mut log, 2 * SECOND, udp(1003)), "expire - 2 table-full");
    assert_eq!(next(&mut log, 3 * SECOND, state(1004)), "expire - 3eb table-full");
    // Those that were next are heard of again, many times.
    for round in 0..20 {
        for id in 3..60 {
            log.lines(4 * SECOND + round, upd_c(id, [4, 4], 2));
        }
    }
    assert_eq!(next(&mut log, 5 * SECOND, udp(1005)), "expire - 3c table-full");
    // Overdue goes before all that are in time, however near they are.
    let slow = grammar::State { timeout: class::UDP_FIRST, ..udp(1006) };
    assert_eq!(next(&mut log, 5 * SECOND, slow), "expire - 3ed table-full");
    assert_eq!(log.lines(4 * MINUTE, del_c(9999))[0], "expire - 3ee overdue");
    assert_eq!(next(&mut log, 4 * MINUTE, udp(1007)), "expire - 3ee table-full");
    assert_eq!(log.states(), 1000);
}
