//! The screen: two lines about all of it, the columns' titles, states, and a line of keys.

#![forbid(unsafe_code)]

use pfstatelog::format::write_address;
use pfstatelog::line::Line;
use pfstatelog::time::Rfc3339;
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::style::{Modifier, Style};

use super::columns::{Column, cut, layout, short};
use super::model::Model;

/// Lines that are no states.
const FRAME_LINES: u16 = 4;

/// Draws all of it.
pub fn draw(frame: &mut Frame<'_>, model: &mut Model) {
    let area = frame.area();
    let (width, height) = (usize::from(area.width), area.height);
    let page = model.page(usize::from(height.saturating_sub(FRAME_LINES)));
    let buffer = frame.buffer_mut();
    // The lines that tell most are there even where there is no room for all.
    let bold = Style::new().add_modifier(Modifier::BOLD);
    let reversed = Style::new().add_modifier(Modifier::REVERSED);
    put(buffer, 0, &summary(model, width), bold);
    put(buffer, 1, &talkers(model), Style::new());
    let cells: Vec<[String; Column::ALL.len()]> = page
        .iter()
        .map(|(state, rate)| {
            Column::ALL.map(|c| c.text(state, *rate, (model.order, model.options)))
        })
        .collect();
    let wanted = std::array::from_fn(|at| {
        let column = Column::ALL[at];
        let texts = cells.iter().map(|row| row[at].len());
        let title = column.title(model.order).len() + usize::from(column.is_order(model.order));
        match column {
            Column::Destination if model.options.no_dst => 0,
            _ => texts.max().unwrap_or(0).max(title),
        }
    });
    let columns = layout(width, wanted);
    let mark = if model.is_reversed() { "^" } else { "v" };
    let title = |column: Column| match column.is_order(model.order) {
        true => format!("{}{mark}", column.title(model.order)),
        false => column.title(model.order).to_string(),
    };
    let titles = row(&columns, title);
    put(buffer, 2, &format!("{titles:width$}"), reversed);
    for (y, cells) in (3..).zip(&cells) {
        let text = |column: Column| {
            let at = Column::ALL.iter().position(|other| *other == column).unwrap_or_default();
            cells[at].clone()
        };
        put(buffer, y, &row(&columns, text), Style::new());
    }
    if height > 0 {
        put(buffer, height - 1, &below(model, page.len()), bold);
    }
}

/// Writes a line, or none where the screen has no such line; the screen cuts it.
fn put(buffer: &mut Buffer, y: u16, text: &str, style: Style) {
    if y < buffer.area.height {
        buffer.set_stringn(0, y, text, buffer.area.width.into(), style);
    }
}

/// A row of cells, each as wide as its column.
fn row(columns: &[(Column, usize)], text: impl Fn(Column) -> String) -> String {
    let cell = |(column, width): &(Column, usize)| {
        let (text, width) = (cut(&text(*column), *width), *width);
        if column.is_right() { format!("{text:>width$}") } else { format!("{text:width$}") }
    };
    columns.iter().map(cell).collect::<Vec<_>>().join(" ")
}

/// States, rates, source and time; the source gives way.
fn summary(model: &Model, width: usize) -> String {
    let states = model.table().map_or(0, |table| table.len());
    let shown = match model.len() {
        shown if shown == states => String::new(),
        shown => format!(" ({shown} shown)"),
    };
    let rates = model.total().map_or(String::new(), |total| {
        format!("  {} packets/s  {} bytes/s", short(total.packets), short(total.bytes))
    });
    let mut time = Line::new();
    if let Some(at) = model.time() {
        Rfc3339::default().write_secs(&mut time, at);
    }
    let time = String::from_utf8_lossy(time.as_bytes()).into_owned();
    let left = format!("{states} states{shown}{rates}");
    let room = width.saturating_sub(left.len() + time.len() + 4).max(8);
    format!("{left}  {}  {time}", cut(&printable(&model.name), room))
}

/// Who talks most.
fn talkers(model: &Model) -> String {
    let mut line = Line::new();
    for (at, (addr, bytes)) in model.talkers().iter().enumerate() {
        line.extend_from_slice(if at == 0 { b"top talkers: " } else { b", " });
        write_address(&mut line, *addr);
        line.extend_from_slice(format!(" {}", short(*bytes)).as_bytes());
    }
    String::from_utf8_lossy(line.as_bytes()).into_owned()
}

/// What is typed, what went wrong, or which keys there are.
fn below(model: &Model, rows: usize) -> String {
    if let Some(prompt) = &model.prompt {
        return format!("hosts, with commas between: {}_", printable(prompt));
    }
    if let Some(error) = &model.error {
        return printable(error);
    }
    let hosts = match model.hosts() {
        "" => String::new(),
        hosts => format!("  hosts {}", printable(hosts)),
    };
    let (from, to) = (model.top() + usize::from(rows > 0), model.top() + rows);
    let (of, order) = (model.len(), model.order.name());
    format!("{from}-{to} of {of} by {order}  q quit  s sort  r reverse  / hosts{hosts}")
}

/// A name from outside: nothing in it reaches the terminal as a command, or is wider than it looks.
fn printable(text: &str) -> String {
    let is_plain = |char: char| char.is_ascii_graphic() || char == ' ';
    text.chars().map(|char| if is_plain(char) { char } else { '?' }).collect()
}

#[cfg(test)]
mod tests {
    use pfstatelog::format::Options;
    use pfstatelog::list::Listing;
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use super::super::model::tests::model;
    use super::super::model::{Key, Model};
    use super::*;

    /// What is on a screen of this size.
    fn screen(model: &mut Model, width: u16, height: u16) -> Vec<String> {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| draw(frame, model)).unwrap();
        let cells = terminal.backend().buffer().content();
        let line = |line: &[ratatui::buffer::Cell]| {
            line.iter().map(|cell| cell.symbol()).collect::<String>().trim_end().to_string()
        };
        cells.chunks(usize::from(width).max(1)).map(line).collect()
    }

    #[test]
    fn a_wide_screen_shows_all() {
        let lines = screen(&mut model(), 132, 8);
        let expected = [
            "3 states  1.5 packets/s  1.5k bytes/s  here  1970-01-01T00:01:40Z",
            "",
            "PROTO SOURCE             NAT               DESTINATION      STATES                   AGE  EXPIRES PACKETS/S BYTES/Sv",
            "tcp   192.168.1.12:51234 203.0.113.7:60211 198.51.100.9:443 ESTABLISHED:ESTABLISHED 0:07 24:00:00       0.5     1.5k",
            "tcp   192.168.1.10:51234 203.0.113.7:60211 198.51.100.9:443 ESTABLISHED:ESTABLISHED 0:50 24:00:00       1.0      2.0",
            "tcp   192.168.1.11:51234 203.0.113.7:60211 198.51.100.9:443 ESTABLISHED:ESTABLISHED 1:00 24:00:00         -        -",
            "",
            "1-3 of 3 by bytes/s  q quit  s sort  r reverse  / hosts",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn at_80_columns_addresses_are_whole() {
        let lines = screen(&mut model(), 80, 6);
        let row = "tcp   192.168.1.12:51234 203.0.113.7:60211 198.51.100.9:443 0:07     1.5k";
        assert_eq!(lines[3], row);
        assert_eq!(lines[4], row.replace(".12:", ".10:").replace("0:07     1.5k", "0:50      2.0"));
        assert_eq!(lines[5], "1-2 of 3 by bytes/s  q quit  s sort  r reverse  / hosts");
    }

    #[test]
    fn no_screen_is_too_small() {
        for (width, height) in [(0, 0), (1, 1), (3, 3), (20, 4), (500, 2), (40, 100)] {
            screen(&mut model(), width, height);
            let empty = Listing::default();
            screen(&mut Model::new("\x1b[2J".into(), empty, Options::default()), width, height);
        }
    }

    #[test]
    fn what_is_typed_and_what_fails_is_shown() {
        let mut model = model();
        model.name = "a\x1b[31m\u{202e}b".into();
        for char in "/192.168.1.12".chars() {
            model.key(Key::Char(char));
        }
        let lines = screen(&mut model, 100, 7);
        assert_eq!(lines[6], "hosts, with commas between: 192.168.1.12_");
        assert!(lines[0].contains("  a?[31m?b  "), "{}", lines[0]);
        model.key(Key::Enter);
        let lines = screen(&mut model, 100, 7);
        assert!(lines[0].starts_with("3 states (1 shown)"), "{}", lines[0]);
        assert!(lines[6].ends_with("/ hosts  hosts 192.168.1.12"), "{}", lines[6]);
        assert_eq!(lines[4], "");
        model.failed("gone\n".into());
        assert_eq!(screen(&mut model, 100, 7)[6], "gone?");
        model.options.no_dst = true;
        assert!(!screen(&mut model, 132, 7).concat().contains("198.51.100.9"));
    }
}
