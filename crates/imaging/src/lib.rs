//! What the pixels say: FITS, debayer, stretch, star detection.
