//! A hint for whoever listens in the wrong place.

#![forbid(unsafe_code)]

use pfstatelog::event::{Body, Event, Told};
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
