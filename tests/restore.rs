//! States into a kernel, which is a fake here: the same function does it for pf. What is not sound is
//! found before anything is applied, and what is refused is told.

#![forbid(unsafe_code)]

mod common_tables;

use std::io;

use common_tables::*;
use pfstatelog::dump::restore::{self, Edits, RestoreError};
use pfstatelog::dump::source::{self, Options};
use pfstatelog::dump::{self, Format};
use pfstatelog::filter::{Choice, Filter};
use pfstatelog::pf::fake::FakeKernel;
use pfstatelog::pf::{Form, Kernel, StateTable};
use pfstatelog::state::{State, StateId};
use pfstatelog::time::Time;

/// A kernel to which so many states are added before a signal comes.
struct Interrupted(FakeKernel, usize);

impl Kernel for Interrupted {
    fn form(&self) -> Form {
        self.0.form()
    }

    fn count(&mut self) -> io::Result<usize> {
        self.0.count()
    }

    fn snapshot(&mut self) -> io::Result<Vec<u8>> {
        self.0.snapshot()
    }

    fn add(&mut self, record: &[u8]) -> io::Result<()> {
        if self.0.added >= self.1 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        self.0.add(record)
    }

    fn get(&mut self, id: StateId) -> io::Result<Option<Vec<u8>>> {
        self.0.get(id)
    }

    fn kill(&mut self, id: StateId) -> io::Result<u32> {
        self.0.kill(id)
    }
}

#[test]
fn all_states_are_there_afterwards() {
    let (table, mut kernel) = (table(&[1, 2, 3]), FakeKernel::new(form()));
    let done = restore::restore(table.clone(), &Edits::default(), form(), Some(&mut kernel), false);
    let report = done.unwrap().report.unwrap();
    assert!(report.is_complete() && report.added == 3, "{report:?}");
    let again = StateTable::of_kernel(&mut kernel).unwrap();
    assert_eq!(again.as_bytes(), table.as_bytes());
    assert_eq!(kernel.get(name(2)).unwrap().as_deref(), table.records().nth(1));
    assert_eq!(kernel.get(name(9)).unwrap(), None);
    assert_eq!((kernel.kill(name(1)).unwrap(), kernel.kill(name(1)).unwrap()), (1, 0));
    assert_eq!(ids(&StateTable::of_kernel(&mut kernel).unwrap()), [3, 2]);
    assert_eq!(kernel.get(name(3)).unwrap().as_deref(), table.records().nth(2));
}

#[test]
fn a_dry_run_touches_no_kernel() {
    let outcome = restore::restore(table(&[1]), &Edits::default(), form(), None, false).unwrap();
    assert!(outcome.report.is_none() && outcome.table.len() == 1);
}

/// Whatever is wrong with one of them, nothing is applied.
#[test]
fn nothing_is_applied_unless_all_is_sound() {
    let broken: [(usize, u8, &str); 9] = [
        (7, 0, "id"),
        (8, 0, "ifname"),
        (239, 0, "creatorid"),
        (250, 28, "af"),
        (62, 99, "wire.af"),
        (252, 3, "direction"),
        (255, 20, "timeout"),
        (128, 13, "src.state"),
        (160, 200, "dst.state"),
    ];
    for (at, byte, field) in broken {
        let mut records = table(&[1, 2, 3]).as_bytes().to_vec();
        match field {
            "creatorid" => records[2 * 264 + 236..2 * 264 + 240].fill(byte),
            _ => records[2 * 264 + at] = byte,
        }
        let broken = StateTable::from_records(form(), TIME, records).unwrap();
        let mut kernel = FakeKernel::new(form());
        let done = restore::restore(broken, &Edits::default(), form(), Some(&mut kernel), false)
            .unwrap_err();
        let RestoreError::Refusals(refusals, _) = &done else { panic!("{field}: {done:?}") };
        assert_eq!((refusals.len(), refusals[0].number), (1, 3), "{field}");
        assert!(done.to_string().ends_with(&format!("expected for {field}")), "{done}");
        assert_eq!((kernel.len(), kernel.added), (0, 0), "{field}");
    }
    let mut records = table(&(1..=30).collect::<Vec<_>>()).as_bytes().to_vec();
    records.chunks_exact_mut(264).skip(3).for_each(|record| record[252] = 3);
    let broken = StateTable::from_records(form(), TIME, records).unwrap();
    match restore::restore(broken, &Edits::default(), form(), None, false).unwrap_err() {
        RestoreError::Refusals(refusals, more) => assert_eq!((refusals.len(), more), (20, 7)),
        other => panic!("{other:?}"),
    }
    let twice = restore::restore(table(&[1, 2, 1]), &Edits::default(), form(), None, false);
    assert!(twice.unwrap_err().to_string().contains("state 3 (id 0000000000000001"));
}

#[test]
fn what_the_kernel_refuses_is_told_and_the_rest_goes_on() {
    let mut kernel = FakeKernel::with(&table(&[2]));
    kernel.refuse = Some((name(3), 12));
    let edits = Edits::default();
    let done = restore::restore(table(&[1, 2, 3, 4]), &edits, form(), Some(&mut kernel), false);
    let report = done.unwrap().report.unwrap();
    let refused: Vec<_> =
        report.refused.iter().map(|(id, error)| (id.id, error.raw_os_error().unwrap())).collect();
    assert_eq!(refused, [(2, 17), (3, 12)]);
    assert_eq!((report.added, report.refused.len(), kernel.len()), (2, 2, 3));
    assert!(!report.is_complete() && report.failed.is_none());
}

/// However many, each is told.
#[test]
fn each_state_that_is_refused_is_told() {
    let states: Vec<u64> = (1..=100).collect();
    let mut kernel = FakeKernel::new(form());
    kernel.limit = 10;
    let edits = Edits::default();
    let done = restore::restore(table(&states), &edits, form(), Some(&mut kernel), false);
    let report = done.unwrap().report.unwrap();
    let refused: Vec<u64> = report.refused.iter().map(|(id, _)| id.id).collect();
    assert_eq!((report.added, &refused[..]), (10, &states[10..]));
}

/// A signal in the middle: `add` says so, and nothing more is tried; what was added goes as well, if it is to.
#[test]
fn who_interrupts_a_restore_has_what_was_asked_for() {
    for (all_or_nothing, added, taken_back) in [(false, 2, 0), (true, 0, 2)] {
        let mut kernel = Interrupted(FakeKernel::new(form()), 2);
        let edits = Edits::default();
        let states = table(&[1, 2, 3, 4]);
        let done = restore::restore(states, &edits, form(), Some(&mut kernel), all_or_nothing);
        let report = done.unwrap().report.unwrap();
        assert_eq!(report.failed.map(|error| error.kind()), Some(io::ErrorKind::Interrupted));
        assert_eq!((report.added, report.taken_back, report.not_tried), (added, taken_back, 2));
        assert_eq!(kernel.0.len(), added);
    }
}

/// What pf was about to take away is in dumps, and is no reason to restore none of the others.
#[test]
fn states_that_were_on_their_way_out_are_left_out() {
    for class in [21, 22] {
        let mut records = table(&[1, 2, 3]).as_bytes().to_vec();
        records[264 + 255] = class;
        let dump = StateTable::from_records(form(), TIME, records).unwrap();
        let mut text = Vec::new();
        dump::write(&dump, Format::Text, &mut text).unwrap();
        let options = Options { strict: true, ..Options::default() };
        let from_text = source::read(Box::new(io::Cursor::new(text)), "x", &options).unwrap().table;
        for table in [dump, from_text] {
            let mut kernel = FakeKernel::new(form());
            let done = restore::restore(table, &Edits::default(), form(), Some(&mut kernel), false);
            let outcome = done.unwrap();
            assert_eq!((outcome.edited.dying, ids(&outcome.table)), (1, vec![1, 3]));
            assert!(outcome.report.unwrap().is_complete() && kernel.len() == 2);
        }
    }
}

#[test]
fn all_or_nothing_takes_back_what_was_added_and_no_more() {
    let mut kernel = FakeKernel::with(&table(&[9]));
    kernel.limit = 3;
    let edits = Edits::default();
    let done = restore::restore(table(&[1, 2, 3, 4]), &edits, form(), Some(&mut kernel), true);
    let report = done.unwrap().report.unwrap();
    assert_eq!((report.added, report.taken_back, report.stuck), (0, 2, 0));
    assert_eq!((report.refused.len(), report.not_tried), (1, 1));
    assert_eq!(ids(&StateTable::of_kernel(&mut kernel).unwrap()), [9]);
}

/// A call that is not allowed fails once, not once for each state.
#[test]
fn an_error_of_the_call_itself_ends_it() {
    for number in [1, 13, 25] {
        let mut kernel = FakeKernel::new(form());
        kernel.refuse = Some((name(2), number));
        let edits = Edits::default();
        let done = restore::restore(table(&[1, 2, 3]), &edits, form(), Some(&mut kernel), false);
        let report = done.unwrap().report.unwrap();
        assert_eq!(report.failed.as_ref().unwrap().raw_os_error(), Some(number));
        assert_eq!((report.added, report.not_tried, kernel.added), (1, 2, 2));
    }
}

#[test]
fn states_are_chosen_renamed_and_grow_older() {
    let mut table = table(&[1, 2, 3]);
    let edits = Edits {
        only: Filter::new(&Choice { ifnames: vec!["em0".parse().unwrap()], ..Choice::default() }),
        interfaces: vec![
            (interface("em0"), interface("vio0")),
            (interface("vio0"), interface("em9")),
        ],
        now: Some(Time::new(TIME.secs() + 150, 0)),
    };
    let edited = restore::edit(&mut table, &edits);
    assert_eq!((edited.left_out, edited.renamed, edited.expired), (0, 3, 1));
    let states: Vec<State> = table.states().collect();
    let told: Vec<_> = states.iter().map(|s| (s.id.id, s.age_s, s.expire_s)).collect();
    assert_eq!(told, [(2, 180, 50), (3, 180, 150)]);
    assert!(states.iter().all(|state| state.ifname == interface("vio0")));
    let only = Filter::new(&Choice { ifnames: vec!["em0".parse().unwrap()], ..Choice::default() });
    assert_eq!(restore::edit(&mut table, &Edits { only, ..Edits::default() }).left_out, 2);
    let edits = Edits { now: Some(Time::new(1, 0)), ..Edits::default() };
    let edited = restore::edit(&mut table, &edits);
    assert!(edited.is_future && edited.expired == 0);
    let undated = StateTable::new(form(), Time::default());
    let edits = Edits { now: Some(TIME), ..Edits::default() };
    let done = restore::restore(undated, &edits, form(), None, false);
    assert_eq!(done.unwrap_err(), RestoreError::NoTime);
}
