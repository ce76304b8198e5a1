//! Hosts and states in a line, against what pfctl's own code printed for the same records.

mod common;

use common::corpus;
use pfstatelog::abi::Release;
use pfstatelog::event::Body;
use pfstatelog::format::pfctl;
use pfstatelog::state::{IfName, State};

#[test]
fn hosts_and_states_are_what_pfctl_prints() {
    let Some(folder) = common::shared_corpus() else { return };
    let (mut files, mut states) = (0, 0);
    // Lines of events are in the notation of the newest; tests/views.rs has all others.
    let newer = |release: &str| release.parse::<Release>().unwrap().version() == 6;
    for scenario in corpus::scenarios(&folder).into_iter().filter(|s| newer(&s.release)) {
        let text = folder.join(format!("{}/{}.pfctl-ss.txt", scenario.release, scenario.name));
        let Ok(text) = std::fs::read(&text) else { continue };
        let ours = lines(&scenario);
        let theirs: Vec<String> = text
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| line.iter().copied().map(char::from).collect())
            .collect();
        let place = format!("{}/{}", scenario.release, scenario.name);
        assert_eq!(ours.len(), theirs.len(), "{place}: lines");
        for (at, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
            // pfctl writes the name as it is; we escape it, so it is compared as it is.
            let theirs = theirs.strip_prefix(&ours.ifname).map(str::trim_end);
            let same = Some(ours.line.as_str()) == theirs;
            // Earlier printers did not tell the next hop.
            let old = scenario.release.as_str() < "openbsd-6.8"
                && Some(without_next_hop(&ours.line).as_str()) == theirs;
            assert!(same || old, "{place} state {}: {:?}, pfctl: {theirs:?}", at + 1, ours.line);
        }
        files += 1;
        states += ours.len();
    }
    assert!(files > 200 && states > 1000, "{files} files, {states} states");
    println!("{files} files, {states} states");
}

fn without_next_hop(line: &str) -> String {
    match (line.find(" {"), line.find('}')) {
        (Some(from), Some(to)) => format!("{}{}", &line[..from], &line[to + 1..]),
        _ => line.to_string(),
    }
}

struct Line {
    ifname: String,
    /// All that follows the name.
    line: String,
}

fn lines(scenario: &corpus::Scenario) -> Vec<Line> {
    let mut decoder = common::decoder(Some(&scenario.release));
    let mut lines = Vec::new();
    for packet in common::read_sound(&scenario.captures[0].path) {
        decoder.packet(&packet.packet(), None, &mut |event| {
            if let Body::State(told) = &event.body
                && let Some(state) = told.state
            {
                let ifname = state.ifname.as_bytes().iter().copied().map(char::from).collect();
                let state = State { ifname: IfName::default(), ..*state };
                let mut line = pfstatelog::line::Line::new();
                pfctl::write_hosts(&mut line, &state, false);
                line.extend_from_slice(b"       ");
                pfctl::write_pair(&mut line, &state);
                lines.push(Line { ifname, line: String::from_utf8(line.into_bytes()).unwrap() });
            }
        });
    }
    lines
}
