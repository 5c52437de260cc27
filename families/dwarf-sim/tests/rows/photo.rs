use skyhelm_dwarf_proto::cmd;
use skyhelm_dwarf_proto::v2::{ReqOpenCamera, ReqPhoto, ReqSetExp};
use skyhelm_imaging::fits::FitsImage;

use crate::harness::{download, start};
use crate::lens::{TELE, WIDE, opened, photograph, pixels, raw_photo, up};

fn is_a(path: &str, extension: &str) -> bool {
    std::path::Path::new(path)
        .extension()
        .is_some_and(|found| found == extension)
}

async fn takes_a_jpeg(take: u32, state: u32, prefix: &str, closed: i32) {
    let (dwarf, mut client) = start(up()).await;
    assert_eq!(client.command(take, &ReqPhoto {}).await, closed);
    client.open_cameras().await;
    let path = photograph(&dwarf, &mut client, take, state).await;
    assert!(path.contains(prefix) && is_a(&path, "jpeg"), "{path}");
    let jpeg = download(&dwarf, &path).await;
    assert_eq!(&jpeg[..2], [0xff, 0xd8]);
    assert!(jpeg.len() > 5_000);
    dwarf.stop().await;
}

async fn takes_a_fits(take: u32, state: u32, prefix: &str) {
    let (dwarf, mut client) = opened().await;
    let path = photograph(&dwarf, &mut client, take, state).await;
    assert!(path.contains(prefix) && is_a(&path, "fits"), "{path}");
    let frame = FitsImage::read(&download(&dwarf, &path).await).unwrap();
    assert_eq!(frame.header.text("BAYERPAT"), Some("RGGB"));
    assert_eq!(frame.header.text("TELESCOP"), Some("DWARFIII"));
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10002_the_tele_takes_a_photograph() {
    takes_a_jpeg(
        cmd::TELE_PHOTOGRAPH,
        cmd::NOTIFY_TELE_FUNCTION_STATE,
        "DWARF3_TELE_",
        -10501,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12022_the_wide_camera_takes_a_photograph() {
    takes_a_jpeg(
        cmd::WIDE_PHOTOGRAPH,
        cmd::NOTIFY_WIDE_FUNCTION_STATE,
        "DWARF3_WIDE_",
        -12501,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10041_the_tele_keeps_the_sensors_counts() {
    takes_a_fits(
        cmd::TELE_PHOTO_RAW,
        cmd::NOTIFY_TELE_FUNCTION_STATE,
        "DWARF3_TELE_",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tele_opened_for_1080_lines_takes_photographs_of_half_the_size() {
    let (dwarf, mut client) = start(up()).await;
    let mut sizes = Vec::new();
    for binning in [false, true] {
        let wanted = ReqOpenCamera {
            binning,
            ..ReqOpenCamera::default()
        };
        assert_eq!(client.command(TELE.open, &wanted).await, 0);
        let jpeg = pixels(&dwarf, &mut client, &TELE).await.size();
        let raw = raw_photo(&dwarf, &mut client).await;
        let told = raw.header.integer("XBINNING");
        let raw = raw.to_raw().unwrap();
        sizes.push((jpeg, raw.width(), told));
    }
    let [
        ((wide, high), raw, one),
        ((half_wide, half_high), half_raw, two),
    ] = sizes[..]
    else {
        panic!("two sizes")
    };
    assert_eq!((half_wide, half_high), (wide / 2, high / 2));
    assert_eq!((half_raw, one, two), (raw / 4 * 2, Some(1), Some(2)));
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_that_photographs_says_so() {
    let mut config = up();
    config.window = 8;
    let (dwarf, mut client) = start(config).await;
    client.open_cameras().await;
    for (set, lens, busy) in [
        (cmd::TELE_SET_EXPOSURE, TELE, -10511),
        (cmd::WIDE_SET_EXPOSURE, WIDE, -12506),
    ] {
        // A minute of the device's time: half a second.
        assert_eq!(client.command(set, &ReqSetExp { index: 162 }).await, 0);
        assert_eq!(client.command(lens.photograph, &ReqPhoto {}).await, 0);
        assert_eq!(client.command(lens.photograph, &ReqPhoto {}).await, busy);
    }
    dwarf.stop().await;
}
