//! The two cameras as the row tests use them.

use skyhelm_dwarf_proto::cmd;
use skyhelm_dwarf_proto::v2::{
    ComResWithInt, CommonParam, ReqGetAllParams, ReqPhoto, ReqSetExp, ResGetAllParams,
    ResNotifyAlbumUpdate, ResNotifyCamFunctionState, ResNotifyParam,
};
use skyhelm_dwarf_sim::{RunningDwarf, VirtualDwarfConfig};
use skyhelm_imaging::fits::FitsImage;

use crate::harness::{Client, album, config, download, start};

pub(crate) struct Lens {
    pub(crate) open: u32,
    pub(crate) close: u32,
    pub(crate) all: u32,
    pub(crate) echo: u32,
    pub(crate) photograph: u32,
    pub(crate) function: u32,
    /// What it answers while it is closed.
    pub(crate) closed: i32,
    /// What it answers to a setting its image processor does not take.
    pub(crate) refused: i32,
}

pub(crate) const TELE: Lens = Lens {
    open: cmd::TELE_OPEN_CAMERA,
    close: cmd::TELE_CLOSE_CAMERA,
    all: cmd::TELE_GET_ALL_PARAMS,
    echo: cmd::NOTIFY_TELE_SET_PARAM,
    photograph: cmd::TELE_PHOTOGRAPH,
    function: cmd::NOTIFY_TELE_FUNCTION_STATE,
    closed: -10501,
    refused: -10502,
};
pub(crate) const WIDE: Lens = Lens {
    open: cmd::WIDE_OPEN_CAMERA,
    close: cmd::WIDE_CLOSE_CAMERA,
    all: cmd::WIDE_GET_ALL_PARAMS,
    echo: cmd::NOTIFY_WIDE_SET_PARAM,
    photograph: cmd::WIDE_PHOTOGRAPH,
    function: cmd::NOTIFY_WIDE_FUNCTION_STATE,
    closed: -12501,
    refused: -12505,
};

pub(crate) fn up() -> VirtualDwarfConfig {
    let mut config = config();
    config.initial.motors_deg = Some((120.0, 50.0));
    config
}

pub(crate) async fn opened() -> (RunningDwarf, Client) {
    let (dwarf, mut client) = start(up()).await;
    client.open_cameras().await;
    (dwarf, client)
}

/// The middle of the sensor suffices for what is measured here.
pub(crate) async fn opened_small() -> (RunningDwarf, Client) {
    let mut config = up();
    config.window = 8;
    let (dwarf, mut client) = start(config).await;
    client.open_cameras().await;
    (dwarf, client)
}

pub(crate) async fn param(client: &mut Client, lens: &Lens, id: i32) -> CommonParam {
    let all: ResGetAllParams = client.ask(lens.all, &ReqGetAllParams {}).await;
    all.all_params
        .into_iter()
        .find(|param| param.id == id)
        .unwrap()
}

/// Takes a photograph and gives the album's newest entry.
pub(crate) async fn photograph(
    dwarf: &RunningDwarf,
    client: &mut Client,
    take: u32,
    state: u32,
) -> String {
    let before = album(dwarf, 1).await.len();
    assert_eq!(client.command(take, &ReqPhoto {}).await, 0);
    for wanted in [1, 0] {
        let so = |told: &ResNotifyCamFunctionState| told.function_id == 2 && told.state == wanted;
        client.hear(state, so).await;
    }
    client
        .hear(cmd::NOTIFY_ALBUM_UPDATE, |told: &ResNotifyAlbumUpdate| {
            told.media_type == 1
        })
        .await;
    let photos = album(dwarf, 1).await;
    assert_eq!(photos.len(), before + 1);
    photos[0]["filePath"].as_str().unwrap().to_owned()
}

pub(crate) async fn raw_photo(dwarf: &RunningDwarf, client: &mut Client) -> FitsImage {
    let path = photograph(
        dwarf,
        client,
        cmd::TELE_PHOTO_RAW,
        cmd::NOTIFY_TELE_FUNCTION_STATE,
    )
    .await;
    FitsImage::read(&download(dwarf, &path).await).unwrap()
}

/// The mean count of a RAW photograph with an exposure and a gain.
pub(crate) async fn raw_level(
    dwarf: &RunningDwarf,
    client: &mut Client,
    exposure: i32,
    gain: i32,
) -> f64 {
    client
        .command(cmd::TELE_SET_EXPOSURE, &ReqSetExp { index: exposure })
        .await;
    client
        .command(cmd::TELE_SET_GAIN, &ReqSetExp { index: gain })
        .await;
    let frame = raw_photo(dwarf, client).await.to_raw().unwrap();
    frame
        .data()
        .iter()
        .map(|&count| f64::from(count))
        .sum::<f64>()
        / frame.data().len() as f64
}

/// A photograph's pixels.
pub(crate) struct Pixels {
    width: usize,
    rgb: Vec<[f64; 3]>,
}

impl Pixels {
    pub(crate) fn of_jpeg(jpeg: &[u8]) -> Self {
        use zune_jpeg::JpegDecoder;
        use zune_jpeg::zune_core::bytestream::ZCursor;
        let mut decoder = JpegDecoder::new(ZCursor::new(jpeg));
        let bytes = decoder.decode().unwrap();
        let rgb = bytes.chunks_exact(3);
        Self {
            width: decoder.dimensions().unwrap().0,
            rgb: rgb.map(|p| [p[0], p[1], p[2]].map(f64::from)).collect(),
        }
    }

    pub(crate) fn size(&self) -> (usize, usize) {
        (self.width, self.rgb.len() / self.width)
    }

    fn mean_of(&self, value: impl Fn(&[f64; 3]) -> f64) -> f64 {
        self.rgb.iter().map(value).sum::<f64>() / self.rgb.len() as f64
    }

    fn grey(pixel: &[f64; 3]) -> f64 {
        pixel.iter().sum::<f64>() / 3.0
    }

    pub(crate) fn brightness(&self) -> f64 {
        self.mean_of(Self::grey)
    }

    /// Spread of the greys.
    pub(crate) fn contrast(&self) -> f64 {
        let mean = self.brightness();
        self.mean_of(|pixel| (Self::grey(pixel) - mean).powi(2))
            .sqrt()
    }

    /// How far a pixel is from grey.
    pub(crate) fn colour(&self) -> f64 {
        self.mean_of(|pixel| {
            let [r, g, b] = *pixel;
            r.max(g).max(b) - r.min(g).min(b)
        })
    }

    /// How much redder than blue the whole is.
    pub(crate) fn warmth(&self) -> f64 {
        self.mean_of(|[red, _, blue]| red - blue)
    }

    /// How much a pixel differs from its neighbour.
    pub(crate) fn detail(&self) -> f64 {
        let rows = self.rgb.chunks_exact(self.width);
        let steps = rows.flat_map(|row| row.windows(2));
        let steps: Vec<f64> = steps
            .map(|pair| (Self::grey(&pair[0]) - Self::grey(&pair[1])).abs())
            .collect();
        steps.iter().sum::<f64>() / steps.len() as f64
    }
}

/// Takes a photograph and gives its pixels.
pub(crate) async fn pixels(dwarf: &RunningDwarf, client: &mut Client, lens: &Lens) -> Pixels {
    let path = photograph(dwarf, client, lens.photograph, lens.function).await;
    Pixels::of_jpeg(&download(dwarf, &path).await)
}

/// Reads what was set before, and finds the echo beside the answer.
pub(crate) async fn reads(lens: &Lens, set: u32, get: u32, values: [i32; 2]) {
    let (dwarf, mut client) = opened_small().await;
    for value in values {
        assert_eq!(client.command(set, &ReqSetExp { index: value }).await, 0);
        let answer: ComResWithInt = client.ask(get, &ReqGetAllParams {}).await;
        assert_eq!((answer.value, answer.code), (value, 0));
    }
    client.hear::<ResNotifyParam>(lens.echo, |_| true).await;
    dwarf.stop().await;
}
