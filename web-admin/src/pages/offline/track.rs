//! Between the scrollbar and the rows. Browsers draw no element higher than some 17 million pixels, fewer than a million rows
//! need: beyond that the bar's track is shorter than the list, one to one at both ends and compressed between them.

/// Pixels that every browser can scroll over.
const HIGHEST: f64 = 8_000_000.0;
/// At each end of the track, where one pixel is one pixel.
const EXACT: f64 = 1_000_000.0;

/// All in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Track {
    /// Height of all rows.
    pub content: f64,
    /// Height of the window onto them.
    pub window: f64,
}

impl Track {
    pub fn height(self) -> f64 {
        self.content.min(HIGHEST)
    }

    pub fn is_compressed(self) -> bool {
        self.content > HIGHEST
    }

    /// The last position in the list, and on the track.
    fn ends(self) -> (f64, f64) {
        ((self.content - self.window).max(0.0), (self.height() - self.window).max(0.0))
    }

    pub fn clamp(self, top: f64) -> f64 {
        top.clamp(0.0, self.ends().0)
    }

    /// What the bar at `position` shows at the top.
    pub fn top_at(self, position: f64) -> f64 {
        let (last, end) = self.ends();
        if !self.is_compressed() || position <= EXACT {
            return position.clamp(0.0, last);
        }
        if position >= end - EXACT {
            return (last - (end - position)).clamp(0.0, last);
        }
        EXACT + (position - EXACT) * (last - 2.0 * EXACT) / (end - 2.0 * EXACT)
    }

    /// Where the bar stands when `top` is shown.
    pub fn position_of(self, top: f64) -> f64 {
        let (last, end) = self.ends();
        let top = self.clamp(top);
        if !self.is_compressed() || top <= EXACT {
            return top;
        }
        if top >= last - EXACT {
            return end - (last - top);
        }
        EXACT + (top - EXACT) * (end - 2.0 * EXACT) / (last - 2.0 * EXACT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_fits_scrolls_as_it_is() {
        let track = Track { content: 6_400.0, window: 640.0 };
        assert_eq!((track.height(), track.top_at(100.0), track.position_of(100.0)), (6_400.0, 100.0, 100.0));
        assert_eq!((track.top_at(9_999.0), track.clamp(-5.0)), (5_760.0, 0.0));
    }

    #[test]
    fn a_million_rows_are_reached_from_end_to_end_and_one_to_one_at_both() {
        let track = Track { content: 64_000_000.0, window: 640.0 };
        let end = track.height() - track.window;
        assert_eq!((track.height(), track.top_at(0.0), track.top_at(end)), (8_000_000.0, 0.0, 63_999_360.0));
        assert_eq!((track.top_at(500.0), track.top_at(end - 64.0)), (500.0, 63_999_296.0));
        for top in [0.0, 1.0, 999_999.0, 32_000_000.0, 63_500_000.0, 63_999_360.0] {
            assert!((track.top_at(track.position_of(top)) - top).abs() < 0.01, "{top}");
        }
    }
}
