//! The invariant of walking a frame: every byte is accounted for, and walking it takes no more steps
//! than it has bytes for.

#![forbid(unsafe_code)]

use crate::abi::{Dialect, Layout, Release, with_dialect};
use crate::wire::{Believed, ErrorKind, Frame, Layer, Message, WireError};

/// Runs `$body` with `$dialect` as the type of each layout that there is.
macro_rules! in_every_layout {
    ($layout:ident, $dialect:ident => $body:expr) => {
        $crate::fuzzing::account::in_every_layout!(@ $layout, $dialect => $body;
            DragonFly1_0 dragonfly_1_0, DragonFly2_8 dragonfly_2_8, FreeBsd7_0 freebsd_7_0,
            FreeBsd8_0 freebsd_8_0, FreeBsd9_0 freebsd_9_0, FreeBsd14_0 freebsd_14_0,
            FreeBsd15_0 freebsd_15_0, OpenBsd4_5 openbsd_4_5, OpenBsd4_6 openbsd_4_6,
            OpenBsd4_7 openbsd_4_7, OpenBsd4_8 openbsd_4_8, OpenBsd4_9 openbsd_4_9,
            OpenBsd5_0 openbsd_5_0, OpenBsd5_1 openbsd_5_1, OpenBsd5_2 openbsd_5_2,
            OpenBsd5_7 openbsd_5_7, OpenBsd6_9 openbsd_6_9, OpenBsd7_9 openbsd_7_9)
    };
    (@ $layout:ident, $dialect:ident => $body:expr; $($name:ident $module:ident),+) => {{
        // A layout without an arm does not compile.
        let _ = |layout| match layout { $(crate::abi::Layout::$name => (),)+ };
        $({
            let $layout = crate::abi::Layout::$name;
            type $dialect = crate::abi::$module::Dialect;
            $body
        })+
    }};
}
pub(super) use in_every_layout;

/// What came out of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Account {
    /// Whole records.
    pub records: usize,
    /// Skipped sections that announce at least one record.
    pub skipped: usize,
    /// Why it ended.
    pub error: Option<WireError>,
}

/// Walks the frame in one layout.
pub fn of_layout(frame: &Frame<'_>, layout: Layout, place: &str) -> Account {
    with_dialect!(layout, D => account::<D>(frame, layout, place))
}

/// Walks the frame in each layout.
pub fn everywhere(frame: &Frame<'_>, place: &str) {
    let mut layouts = 0;
    in_every_layout!(layout, D => {
        account::<D>(frame, layout, place);
        layouts += 1;
    });
    let mut known: Vec<_> = Release::ALL.iter().map(|release| release.layout()).collect();
    known.sort();
    known.dedup();
    assert_eq!(layouts, known.len(), "layouts that are walked");
}

/// Walks a frame by sections and by messages. Header, section headers, records, what was skipped
/// and what stands from the error on make up the frame, and both walks agree.
pub fn account<D: Dialect>(frame: &Frame<'_>, layout: Layout, place: &str) -> Account {
    let end = frame.wire_len();
    let (mut at, header_len) = match frame.version() {
        2 => (4, 0),
        3 | 4 => (20, 0),
        _ => (20, 4),
    };
    let mut account = Account::default();
    let mut sections = frame.sections_of(layout);
    if frame.version() != D::VERSION {
        let error = sections.next().unwrap().unwrap_err();
        assert_eq!(error.kind, ErrorKind::Version(frame.version()), "{place}: {layout:?}");
        assert!(sections.next().is_none(), "{place}: {layout:?}: it stays ended");
        return Account { error: Some(error), ..account };
    }
    let mut steps = 0;
    for section in sections.by_ref() {
        steps += 1;
        match section {
            Ok(section) => {
                assert_eq!(account.error, None, "{place}: {layout:?}: a section after an error");
                if header_len > 0 {
                    assert_eq!(section.offset, at, "{place}: {layout:?}: where a section begins");
                }
                at += header_len + section.body.len();
                let stride = section.stride_bytes;
                if section.action.is_some() {
                    assert_eq!(
                        section.body.len() % stride,
                        0,
                        "{place}: {layout:?}: whole records"
                    );
                    account.records += section.body.len() / stride;
                } else if frame.version() != 5 {
                    // That of version 5 is EOF, which skips nothing.
                    account.skipped += usize::from(section.header.count > 0);
                }
            }
            Err(error) => {
                assert_eq!(account.error, None, "{place}: {layout:?}: two errors");
                account.error = Some(error);
            }
        }
    }
    assert!(sections.next().is_none(), "{place}: {layout:?}: it stays ended");
    match account.error {
        None => assert_eq!(at, end, "{place}: {layout:?}: the end of the frame"),
        Some(error) => {
            // Records that the frame has no room for: their section header was read and believed.
            let lie = matches!(error.kind, ErrorKind::Short { believed: Believed::Header, .. });
            let headers = if lie && error.layer == Layer::Records { header_len } else { 0 };
            // Where a frame is one section its header is the frame's.
            let at = if header_len == 0 && error.layer == Layer::Section { 0 } else { at };
            assert_eq!(error.offset, at + headers, "{place}: {layout:?}: where the error is");
            assert!(error.offset <= end, "{place}: {layout:?}: {error:?}");
        }
    }
    // The shortest section has its header alone, the shortest record 4 bytes.
    assert!(steps <= frame.bytes().len() / 4 + 2, "{place}: {layout:?}: {steps} steps");
    assert!(account.records <= frame.bytes().len() / 4, "{place}: {layout:?}: {account:?}");
    messages::<D>(frame, &account, (place, layout));
    account
}

fn messages<D: Dialect>(frame: &Frame<'_>, account: &Account, place: (&str, Layout)) {
    let mut messages = frame.messages::<D>();
    let mut ours = Account::default();
    let mut last = 0;
    while let Some(message) = messages.next() {
        assert_eq!(ours.error, None, "{place:?}: a message after an error");
        assert!(messages.offset() >= last, "{place:?}: offsets grow");
        last = messages.offset();
        match message {
            Ok(Message::Skipped(skipped)) => {
                assert!(skipped.action.is_none_or(|action| !action.name().is_empty()));
                ours.skipped += 1;
            }
            Ok(message) => {
                let action = message.action().expect("only what is skipped has no name");
                assert!(action.is_decoded(), "{place:?}: {action:?}");
                assert_eq!(action.told().told(), action.told());
                ours.records += 1;
            }
            Err(error) => {
                assert!(error.to_string().contains(&error.offset.to_string()), "{error}");
                assert_eq!(messages.offset(), error.offset, "{place:?}");
                ours.error = Some(error);
            }
        }
    }
    assert!(messages.next().is_none(), "{place:?}: it stays ended");
    assert_eq!(ours, *account, "{place:?}: messages and sections");
}
