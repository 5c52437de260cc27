use std::time::Duration;

use skyhelm_sim::sky_camera::Conditions;
use skyhelm_units::{Angle, Mono};

/// How long a bank of cloud takes to drift in or away.
const DRIFTS_IN: Duration = Duration::from_secs(20);
/// What dew on the front lens makes of a star.
const DEWED: Angle = Angle::from_arcseconds(60.0);

/// What is between the lens and the stars.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weather {
    usual: Conditions,
    bank: Option<Bank>,
    is_dewed: bool,
}

/// Cloud on its way from one cover to another.
#[derive(Clone, Copy, Debug)]
struct Bank {
    from: f64,
    to: f64,
    since: Mono,
}

impl Weather {
    pub(crate) const fn new(usual: Conditions) -> Self {
        Self {
            usual,
            bank: None,
            is_dewed: false,
        }
    }

    /// How it is at a time.
    pub(crate) fn at(&self, now: Mono) -> Conditions {
        Conditions {
            cloud: self.cloud(now),
            seeing: if self.is_dewed {
                DEWED
            } else {
                self.usual.seeing
            },
            ..self.usual
        }
    }

    /// A bank of cloud drifts in.
    pub(crate) fn cloud_over(&mut self, now: Mono, cover: f64) {
        self.bank = Some(Bank {
            from: self.cloud(now),
            to: cover,
            since: now,
        });
    }

    /// It drifts away.
    pub(crate) fn clear_up(&mut self, now: Mono) {
        self.cloud_over(now, self.usual.cloud);
    }

    /// Dew settles on the front lens, or is wiped off.
    pub(crate) fn set_dew(&mut self, is_dewed: bool) {
        self.is_dewed = is_dewed;
    }

    fn cloud(&self, now: Mono) -> f64 {
        let Some(bank) = self.bank else {
            return self.usual.cloud;
        };
        let part = now.since(bank.since).div_duration_f64(DRIFTS_IN).min(1.0);
        bank.from + (bank.to - bank.from) * part
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bank_of_cloud_drifts_in_and_away() {
        let at = |seconds| Mono::from_elapsed(Duration::from_secs(seconds));
        let mut weather = Weather::new(Conditions::default());
        weather.cloud_over(at(100), 0.8);
        assert!(weather.at(at(100)).cloud < 1e-9);
        assert!((weather.at(at(110)).cloud - 0.4).abs() < 1e-9);
        assert!((weather.at(at(500)).cloud - 0.8).abs() < 1e-9);
        weather.clear_up(at(500));
        assert!((weather.at(at(505)).cloud - 0.6).abs() < 1e-9);
        assert!(weather.at(at(600)).cloud < 1e-9);
    }
}
