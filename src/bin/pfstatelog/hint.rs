//! Hints: that somebody listens in the wrong place, that there is no room for more states.

#![forbid(unsafe_code)]

use pfstatelog::decode::Decoder;
use pfstatelog::event::{Body, Event, Reason, Told};
use pfstatelog::wire::Action;

use crate::say::say;

/// Says once that states of another creator are told of that were never seen. pfsync0 shows only what
/// its own host sends: after a failover it updates and deletes states that its peer made.
#[derive(Debug, Default)]
pub struct Foreign {
    /// Who made the states that are seen from their beginning.
    own: Option<u32>,
    said: bool,
}

impl Foreign {
    /// Looks at an event.
    #[inline]
    pub fn look(&mut self, event: &Event<'_>) {
        if self.said {
            return;
        }
        let Body::State(Told { id, full, unknown, .. }) = event.body else { return };
        if full && event.action == Some(Action::Ins) {
            self.own.get_or_insert(id.creatorid);
        } else if unknown && self.own.is_some_and(|own| own != id.creatorid) {
            self.said = true;
            say!(
                "states of creator {:08x} are told of that were not seen from their beginning: on \
                 a CARP pair listen on the syncdev, which carries what both hosts say",
                id.creatorid
            );
        }
    }
}

/// Says what to do if the very first frame cannot be read: the wrong release, or what is no pfsync.
#[derive(Debug, Default)]
pub struct First {
    seen: bool,
}

impl First {
    /// Looks at an event.
    #[inline]
    pub fn look(&mut self, event: &Event<'_>) {
        if !self.seen {
            self.seen = true;
            self.say(event);
        }
    }

    #[cold]
    fn say(&self, event: &Event<'_>) {
        if let Body::Gap(gap) = &event.body
            && matches!(gap.reason, Reason::Frame(_) | Reason::Misread(_) | Reason::Link(_))
        {
            let of = event.source.map_or(String::new(), |source| format!(" of {source}"));
            say!(
                "the first frame{of} cannot be read: {}; if its sender is known, name it (-R); -d \
                 tells of each frame",
                gap.reason
            );
        }
    }
}

/// Says once that nine tenths of the states that the mirror may hold are there.
#[derive(Debug, Default)]
pub struct Fullness {
    said: bool,
}

impl Fullness {
    /// Looks at the table.
    #[inline]
    pub fn look(&mut self, decoder: &Decoder) {
        let Some(table) = decoder.table().filter(|_| !self.said) else { return };
        if table.len() as u64 * 10 >= table.max_states() as u64 * 9 {
            self.said = true;
            say!(
                "{} of at most {} states are known: past that overdue states leave first, then \
                 those nearest to expiry (--max-states says how many)",
                table.len(),
                table.max_states()
            );
        }
    }
}
