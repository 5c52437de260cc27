//! Measures that a few bright stars cannot spoil.

/// The middle of a sample and the usual distance from it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spread {
    /// Half of the values lie below.
    pub median: f32,
    /// Half of the values lie nearer to the median than this.
    pub mad: f32,
}

impl Spread {
    /// Of some values; of none, zero. Values that are not numbers are left out. Reorders its argument.
    pub fn of(values: &mut Vec<f32>) -> Self {
        values.retain(|value| value.is_finite());
        let Some(median) = middle(values) else {
            return Self::default();
        };
        for value in values.iter_mut() {
            *value = (*value - median).abs();
        }
        let mad = middle(values).unwrap_or_default();
        Self { median, mad }
    }

    /// The standard deviation of a normal distribution with this spread.
    pub fn sigma(&self) -> f32 {
        1.4826 * self.mad
    }
}

/// The median of finite values; the lower one of two. Reorders its argument.
pub(crate) fn middle(values: &mut [f32]) -> Option<f32> {
    if values.is_empty() {
        return None;
    }
    let index = (values.len() - 1) / 2;
    Some(*values.select_nth_unstable_by(index, f32::total_cmp).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_bright_values_move_nothing() {
        let mut values: Vec<f32> = (0..101).map(|i| i as f32).collect();
        values.extend([1e9, f32::NAN, f32::INFINITY]);
        let spread = Spread::of(&mut values);
        assert!((spread.median - 50.0).abs() <= 1.0);
        assert!((spread.mad - 25.0).abs() <= 1.0);
        assert_eq!(Spread::of(&mut vec![f32::NAN]), Spread::default());
    }
}
