//! What a state costs in memory, everything counted: the peak while a table is filled, divided by
//! the states that it holds by then. One test, so that nothing else allocates meanwhile.

use peak_alloc::PeakAlloc;
use pfstatelog::abi::consts::PFTM_TCP_ESTABLISHED;
use pfstatelog::state::{Af, Direction, IfName, State, StateId, StateKey, StatePeer};
use pfstatelog::table::{Said, Table};
use pfstatelog::time::Time;
use pfstatelog::wire::Action;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

const STATES: u32 = 1_000_000;

/// State number `n`, as one of a few interfaces and two creators.
fn state(n: u32, af: Af) -> State {
    let inside = |net: u8| {
        let mut addr = [0; 16];
        addr[0] = net;
        addr[if af == Af::Inet { 0..4 } else { 12..16 }][1..]
            .copy_from_slice(&n.to_be_bytes()[1..]);
        addr
    };
    let key =
        |net| StateKey { af, addr: [inside(9), inside(net)], port: [443, n as u16], rdomain: 0 };
    let mut ifname = *b"em0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    ifname[2] += (n % 8) as u8;
    State {
        id: StateId { id: 0x5f3a_1b2c_0000_0000 | u64::from(n), creatorid: 7 + n % 2 },
        ifname: IfName::new(ifname),
        direction: Direction::Out,
        proto: 6,
        wire: key(203),
        stack: key(10),
        src: StatePeer::default(),
        dst: StatePeer::default(),
        rt_addr: [0; 16],
        rt: Some(0),
        rule: Some(12),
        anchor: None,
        nat_rule: None,
        age_s: 1,
        expire_s: 86_400,
        packets: [1, 1],
        bytes: [100, 100],
        log: 0,
        state_flags: 0,
        timeout: PFTM_TCP_ESTABLISHED as u8,
        sync_flags: Some(0),
        rtableid: Some([0, 0]),
        max_mss: Some(0),
        min_ttl: Some(0),
        set_tos: Some(0),
        set_prio: Some([0, 0]),
    }
}

/// Bytes a state at the peak of filling a table: with all states, and at its worst on the way from
/// a quarter of them on.
fn filled(af: Af) -> [f64; 2] {
    let before = ALLOCATED.current_usage();
    ALLOCATED.reset_peak_usage();
    let a_state = |states: u32| (ALLOCATED.peak_usage() - before) as f64 / f64::from(states);
    let mut table = Table::new(2 * STATES as usize);
    let (mut worst, mut told) = (0.0, 0);
    for n in 1..=STATES {
        let time = Time::new(1_800_000_000 + i64::from(n / 10_000), 0);
        table.say(time, Action::Ins, Said::Full(&state(n, af)), &mut |_, _, _| told += 1);
        if n >= STATES / 4 && n % 1000 == 0 {
            worst = a_state(n).max(worst);
        }
    }
    assert_eq!((table.len(), told), (STATES as usize, STATES));
    [a_state(STATES), worst]
}

#[test]
fn a_state_costs_no_more_than_it_may() {
    for (af, limit) in [(Af::Inet, 144.0), (Af::Inet6, 208.0)] {
        let [full, worst] = filled(af);
        println!("{af:?}: {full:.1} bytes a state of {STATES}, {worst:.1} at the worst before");
        assert!(full <= limit && worst <= limit, "{af:?}: {full} and {worst}, at most {limit}");
    }
    // One more than fits: room is made without another table beside the first.
    let before = ALLOCATED.current_usage();
    ALLOCATED.reset_peak_usage();
    let (mut table, mut gone) = (Table::new(STATES as usize / 4), 0);
    for n in 1..=STATES / 2 {
        let time = Time::new(1_800_000_000 + i64::from(n / 10_000), 0);
        table.say(time, Action::Ins, Said::Full(&state(n, Af::Inet)), &mut |_, action, _| {
            gone += u32::from(action.is_none());
        });
    }
    assert_eq!((table.len(), gone), (STATES as usize / 4, STATES / 4));
    let a_state = (ALLOCATED.peak_usage() - before) as f64 / f64::from(STATES / 4);
    println!("a full table: {a_state:.1} bytes a state");
    assert!(a_state <= 144.0, "{a_state} bytes a state of a full table");
}
