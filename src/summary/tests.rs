//! The summary of events that are known, as a table and as JSON.

use super::*;
use crate::event::{Gap, Reason};
use crate::state::{Af, Direction, State, StateId, StateKey};

fn key(src: u8, port: u16) -> StateKey {
    let addr = [192, src].map(|host| {
        let mut addr = [0; 16];
        addr[..4].copy_from_slice(&[10, 0, 0, host]);
        addr
    });
    StateKey { af: Af::Inet, addr, port: [443, port], rdomain: 0 }
}

/// An OUT state of 10.0.0.SRC, seen as 10.0.0.NAT.
fn state(proto: u8, src: u8, nat: u8) -> State {
    State::bare(Direction::Out, proto, key(nat, 1000), key(src, 1000))
}

fn tell(summary: &mut Summary, kind: EventKind, body: Body<'_>) {
    let time = Time::default();
    summary.event(&Event {
        time,
        kind,
        action: None,
        sender: None,
        source: None,
        release: None,
        body,
    });
}

fn start(summary: &mut Summary, proto: u8, src: u8, nat: u8) {
    let state = state(proto, src, nat);
    let told = Told { state: Some(&state), ..Told::name(state.id) };
    tell(summary, EventKind::Start, Body::State(told));
    tell(summary, EventKind::Update, Body::State(told));
}

fn gap(summary: &mut Summary, at: Where<'_>, lost: Option<u64>, reason: Reason) {
    let (from, to) = (Time::default(), Time::default());
    tell(summary, EventKind::Gap, Body::Gap(Gap { from, to, lost, at, certain: true, reason }));
}

fn some() -> Summary {
    let mut summary = Summary::new();
    for secs in [20, 10, 35] {
        summary.packet(Time::new(secs, 500_000_000));
    }
    for (proto, src, nat) in [(6, 1, 9), (6, 1, 8), (17, 2, 9), (6, 3, 3), (200, 4, 9)] {
        start(&mut summary, proto, src, nat);
    }
    let id = StateId { id: 1, creatorid: 2 };
    let second = Told { reason: Some(Why::Duplicate), ..Told::name(id) };
    for told in [Told::name(id), second] {
        tell(&mut summary, EventKind::End, Body::State(told));
    }
    gap(&mut summary, Where::Capture, Some(30), Reason::Dropped);
    gap(&mut summary, Where::Capture, Some(4), Reason::Dropped);
    gap(&mut summary, Where::Output("syslog"), Some(7), Reason::Output);
    gap(
        &mut summary,
        Where::Frame,
        None,
        Reason::SkippedAction { number: 99, action: None, size_bytes: 8 },
    );
    summary
}

fn table(summary: &Summary) -> String {
    let mut out = Vec::new();
    summary.write_table(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn json(summary: &Summary) -> serde_json::Value {
    let mut out = Vec::new();
    summary.write_json(&mut out).unwrap();
    assert_eq!(out.iter().filter(|byte| **byte == b'\n').count(), 1);
    serde_json::from_slice::<serde_json::Value>(&out).unwrap()["summary"].take()
}

#[test]
fn the_table_is_for_a_person() {
    assert_eq!(
        table(&some()),
        "\
from 1970-01-01T00:00:10.500000Z to 1970-01-01T00:00:35.500000Z
25 s, 3 packets

EVENTS                        number
  start                            5
  update                           5
  end                              2  (1 of them second deletes)
  gap                              4

STATES BEGUN                     all  translated
  tcp                              3           2
  udp                              1           1
  200                              1           1

TRANSLATED HOSTS              states  as
  10.0.0.1                         2  10.0.0.9 and others
  10.0.0.2                         1  10.0.0.9
  10.0.0.4                         1  10.0.0.9

GAPS                          number        lost
  capture dropped                  2          34 packets
  output output                    1           7 lines
  frame skipped-action             1           ?
"
    );
    assert_eq!(
        table(&Summary::new()),
        "no packets\n\nEVENTS                        number\n\n\
         STATES BEGUN                     all  translated\n\n\
         TRANSLATED HOSTS              states  as\n  none\n\n\
         GAPS                          number        lost\n  none\n"
    );
}

#[test]
fn the_json_says_the_same() {
    let summary = json(&some());
    assert_eq!(summary["from"], "1970-01-01T00:00:10.500000Z");
    assert_eq!(summary["to"], "1970-01-01T00:00:35.500000Z");
    assert_eq!((&summary["packets"], &summary["duplicates"]), (&3.into(), &1.into()));
    assert_eq!(summary["events"]["update"], 5);
    assert_eq!(summary["events"]["clear"], 0);
    assert_eq!(
        summary["states"].to_string(),
        r#"{"200":{"all":1,"translated":1},"tcp":{"all":3,"translated":2},"udp":{"all":1,"translated":1}}"#
    );
    assert_eq!(summary["hosts"][0]["src"], "10.0.0.1");
    assert_eq!(summary["hosts"][0]["several"], true);
    assert_eq!(summary["hosts"].as_array().unwrap().len(), 3);
    assert_eq!(summary["hosts_counted"], 3);
    assert!(summary.get("hosts_missed").is_none());
    assert_eq!(summary["gaps"][0]["lost"], 34);
    assert_eq!(summary["gaps"][2]["reason"], "skipped-action");
    assert!(json(&Summary::new()).get("from").is_none());
}

#[test]
fn a_source_that_stays_itself_is_no_translated_host() {
    let mut summary = Summary::new();
    // rdr-to: only the destination is another.
    let mut told = state(6, 1, 1);
    told.wire.port[0] = 80;
    let told = Told { state: Some(&told), ..Told::name(told.id) };
    tell(&mut summary, EventKind::Start, Body::State(told));
    let summary = json(&summary);
    assert_eq!(summary["states"]["tcp"]["translated"], 1);
    assert_eq!(summary["hosts_counted"], 0);
}

#[test]
fn hosts_that_had_to_make_room_are_told() {
    let mut summary = Summary { hosts: Hosts::new(4), ..Summary::new() };
    for src in 1..=20 {
        start(&mut summary, 6, src, 99);
    }
    assert!(table(&summary).contains("made room, so numbers may be too low, by "));
    assert!(json(&summary)["hosts_missed"].as_u64().is_some_and(|missed| missed > 0));
    let mut summary = Summary::new();
    (1..=20).for_each(|src| start(&mut summary, 6, src, 99));
    assert!(table(&summary).contains("  and 10 more\n"));
}
