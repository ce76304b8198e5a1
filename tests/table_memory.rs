//! What a state costs in memory, everything counted: the peak while a table is filled, divided by
//! the states that it holds by then.

use pfstatelog::abi::consts::PFTM_TCP_ESTABLISHED;
use pfstatelog::abi::record::Rtable;
use pfstatelog::state::{Af, Direction, IfName, Route, State, StateId, StateKey, StatePeer};
use pfstatelog::table::{Said, Table};
use pfstatelog::time::Time;
use pfstatelog::wire::Action;

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
        rt: Some(Route::No),
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
        rtableid: Some(Rtable::Sides([0, 0])),
        max_mss: Some(0),
        min_ttl: Some(0),
        set_tos: Some(0),
        set_prio: Some([0, 0]),
        freebsd: None,
    }
}

/// Memory of this process in bytes, now (`VmRSS`) or at its peak (`VmHWM`): what it really has, not
/// what it has reserved. `None` where the system does not tell.
fn resident(what: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':'))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib * 1024)
}

/// Fills a table of at most `max_states` with `STATES`; gives the bytes a state at the peak, and at
/// the worst on the way from half of them on.
fn filled(af: Af, max_states: u32) -> Option<[f64; 2]> {
    let before = resident("VmRSS")?;
    let mut table = Table::new(max_states as usize);
    let (mut worst, mut told) = (0.0, 0);
    for n in 1..=STATES {
        let time = Time::new(1_800_000_000 + i64::from(n / 10_000), 0);
        table.say(time, Action::Ins, Said::Full(&state(n, af)), &mut |_, _, _| told += 1);
        if n >= STATES / 2 && n % 10_000 == 0 {
            worst = ((resident("VmRSS")? - before) as f64 / table.len() as f64).max(worst);
        }
    }
    assert_eq!(table.len() as u32, STATES.min(max_states));
    assert_eq!(told, STATES + (STATES - STATES.min(max_states)));
    let full = (resident("VmHWM")? - before) as f64 / table.len() as f64;
    Some([full, worst])
}

/// The cases: what they are called, the family, how many states are allowed, the limit.
const CASES: [(&str, Af, u32, f64); 3] = [
    ("IPv4", Af::Inet, 2 * STATES, 144.0),
    ("IPv6", Af::Inet6, 2 * STATES, 208.0),
    // Every other one has to leave for another: room is made without a second table.
    ("IPv4, full", Af::Inet, STATES / 2, 144.0),
];

/// Names the case to a process of its own, whose memory nothing else has used before.
const CASE: &str = "PFSTATELOG_MEMORY_CASE";

#[test]
fn a_state_costs_no_more_than_it_may() {
    let this = std::env::current_exe().unwrap();
    for (name, ..) in CASES {
        let mut child = std::process::Command::new(&this);
        child.args(["--exact", "one_case", "--nocapture"]).env(CASE, name);
        let output = child.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
        let lines = said.lines().filter(|l| l.contains("bytes a state") || l.contains("skipped:"));
        lines.for_each(|line| println!("{line}"));
    }
}

#[test]
fn one_case() {
    let Some(case) = std::env::var(CASE).ok() else { return };
    let (name, af, max_states, limit) = *CASES.iter().find(|(name, ..)| *name == case).unwrap();
    let Some([full, worst]) = filled(af, max_states) else {
        println!("skipped: no /proc/self/status, so memory was not measured");
        return;
    };
    println!("{name}: {full:.1} bytes a state at the peak, {worst:.1} at the worst on the way");
    assert!(full <= limit, "{name}: {full}, at most {limit}");
    // When the chunks and parts of the index that were begun last are still mostly empty.
    assert!(worst <= limit + 2.0, "{name}: {worst} on the way, at most {limit} and 2 more");
}
