use super::{Motion, RegisterConfig, Registration, Stack, StackConfig, register};
use crate::stars::{self, DetectConfig, Star};
use crate::{ImagingError, RgbFrameF32};

/// Wishes for a live stack.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LiveStackConfig {
    /// How stars are found.
    pub detect: DetectConfig,
    /// How they are matched; its guess is replaced by the last sub's motion.
    pub register: RegisterConfig,
    /// How subs are put together.
    pub stack: StackConfig,
}

/// What became of a sub.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SubOutcome {
    /// It is the reference: the first with enough stars.
    Reference {
        /// Stars found in it.
        stars: usize,
    },
    /// It was laid on the reference and added.
    Added(Registration),
    /// It shows too few stars: cloud, daylight, defocus.
    TooFewStars {
        /// Stars found in it.
        stars: usize,
    },
    /// Its stars do not fit the reference's: another field, or trails.
    NoMatch {
        /// Stars found in it.
        stars: usize,
    },
}

impl SubOutcome {
    /// Whether the sub is in the stack.
    pub fn is_added(&self) -> bool {
        matches!(self, Self::Reference { .. } | Self::Added(_))
    }
}

/// A stack that finds out itself how each sub lies.
#[derive(Clone, Debug)]
pub struct LiveStack {
    stack: Stack,
    reference: Vec<Star>,
    last: Motion,
    config: LiveStackConfig,
}

impl LiveStack {
    /// An empty one for subs of a given size.
    ///
    /// # Errors
    /// [`ImagingError::Shape`] when a side is zero or the number of pixels cannot be.
    pub fn new(width: usize, height: usize, config: LiveStackConfig) -> Result<Self, ImagingError> {
        Ok(Self {
            stack: Stack::new(width, height, config.stack)?,
            reference: Vec::new(),
            last: Motion::default(),
            config,
        })
    }

    /// Takes in a sub.
    ///
    /// # Errors
    /// [`ImagingError::SizeMismatch`] when it has another size than the stack.
    pub fn add(&mut self, sub: &RgbFrameF32) -> Result<SubOutcome, ImagingError> {
        let found = stars::detect(&sub.luminance(), &self.config.detect).stars;
        let stars = found.len();
        if stars < self.config.register.least_stars {
            return Ok(SubOutcome::TooFewStars { stars });
        }
        if self.reference.is_empty() {
            self.stack.add(sub, &Motion::default())?;
            self.reference = found;
            return Ok(SubOutcome::Reference { stars });
        }
        let wishes = RegisterConfig {
            guess: self.last,
            ..self.config.register
        };
        let Some(registration) = register(&self.reference, &found, &wishes) else {
            return Ok(SubOutcome::NoMatch { stars });
        };
        self.stack.add(sub, &registration.motion)?;
        self.last = registration.motion;
        Ok(SubOutcome::Added(registration))
    }

    /// The stack so far.
    pub fn stack(&self) -> &Stack {
        &self.stack
    }
}
