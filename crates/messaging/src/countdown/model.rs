//! Draws the time that is left: days, hours, minutes, seconds, each under its letter. Pure.
//!
//! Digits are seven bars each, so no font is needed. Frames after the first hold only what changed.

use gif::{DisposalMethod, Encoder, Frame, Repeat};
use kernel::{OrFault, Result};

/// Seconds that the animation goes on.
pub const FRAMES_MAX: i64 = 60;
/// Days shown at most.
const DAYS_MAX: i64 = 99;
/// Width of the picture in pixels; shown at half of it, so that it is sharp on fine screens.
pub const WIDTH: u16 = 2 * MARGIN + 8 * DIGIT_WIDTH + 4 * GAP + 3 * GROUP_GAP;
/// Height of the picture in pixels.
pub const HEIGHT: u16 = 2 * MARGIN + DIGIT_HEIGHT + GAP + 7 * LETTER_SCALE;
const MARGIN: u16 = 8;
const DIGIT_WIDTH: u16 = 44;
const DIGIT_HEIGHT: u16 = 72;
const BAR: u16 = 9;
const GAP: u16 = 10;
const GROUP_GAP: u16 = 28;
const LETTER_SCALE: u16 = 2;

/// Bars of each digit: top, upper left, upper right, middle, lower left, lower right, bottom.
const BARS: [[bool; 7]; 10] = {
    const fn of(bits: u8) -> [bool; 7] {
        let mut bars = [false; 7];
        let mut i = 0;
        while i < 7 {
            bars[i] = bits >> (6 - i) & 1 == 1;
            i += 1;
        }
        bars
    }
    [
        of(0b1110111),
        of(0b0010010),
        of(0b1011101),
        of(0b1011011),
        of(0b0111010),
        of(0b1101011),
        of(0b1101111),
        of(0b1010010),
        of(0b1111111),
        of(0b1111011),
    ]
};

/// Letters under the groups, five pixels wide and seven high.
const LETTERS: [[u8; 7]; 4] = [
    [0b11110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b11110],
    [0b10001, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001],
    [0b10001, 0b11011, 0b10101, 0b10101, 0b10001, 0b10001, 0b10001],
    [0b01111, 0b10000, 0b10000, 0b01110, 0b00001, 0b00001, 0b11110],
];

/// Colours of a countdown.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Look {
    /// Of the digits.
    pub color: [u8; 3],
    /// Behind them.
    pub background: [u8; 3],
}

const BACKGROUND: u8 = 0;
const DIGITS: u8 = 1;
const SMALL: u8 = 2;

/// Reads the name of a picture, `1796083200-111827-ffffff.gif`: when it ends in seconds since 1970, and its
/// colours.
pub fn parse_name(name: &str) -> Option<(i64, Look)> {
    let mut parts = name.strip_suffix(".gif")?.rsplitn(3, '-');
    let (background, color) = (rgb(parts.next()?)?, rgb(parts.next()?)?);
    let ends = parts.next()?.parse::<i64>().ok().filter(|ends| ends.abs() < 1_000_000_000_000)?;
    Some((ends, Look { color, background }))
}

fn rgb(digits: &str) -> Option<[u8; 3]> {
    if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let part = |from: usize| u8::from_str_radix(&digits[from..from + 2], 16).ok();
    Some([part(0)?, part(2)?, part(4)?])
}

/// The animation that begins with so many seconds left. At the end it stands at zero.
pub fn picture(left: i64, look: Look) -> Result<Vec<u8>> {
    let left = left.max(0);
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, WIDTH, HEIGHT, &palette(look)).or_fault("begin a countdown")?;
    encoder.set_repeat(Repeat::Finite(0)).or_fault("begin a countdown")?;
    let mut shown: Option<Canvas> = None;
    for second in 0..=left.min(FRAMES_MAX - 1) {
        let canvas = Canvas::of(left - second);
        encoder.write_frame(&canvas.since(shown.as_ref())).or_fault("draw a countdown")?;
        shown = Some(canvas);
    }
    drop(encoder);
    Ok(out)
}

fn palette(look: Look) -> Vec<u8> {
    let between = |i: usize| ((u16::from(look.color[i]) * 2 + u16::from(look.background[i])) / 3) as u8;
    let small = [between(0), between(1), between(2)];
    [look.background, look.color, small, look.background].concat()
}

struct Canvas(Vec<u8>);

impl Canvas {
    fn of(left: i64) -> Self {
        let mut canvas = Canvas(vec![BACKGROUND; usize::from(WIDTH) * usize::from(HEIGHT)]);
        let groups = [(left / 86_400).min(DAYS_MAX), left / 3_600 % 24, left / 60 % 60, left % 60];
        let mut x = MARGIN;
        for (number, letter) in groups.into_iter().zip(&LETTERS) {
            canvas.digit(x, (number / 10 % 10) as usize);
            canvas.digit(x + DIGIT_WIDTH + GAP, (number % 10) as usize);
            canvas.letter(x + DIGIT_WIDTH + GAP / 2 - 5 * LETTER_SCALE / 2, letter);
            x += 2 * DIGIT_WIDTH + GAP + GROUP_GAP;
        }
        canvas
    }

    fn fill(&mut self, x: u16, y: u16, width: u16, height: u16, color: u8) {
        for row in y..y + height {
            let start = usize::from(row) * usize::from(WIDTH) + usize::from(x);
            self.0[start..start + usize::from(width)].fill(color);
        }
    }

    fn digit(&mut self, x: u16, digit: usize) {
        let (y, across, down) = (MARGIN, DIGIT_WIDTH - 2 * BAR, (DIGIT_HEIGHT - 3 * BAR) / 2);
        let (right, middle) = (x + DIGIT_WIDTH - BAR, y + BAR + down);
        let bars = [
            (x + BAR, y, across, BAR),
            (x, y + BAR, BAR, down),
            (right, y + BAR, BAR, down),
            (x + BAR, middle, across, BAR),
            (x, middle + BAR, BAR, down),
            (right, middle + BAR, BAR, down),
            (x + BAR, middle + BAR + down, across, BAR),
        ];
        for (lit, (x, y, width, height)) in BARS[digit].into_iter().zip(bars) {
            if lit {
                self.fill(x, y, width, height, DIGITS);
            }
        }
    }

    fn letter(&mut self, x: u16, letter: &[u8; 7]) {
        for (row, bits) in (0_u16..).zip(letter) {
            for column in (0..5_u16).filter(|column| bits >> (4 - column) & 1 == 1) {
                let y = MARGIN + DIGIT_HEIGHT + GAP + row * LETTER_SCALE;
                self.fill(x + column * LETTER_SCALE, y, LETTER_SCALE, LETTER_SCALE, SMALL);
            }
        }
    }

    /// The frame that makes this of what is shown.
    fn since(&self, shown: Option<&Canvas>) -> Frame<'static> {
        let (left, top, width, height) = match shown {
            Some(shown) => self.changed(shown),
            None => (0, 0, WIDTH, HEIGHT),
        };
        let row = |y: u16| {
            let start = usize::from(y) * usize::from(WIDTH) + usize::from(left);
            &self.0[start..start + usize::from(width)]
        };
        let pixels: Vec<u8> = (top..top + height).flat_map(|y| row(y).iter().copied()).collect();
        Frame {
            delay: 100,
            dispose: DisposalMethod::Keep,
            left,
            top,
            width,
            height,
            buffer: pixels.into(),
            ..Frame::default()
        }
    }

    /// The smallest rectangle around what differs; one pixel if nothing does.
    fn changed(&self, other: &Canvas) -> (u16, u16, u16, u16) {
        let differ = self.0.iter().zip(&other.0).enumerate().filter(|(_, (a, b))| a != b);
        let (mut left, mut right, mut top, mut bottom) = (WIDTH - 1, 0, HEIGHT - 1, 0);
        for (at, _) in differ {
            let (x, y) = ((at % usize::from(WIDTH)) as u16, (at / usize::from(WIDTH)) as u16);
            (left, right, top, bottom) = (left.min(x), right.max(x), top.min(y), bottom.max(y));
        }
        match left <= right {
            true => (left, top, right - left + 1, bottom - top + 1),
            false => (0, 0, 1, 1),
        }
    }
}
