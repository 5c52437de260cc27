//! Painted pictures into H.264.

use openh264::OpenH264API;
use openh264::encoder::{
    BitRate, Complexity, Encoder, EncoderConfig, FrameRate, RateControlMode, UsageType, VuiConfig,
};
use openh264::formats::{RgbSliceU8, YUVBuffer};
use skyhelm_sim::land::Frame;

use crate::machine::LiveShot;

/// An encoder for pictures of one size.
pub(super) struct PictureEncoder {
    encoder: Encoder,
    picture: YUVBuffer,
    size: (usize, usize),
    bits: u32,
    is_begun: bool,
}

impl PictureEncoder {
    /// For a shot's size, rate and bits; nothing when the library does not take them.
    pub(super) fn new(shot: &LiveShot) -> Option<Self> {
        let config = EncoderConfig::new()
            .bitrate(BitRate::from_bps(shot.bits))
            .max_frame_rate(FrameRate::from_hz(shot.rate as f32))
            .rate_control_mode(RateControlMode::Bitrate)
            // Without it the library keeps no bit rate: a picture that is too much is left out.
            .skip_frames(true)
            .usage_type(UsageType::CameraVideoRealTime)
            .complexity(Complexity::Low)
            .adaptive_quantization(false)
            .num_threads(1)
            .vui(VuiConfig::bt601());
        let encoder = Encoder::with_api_config(OpenH264API::from_source(), config)
            .inspect_err(|error| tracing::warn!(%error, "no encoder"))
            .ok()?;
        Some(Self {
            encoder,
            picture: YUVBuffer::new(shot.size.0, shot.size.1),
            size: shot.size,
            bits: shot.bits,
            is_begun: false,
        })
    }

    /// Whether it is made for such shots.
    pub(super) fn fits(&self, shot: &LiveShot) -> bool {
        (self.size, self.bits) == (shot.size, shot.bits)
    }

    /// NAL units with start codes, none for a picture that is left out; `key` for a picture that depends on none.
    pub(super) fn encode(&mut self, frame: &Frame, key: bool) -> Option<Vec<u8>> {
        let pixels = RgbSliceU8::new(&frame.rgb, (frame.width, frame.height));
        self.picture.read_rgb8(pixels);
        if key && self.is_begun {
            self.encoder.force_intra_frame();
        }
        self.is_begun = true;
        let stream = self.encoder.encode(&self.picture);
        stream
            .inspect_err(|error| tracing::warn!(%error, "a picture could not be encoded"))
            .map(|stream| stream.to_vec())
            .ok()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use openh264::decoder::Decoder;
    use openh264::formats::YUVSource;
    use skyhelm_sim::flight::Enu;
    use skyhelm_sim::land::{Band, Land, Painter, View, sun_over};
    use skyhelm_streams::h264;
    use skyhelm_units::{Site, UtcMillis};

    use super::*;

    fn shot() -> LiveShot {
        LiveShot {
            view: View {
                position: Enu::new(0.0, 0.0, 60.0),
                heading_deg: 20.0,
                pitch_deg: -20.0,
                roll_deg: 0.0,
                width_deg: 73.7,
            },
            band: Band::Visible,
            size: (640, 360),
            rate: 15.0,
            bits: 3_000_000,
        }
    }

    #[test]
    fn what_is_encoded_looks_like_what_was_painted_and_begins_anew_when_asked() {
        let site = Site::from_degrees(47.0, 8.5, 450.0);
        let painter = Painter::new(Arc::new(Land::seeded(1, site)));
        let sun = sun_over(&site, UtcMillis::from_seconds(1_782_041_400));
        let mut encoder = PictureEncoder::new(&shot()).unwrap();
        let mut decoder = Decoder::new().unwrap();
        let mut worst = f64::INFINITY;
        for number in 0..6 {
            let mut view = shot().view;
            view.heading_deg += f64::from(number);
            let painted = painter.paint(&view, shot().size, Band::Visible, sun);
            let stream = encoder.encode(&painted, number % 3 == 0).unwrap();
            let (parameters, picture) = h264::from_annex_b(&stream, 0);
            assert_eq!(picture.unwrap().key, number % 3 == 0);
            assert_eq!(parameters.is_some(), number % 3 == 0);
            let decoded = decoder.decode(&stream).unwrap().unwrap();
            assert_eq!(decoded.dimensions(), shot().size);
            let mut seen = vec![0; painted.rgb.len()];
            decoded.write_rgb8(&mut seen);
            worst = worst.min(similarity(&painted.rgb, &seen));
        }
        assert!(worst > 24.0, "{worst:.1} dB");
    }

    /// Peak signal to noise ratio, decibels.
    fn similarity(a: &[u8], b: &[u8]) -> f64 {
        let square = |(a, b): (&u8, &u8)| (f64::from(*a) - f64::from(*b)).powi(2);
        let mean = a.iter().zip(b).map(square).sum::<f64>() / a.len() as f64;
        10.0 * (255.0 * 255.0 / mean.max(1e-9)).log10()
    }
}
