use skyhelm_dwarf_proto::cmd;
use skyhelm_dwarf_proto::v2::ReqPhoto;
use skyhelm_imaging::fits::FitsImage;

use crate::harness::{download, start};
use crate::lens::{opened, photograph, up};

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
