//! Where things are: time scales, frames, refraction, Sun, Moon, catalogues.
