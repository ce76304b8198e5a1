//! The stages as bars.

use plotters::drawing::DrawingAreaErrorKind;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::{Stage, digits};

const WIDTH: i32 = 800;
const ROW: i32 = 30;
/// Above the first bar.
const TOP: i32 = 50;
/// Where bars begin, and where the longest ends: beside them stand names and numbers.
const FROM: i32 = 180;
const TO: i32 = 720;

const FONT: &str = "sans-serif";
const BAR: RGBColor = RGBColor(0x3b, 0x6e, 0xa8);

/// A horizontal bar for each stage, as long as an event takes.
///
/// # Errors
/// What the drawing library says.
pub fn svg(stages: &[Stage]) -> Result<String, String> {
    let mut svg = String::new();
    draw(&mut svg, stages).map_err(|error| error.to_string())?;
    Ok(svg)
}

fn draw(svg: &mut String, stages: &[Stage]) -> Result<(), DrawingAreaErrorKind<std::io::Error>> {
    let height = TOP + ROW * stages.len() as i32 + 10;
    let area = SVGBackend::with_string(svg, (WIDTH as u32, height as u32)).into_drawing_area();
    area.fill(&WHITE)?;
    let style = |size: i32, h_pos: HPos| {
        (FONT, size).into_text_style(&area).pos(Pos::new(h_pos, VPos::Center))
    };
    let title = "Nanoseconds of an event, stage by stage";
    area.draw(&Text::new(title, (WIDTH / 2, TOP / 2), style(18, HPos::Center)))?;
    let longest = stages.iter().map(|stage| stage.ns_per_event).fold(0.0, f64::max);
    for (at, stage) in (0..).zip(stages) {
        let middle = TOP + ROW * at + ROW / 2;
        let length = f64::from(TO - FROM) * stage.ns_per_event / longest;
        // What takes next to nothing is a line still.
        let to = FROM + (length.round() as i32).max(1);
        let bar = [(FROM, middle - ROW / 3), (to, middle + ROW / 3)];
        area.draw(&Rectangle::new(bar, BAR.filled()))?;
        let name = stage.name.as_str();
        area.draw(&Text::new(name, (FROM - 8, middle), style(14, HPos::Right)))?;
        let number = digits(stage.ns_per_event);
        area.draw(&Text::new(number, (to + 6, middle), style(14, HPos::Left)))?;
    }
    area.present()
}
