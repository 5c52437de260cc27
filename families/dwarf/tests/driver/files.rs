//! The album and its files.

use super::*;
use skyhelm_device::AlbumCommand;

#[tokio::test]
async fn the_album_lists_a_stack_with_its_files() {
    let fake = Fake::start().await;
    let folder = "/sdcard/DWARF3/Astronomy/DWARF_RAW_TELE_M 31";
    {
        let mut shared = fake.shared.lock().unwrap();
        shared.album = json!([
            {"mediaType": 1, "fileName": "a.jpeg", "filePath": "/sdcard/DWARF3/Normal_Photos/a.jpeg",
             "thumbnailPath": "", "modificationTime": 100, "fileSize": "689.38 KB"},
            {"mediaType": 4, "fileName": "stacked.jpg", "filePath": format!("{folder}/stacked.jpg"),
             "thumbnailPath": format!("{folder}/stacked_thumbnail.jpg"), "modificationTime": 200,
             "fileSize": 4, "astroTargetName": "M 31"},
        ]);
        let base = "Astronomy/DWARF_RAW_TELE_M 31";
        for (name, bytes) in [
            ("stacked.jpg", "jpeg"),
            ("stacked-16_M 31.fits", "fits!"),
            (
                "shotsInfo.json",
                r#"{"shotsTaken": 12, "shotsStacked": 10}"#,
            ),
        ] {
            let path = format!("{base}/{name}");
            shared
                .files
                .insert(path, Bytes::from_static(bytes.as_bytes()));
        }
    }
    let mut station = Station::start(Value::Null);
    let telescope = station.telescope(&fake.address).await;
    let library = telescope.capabilities().library.unwrap();
    let items = library.list().await.unwrap();
    assert_eq!(items.len(), 2);
    let stack = &items[0];
    assert_eq!(stack.kind, MediaKind::Stack);
    assert_eq!(stack.target.as_deref(), Some("M 31"));
    let subs = stack.subs.unwrap();
    assert_eq!((subs.taken, subs.stacked), (12, 10));
    let size = |name: &str| {
        let path = format!("{folder}/{name}");
        let file = stack.files.iter().find(|file| file.path == path);
        file.map(|file| file.size_bytes)
    };
    assert_eq!(size("stacked-16_M 31.fits"), Some(Some(5)));
    assert_eq!(size("M 31_0001.fits"), Some(None));
    assert_eq!(size("failed_0002.fits"), None);
    station.family.stop().await.unwrap();
}

#[tokio::test]
async fn a_burst_lists_each_of_its_pictures() {
    let fake = Fake::start().await;
    let path = |number: u32| format!("/sdcard/DWARF3/Burst/DWARF_1/{number}.jpg");
    let image = |number: u32, size: Value| json!({"filePath": path(number), "fileSize": size});
    fake.shared.lock().unwrap().album = json!([
        {"mediaType": 3, "fileName": "DWARF_1", "filePath": path(0), "thumbnailPath": "",
         "modificationTime": 100, "fileSize": 600, "burstImgCount": 3,
         "images": [image(0, json!(100)), image(1, json!("0.2 KB")), image(2, json!(300))]},
    ]);
    let mut station = Station::start(Value::Null);
    let telescope = station.telescope(&fake.address).await;
    let library = telescope.capabilities().library.unwrap();
    let items = library.list().await.unwrap();
    assert_eq!((items.len(), items[0].kind), (1, MediaKind::Burst));
    let files = items[0].files.iter();
    let files: Vec<_> = files
        .map(|file| (file.path.clone(), file.size_bytes))
        .collect();
    let wanted = [(path(0), Some(100)), (path(1), None), (path(2), Some(300))];
    assert_eq!(files, wanted);
    station.family.stop().await.unwrap();
}

#[tokio::test]
async fn a_download_goes_on_where_the_connection_broke() {
    let fake = Fake::start().await;
    let whole: Vec<u8> = (0..200_000u32).map(|i| (i * 7 % 251) as u8).collect();
    {
        let mut shared = fake.shared.lock().unwrap();
        let bytes = Bytes::from(whole.clone());
        shared
            .files
            .insert(String::from("Astronomy/a b.fits"), bytes);
        shared.break_after = Some(70_000);
    }
    let mut station = Station::start(Value::Null);
    let telescope = station.telescope(&fake.address).await;
    let library = telescope.capabilities().library.unwrap();
    let path = "/sdcard/DWARF3/Astronomy/a b.fits";
    let mut pieces = library.read(path, 1_000).await.unwrap();
    let mut got = Vec::new();
    while let Some(piece) = pieces.recv().await {
        got.extend_from_slice(&piece.unwrap());
    }
    assert!(got == whole[1_000..], "{} bytes", got.len());
    let ranges = fake.shared.lock().unwrap().ranges.clone();
    assert_eq!(ranges[0].as_deref(), Some("bytes=1000-"));
    assert_eq!(ranges.len(), 2);
    let gone = library.read("/sdcard/DWARF3/none.fits", 0).await;
    assert_eq!(gone.unwrap_err().kind, ErrorKind::NotFound);
    let out = library.read("/sdcard/DWARF3/../../etc/passwd", 0).await;
    assert_eq!(out.unwrap_err().kind, ErrorKind::Invalid);
    station.family.stop().await.unwrap();
}

#[tokio::test]
async fn what_is_deleted_is_named_with_its_kind_and_must_be_there() {
    let fake = Fake::start().await;
    let path = "/sdcard/DWARF3/Normal_Photos/a.jpeg";
    fake.shared.lock().unwrap().album = json!([
        {"mediaType": 1, "fileName": "a.jpeg", "filePath": path, "modificationTime": 100},
    ]);
    let mut station = Station::start(Value::Null);
    let telescope = station.telescope(&fake.address).await;
    let delete = |path: &str| {
        let paths = vec![path.to_owned()];
        let command = AlbumCommand::Delete { paths };
        telescope.give(telescope.capabilities().album, command)
    };
    delete(path).await.unwrap();
    let asked = fake.shared.lock().unwrap().deleted.clone();
    assert_eq!(asked[0]["mediaType"], 1);
    assert_eq!(asked[0]["fileName"], "a.jpeg");
    let library = telescope.capabilities().library.unwrap();
    assert!(library.list().await.unwrap().is_empty());
    let gone = delete(path).await.unwrap_err();
    assert_eq!(gone.kind, ErrorKind::NotFound);
    station.family.stop().await.unwrap();
}
