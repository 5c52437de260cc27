use super::*;
use serde_json::json;

#[test]
fn a_file_size_is_a_number_or_a_text() {
    let size = |value| serde_json::from_value::<FileSize>(value).unwrap().0;
    assert_eq!(size(json!(10_031_155)), 10_031_155);
    assert_eq!(size(json!("689.38 KB")), 705_925);
    assert_eq!(size(json!("1.11 MB")), 1_163_919);
    assert_eq!(size(json!(null)), 0);
    assert_eq!(size(json!("a lot")), 0);
    assert_eq!(serde_json::to_value(FileSize(7)).unwrap(), json!(7));
}

/// The answer printed in API 2.0 §3.3.8.2, shortened.
#[test]
fn a_list_with_nulls_and_sizes_in_words_is_read() {
    let answer: Answer<Vec<MediaInfo>> = serde_json::from_value(json!({
        "code": 0,
        "data": [{
            "basicParams": null,
            "featureParams": [{"name": "duration", "value": "74"}, {"name": "width", "value": 3840}],
            "fileName": "DWARF_20230530085407647.mp4",
            "filePath": "/sdcard/DWARF_II/Videos/DWARF_20230530085407647.mp4",
            "fileSize": "264.17 MB",
            "mediaType": 1,
            "modificationTime": 1_685_408_122,
            "thumbnailPath": "/sdcard/DWARF_II/Videos/Thumbnail/DWARF_20230530085407647.jpg"
        }]
    }))
    .unwrap();
    let info = &answer.into_data().unwrap()[0];
    assert_eq!(info.duration_seconds(), Some(74.0));
    assert_eq!(info.feature_params[1].value, "3840");
    assert_eq!(info.media_type, MediaType::Photo);
}

#[test]
fn a_password_is_sent_but_never_formatted() {
    let info = DeviceInfo {
        device_pwd: Secret::new("DWARF_12345678"),
        ..DeviceInfo::default()
    };
    assert!(!format!("{info:?}").contains("12345678"));
    assert_eq!(
        serde_json::to_value(&info).unwrap()["devicePwd"],
        "DWARF_12345678"
    );
}

#[test]
fn a_version_of_minus_ones_is_a_failure_whatever_the_code_says() {
    let failed = FirmwareVersion {
        major_version: -1,
        minor_version: -1,
        patch_version: -1,
    };
    assert_eq!(failed.known(), None);
    let version = FirmwareVersion {
        major_version: 1,
        minor_version: 1,
        patch_version: 3,
    };
    assert_eq!(version.known().unwrap().to_string(), "1.1.3");
}

#[test]
fn a_failure_has_no_data() {
    let answer: Answer<MediaCount> = serde_json::from_str(r#"{"code":-2}"#).unwrap();
    assert_eq!(answer.into_data(), Err(code::INVALID_PARAM));
    let written = serde_json::to_string(&Empty::failed(code::OK)).unwrap();
    assert_eq!(written, r#"{"code":0}"#);
}
