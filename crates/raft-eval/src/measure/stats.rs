//! What is said of many values: sums of integers first, so that neither the order of trials nor the machine can show.

/// The values of one measure over all trials of a series.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// Trials that came to an end.
    pub finished: u32,
    /// Trials that were given up at the horizon.
    pub unfinished: u32,
    /// The mean of those that came to an end.
    pub mean: f64,
    /// Half of the width of the mean's confidence interval of 95 percent.
    pub ci95: f64,
    /// The smallest value.
    pub min: u64,
    /// A tenth of all trials are not above it. Quantiles are values of trials (nearest rank).
    pub p10: u64,
    /// Half of them.
    pub median: u64,
    /// Nine tenths.
    pub p90: u64,
    /// All but one in a hundred.
    pub p99: u64,
    /// The largest value.
    pub max: u64,
}

impl Summary {
    /// Sums the values of all trials up; none stands for a trial that was given up.
    pub fn of(values: &[Option<u64>]) -> Self {
        let mut sorted: Vec<u64> = values.iter().flatten().copied().collect();
        sorted.sort_unstable();
        let unfinished = (values.len() - sorted.len()) as u32;
        let (Some(min), Some(max)) = (sorted.first().copied(), sorted.last().copied()) else {
            return Self { unfinished, ..Self::default() };
        };
        let (mean, ci95) = mean_with_interval(&sorted);
        let at = |percent| quantile(&sorted, percent);
        Self {
            finished: sorted.len() as u32,
            unfinished,
            mean,
            ci95,
            min,
            p10: at(10),
            median: at(50),
            p90: at(90),
            p99: at(99),
            max,
        }
    }
}

/// The nearest rank: the smallest value that so many percent of all are not above.
pub fn quantile(sorted: &[u64], percent: u64) -> u64 {
    let rank = (sorted.len() as u64 * percent).div_ceil(100).max(1);
    sorted.get(rank as usize - 1).copied().unwrap_or_default()
}

/// 97.5 percent of a normal distribution lie below so many standard deviations.
const Z: f64 = 1.959_963_984_540_054;

fn mean_with_interval(values: &[u64]) -> (f64, f64) {
    let count = values.len() as u128;
    let sum: u128 = values.iter().map(|value| u128::from(*value)).sum();
    let squares: u128 = values.iter().map(|value| u128::from(*value) * u128::from(*value)).sum();
    let mean = sum as f64 / count as f64;
    if count < 2 {
        return (mean, 0.0);
    }
    // n times the sum of squared distances from the mean, without rounding.
    let spread = (count * squares).saturating_sub(sum * sum);
    let variance = spread as f64 / (count * (count - 1)) as f64;
    // A square root is exact to the last digit on every machine (IEEE 754).
    (mean, Z * (variance / count as f64).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_of_trials() {
        let values: Vec<Option<u64>> = (1..=10).rev().map(Some).chain([None]).collect();
        let summary = Summary::of(&values);
        assert_eq!((summary.finished, summary.unfinished), (10, 1));
        assert_eq!((summary.min, summary.p10, summary.median, summary.p90, summary.max), (1, 1, 5, 9, 10));
        assert_eq!(Summary::of(&[None]), Summary { unfinished: 1, ..Summary::default() });
    }

    #[test]
    fn the_interval_is_that_of_the_textbook() {
        // Variance of 2, 4, 4, 4, 5, 5, 7, 9 is 32/7.
        let values: Vec<Option<u64>> = [2, 4, 4, 4, 5, 5, 7, 9].map(Some).to_vec();
        let summary = Summary::of(&values);
        assert!((summary.mean - 5.0).abs() < 1e-12);
        assert!((summary.ci95 - 1.959_963_984_540_054 * (32.0f64 / 7.0 / 8.0).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn values_far_from_zero_lose_nothing() {
        let far = 9_000_000_000_000;
        let summary = Summary::of(&[Some(far), Some(far + 2)]);
        assert!((summary.mean - (far + 1) as f64).abs() < 1e-3);
        assert!((summary.ci95 - Z).abs() < 1e-9);
    }
}
