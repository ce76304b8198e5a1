//! What is shown: the last look, in an order, through filters, from some place on.

#![forbid(unsafe_code)]

use pfstatelog::filter::{Choice, Filter, Net};
use pfstatelog::format::Options;
use pfstatelog::list::{Listing, Sort};
use pfstatelog::pf::StateTable;
use pfstatelog::state::{Address, State};
use pfstatelog::time::Time;

use super::look::{Look, Rate};

/// What states are shown by, those with the most of it first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    ByteRate,
    PacketRate,
    By(Sort),
}

impl Order {
    /// In which `s` goes through them.
    pub const ALL: [Self; 6] = [
        Self::ByteRate,
        Self::PacketRate,
        Self::By(Sort::Bytes),
        Self::By(Sort::Packets),
        Self::By(Sort::Age),
        Self::By(Sort::Expire),
    ];

    /// How it is called on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::ByteRate => "bytes/s",
            Self::PacketRate => "packets/s",
            Self::By(Sort::Bytes) => "bytes",
            Self::By(Sort::Packets) => "packets",
            Self::By(Sort::Age) => "age",
            Self::By(Sort::Expire) => "expires",
        }
    }

    fn next(self) -> Self {
        let at = Self::ALL.iter().position(|order| *order == self).unwrap_or_default();
        Self::ALL[(at + 1) % Self::ALL.len()]
    }

    /// What of a state it goes by. Of rates nobody knows all are less than none at all.
    fn key(self, state: &State, rate: Option<Rate>) -> u64 {
        // Thousandths: as whole numbers they have an order.
        let thousandths = |rate: f64| (rate * 1000.0) as u64 + 1;
        match self {
            Self::ByteRate => rate.map_or(0, |rate| thousandths(rate.bytes)),
            Self::PacketRate => rate.map_or(0, |rate| thousandths(rate.packets)),
            Self::By(sort) => sort.key(state),
        }
    }
}

/// A key, as far as it means anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Char(char),
    Enter,
    Escape,
    Back,
    /// Rows down, or up where it is negative.
    Move(isize),
    /// The same in screens.
    Page(isize),
    First,
    Last,
    Redraw,
    Quit,
}

/// What comes of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    Stay,
    Quit,
}

/// What is shown.
pub struct Model {
    /// What is looked at.
    pub name: String,
    pub options: Options,
    /// What was asked for on the command line: its order is the first.
    listing: Listing,
    pub order: Order,
    reverse: bool,
    /// What was typed behind `/`, and what it came to.
    hosts: String,
    host_filter: Option<Filter>,
    /// What is being typed there.
    pub prompt: Option<String>,
    /// Why the last look, or what was typed, came to nothing.
    pub error: Option<String>,
    look: Option<Look>,
    /// The numbers of the states that are shown, in order.
    shown: Vec<u32>,
    /// That is another order than what is asked for since: keys come faster than a million states are sorted.
    is_stale: bool,
    /// The first of them on the screen.
    top: usize,
    /// Rows that there are on the screen.
    rows: usize,
}

impl Model {
    /// Nothing so far.
    pub fn new(name: String, listing: Listing, options: Options) -> Self {
        Self {
            name,
            options,
            order: listing.sort.map_or(Order::ByteRate, Order::By),
            reverse: listing.reverse,
            listing,
            hosts: String::new(),
            host_filter: None,
            prompt: None,
            error: None,
            look: None,
            shown: Vec::new(),
            is_stale: false,
            top: 0,
            rows: 1,
        }
    }

    /// There was something new to see.
    pub fn take(&mut self, look: Look) {
        self.look = Some(look);
        self.error = None;
        self.arrange();
    }

    /// Looking failed: what was there stays.
    pub fn failed(&mut self, error: String) {
        self.error = Some(error);
    }

    /// The table that is shown.
    pub fn table(&self) -> Option<&StateTable> {
        self.look.as_ref().map(|look| &look.table)
    }

    /// When it was as it is shown.
    pub fn time(&self) -> Option<Time> {
        self.table().map(StateTable::time)
    }

    /// What goes through all states.
    pub fn total(&self) -> Option<Rate> {
        self.look.as_ref().and_then(|look| look.total)
    }

    /// Who opened the states that most goes through.
    pub fn talkers(&self) -> &[(Address, f64)] {
        self.look.as_ref().map_or(&[], |look| &look.talkers)
    }

    /// States that pass the filters.
    pub fn len(&self) -> usize {
        self.shown.len()
    }

    /// The first row's place among them.
    pub fn top(&self) -> usize {
        self.top
    }

    /// What hosts are asked for.
    pub fn hosts(&self) -> &str {
        &self.hosts
    }

    /// Whether the order is turned around.
    pub fn is_reversed(&self) -> bool {
        self.reverse
    }

    /// The states that are on a screen of so many rows.
    pub fn page(&mut self, rows: usize) -> Vec<(State, Option<Rate>)> {
        if self.is_stale {
            self.arrange();
        }
        self.rows = rows.max(1);
        self.top = self.top.min(self.shown.len().saturating_sub(self.rows));
        let Some(look) = &self.look else { return Vec::new() };
        let page = self.shown.iter().skip(self.top).take(rows);
        let state = |number: &u32| {
            let number = *number as usize;
            Some((look.table.state(number)?, look.rates.get(number).copied().flatten()))
        };
        page.filter_map(state).collect()
    }

    /// Does what a key says.
    pub fn key(&mut self, key: Key) -> Does {
        if key == Key::Quit {
            return Does::Quit;
        }
        if self.prompt.is_some() {
            self.typed(key);
            return Does::Stay;
        }
        match key {
            Key::Char('q' | 'Q') => return Does::Quit,
            Key::Char('s') => {
                self.order = self.order.next();
                self.is_stale = true;
            }
            Key::Char('r') => {
                self.reverse = !self.reverse;
                self.is_stale = true;
            }
            Key::Char('/') => self.prompt = Some(self.hosts.clone()),
            Key::Escape if !self.hosts.is_empty() => self.filter(String::new()),
            Key::Move(rows) => self.scroll(rows),
            Key::Page(pages) => self.scroll(pages * self.rows as isize),
            Key::Char('j') => self.scroll(1),
            Key::Char('k') => self.scroll(-1),
            Key::First => self.top = 0,
            Key::Last => self.top = self.shown.len(),
            _ => {}
        }
        self.top = self.top.min(self.shown.len().saturating_sub(self.rows));
        Does::Stay
    }

    fn scroll(&mut self, rows: isize) {
        self.top = self.top.saturating_add_signed(rows);
    }

    /// A key while somebody types behind `/`.
    fn typed(&mut self, key: Key) {
        /// More than any list of hosts that anybody types.
        const MAX_CHARS: usize = 200;
        let Some(prompt) = &mut self.prompt else { return };
        match key {
            Key::Char(char) if char.is_ascii_graphic() && prompt.len() < MAX_CHARS => {
                prompt.push(char);
            }
            Key::Back => drop(prompt.pop()),
            Key::Escape => self.prompt = None,
            Key::Enter => {
                let hosts = std::mem::take(prompt);
                self.prompt = None;
                self.filter(hosts);
            }
            _ => {}
        }
    }

    /// Only states of these hosts, or all for no host.
    fn filter(&mut self, hosts: String) {
        let nets: Result<Vec<Net>, _> =
            hosts.split(',').filter(|host| !host.is_empty()).map(str::parse).collect();
        match nets {
            Ok(nets) => {
                let choice = Choice { hosts: nets, ..Choice::default() };
                self.host_filter = Some(Filter::new(&choice)).filter(|filter| !filter.keeps_all());
                (self.hosts, self.error, self.top) = (hosts, None, 0);
                self.arrange();
            }
            Err(error) => self.error = Some(error.to_string()),
        }
    }

    /// Puts in order what is there now.
    fn arrange(&mut self) {
        self.is_stale = false;
        self.shown.clear();
        let Some(look) = &self.look else { return };
        let keeps = |state: &State| {
            self.listing.filter.keeps_state(state)
                && self.host_filter.as_ref().is_none_or(|filter| filter.keeps_state(state))
        };
        let mut order: Vec<(u64, u32)> = (0..)
            .zip(look.table.states().zip(&look.rates))
            .filter(|(_, (state, _))| keeps(state))
            .map(|(number, (state, rate))| {
                let key = self.order.key(&state, *rate);
                (if self.reverse { key } else { !key }, number)
            })
            .collect();
        order.sort_unstable();
        order.truncate(self.listing.top.unwrap_or(usize::MAX));
        self.shown.extend(order.into_iter().map(|(_, number)| number));
    }
}

#[cfg(test)]
pub mod tests {
    use super::super::look::tests::table;
    use super::*;

    /// Three states, of which the second has no rate that is known.
    pub fn model() -> Model {
        let mut model = Model::new("here".into(), Listing::default(), Options::default());
        let rate = |packets, bytes| Some(Rate { packets, bytes });
        model.take(Look {
            table: table(100, &[(1, 10, 50, 10, 1000), (2, 11, 60, 5, 5000), (3, 12, 7, 70, 700)]),
            rates: vec![rate(1.0, 2.0), None, rate(0.5, 1536.0)],
            total: rate(1.5, 1538.0),
            talkers: Vec::new(),
        });
        model
    }

    fn ids(model: &mut Model) -> Vec<u64> {
        model.page(10).iter().map(|(state, _)| state.id.id).collect()
    }

    #[test]
    fn s_goes_through_the_orders_and_r_turns_them() {
        let mut model = model();
        let mut seen = Vec::new();
        for _ in Order::ALL {
            seen.push((model.order.name(), ids(&mut model)));
            model.key(Key::Char('s'));
        }
        let expected = [
            ("bytes/s", vec![3, 1, 2]),
            ("packets/s", vec![1, 3, 2]),
            ("bytes", vec![2, 1, 3]),
            ("packets", vec![3, 1, 2]),
            ("age", vec![2, 1, 3]),
            ("expires", vec![1, 2, 3]),
        ];
        assert_eq!(seen, expected);
        assert_eq!(model.order, Order::ByteRate);
        model.key(Key::Char('r'));
        assert_eq!(ids(&mut model), [2, 1, 3]);
        assert_eq!(model.key(Key::Char('q')), Does::Quit);
    }

    #[test]
    fn hosts_are_typed_behind_a_slash() {
        let mut model = model();
        let keys = |model: &mut Model, text: &str| {
            text.chars().for_each(|char| assert_eq!(model.key(Key::Char(char)), Does::Stay));
        };
        keys(&mut model, "/192.168.1.12,192.168.1.10qs");
        assert_eq!(model.prompt.as_deref(), Some("192.168.1.12,192.168.1.10qs"));
        model.key(Key::Back);
        model.key(Key::Back);
        model.key(Key::Enter);
        assert_eq!(ids(&mut model), [3, 1]);
        assert_eq!(model.error, None);
        keys(&mut model, "/0");
        model.key(Key::Escape);
        assert_eq!((model.prompt.as_deref(), model.hosts()), (None, "192.168.1.12,192.168.1.10"));
        keys(&mut model, "/nobody");
        model.key(Key::Enter);
        assert!(model.error.is_some() && model.len() == 2);
        model.key(Key::Escape);
        assert_eq!(model.len(), 3);
        keys(&mut model, "/");
        assert_eq!(model.key(Key::Quit), Does::Quit);
    }

    #[test]
    fn rows_scroll_as_far_as_there_are_any() {
        let mut model = model();
        assert_eq!(model.page(2).len(), 2);
        for (key, top) in [
            (Key::Move(-1), 0),
            (Key::Move(1), 1),
            (Key::Move(1), 1),
            (Key::First, 0),
            (Key::Page(1), 1),
            (Key::Page(-1), 0),
            (Key::Last, 1),
        ] {
            model.key(key);
            assert_eq!(model.top(), top, "{key:?}");
        }
        // On a larger screen nothing stays empty.
        assert_eq!((model.page(3).len(), model.top()), (3, 0));
    }
}
