//! A virtual DWARF 3 goes to a target and stacks: its card is left in a directory to look at.
//!
//! `cargo run -p skyhelm-dwarf-sim --example first_light -- 0.712 41.27 "M 31" 8 /tmp/card`
#![allow(clippy::print_stdout, reason = "an example talks to a person")]

use std::error::Error;

use futures_util::{SinkExt, StreamExt};
use prost::Message;
use skyhelm_dwarf_proto::v2::{
    CommonParam, ReqCaptureRawLiveStacking, ReqGotoDso, ReqOpenCamera, ReqPhoto, ReqSetExp,
    ReqSetFeatureParams,
};
use skyhelm_dwarf_proto::{MessageType, ModuleId, Packet, cmd, table};
use skyhelm_dwarf_sim::{VirtualDwarf, VirtualDwarfConfig};
use skyhelm_units::{Site, StationClock, UtcMillis};
use tokio::net::TcpStream;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, tungstenite};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |place: usize, otherwise: &str| {
        arguments
            .get(place)
            .cloned()
            .unwrap_or_else(|| otherwise.to_owned())
    };
    let mut config = VirtualDwarfConfig::dwarf3(Site::from_degrees(47.0, 8.5, 600.0));
    let night = UtcMillis::from_seconds(1_795_294_800);
    config.station_clock = StationClock::new(config.host_clock.now().mono, night, 60.0);
    config.initial.calibrated = true;
    config.card_dir = Some(argument(4, "card").into());
    let dwarf = VirtualDwarf::start(config).await?;
    println!("ws://{}", dwarf.addresses().ws);
    let (mut socket, _) =
        tokio_tungstenite::connect_async(format!("ws://{}/", dwarf.addresses().ws)).await?;
    for cmd in [cmd::TELE_OPEN_CAMERA, cmd::WIDE_OPEN_CAMERA] {
        tell(&mut socket, cmd, &ReqOpenCamera::default(), cmd).await?;
    }
    let target = ReqGotoDso {
        ra: argument(0, "0.712").parse()?,
        dec: argument(1, "41.27").parse()?,
        target_name: argument(2, "M 31"),
    };
    tell(
        &mut socket,
        cmd::ASTRO_START_GOTO_DSO,
        &target,
        cmd::ASTRO_START_GOTO_DSO,
    )
    .await?;
    println!("looks at {:?}", dwarf.truth().pointing());
    tell(
        &mut socket,
        cmd::TELE_PHOTOGRAPH,
        &ReqPhoto {},
        cmd::NOTIFY_ALBUM_UPDATE,
    )
    .await?;
    tell(
        &mut socket,
        cmd::WIDE_PHOTOGRAPH,
        &ReqPhoto {},
        cmd::NOTIFY_ALBUM_UPDATE,
    )
    .await?;
    let gears = [(cmd::TELE_SET_EXPOSURE, 150), (cmd::TELE_SET_GAIN, 18)];
    for (cmd, index) in gears {
        tell(&mut socket, cmd, &ReqSetExp { index }, cmd).await?;
    }
    let count = CommonParam {
        id: 1,
        mode_index: 1,
        continue_value: argument(3, "8").parse()?,
        ..CommonParam::default()
    };
    let feature = ReqSetFeatureParams { param: Some(count) };
    tell(
        &mut socket,
        cmd::TELE_SET_FEATURE_PARAM,
        &feature,
        cmd::TELE_SET_FEATURE_PARAM,
    )
    .await?;
    let begun = std::time::Instant::now();
    let stack = ReqCaptureRawLiveStacking::default();
    tell(
        &mut socket,
        cmd::ASTRO_START_CAPTURE_RAW_LIVE_STACKING,
        &stack,
        cmd::NOTIFY_ALBUM_UPDATE,
    )
    .await?;
    println!("stacked in {:.1} s", begun.elapsed().as_secs_f64());
    dwarf.stop().await;
    Ok(())
}

/// Sends a command and waits for a packet that ends it.
async fn tell(
    socket: &mut Socket,
    cmd: u32,
    message: &impl Message,
    end: u32,
) -> Result<(), Box<dyn Error>> {
    let packet = Packet {
        major_version: 1,
        minor_version: 2,
        device_id: 2,
        module: table::row(cmd).map_or(ModuleId::None, |row| row.module),
        cmd,
        kind: MessageType::Request,
        payload: message.encode_to_vec().into(),
        client_id: "first light".to_owned(),
    };
    socket
        .send(tungstenite::Message::Binary(packet.encode()))
        .await?;
    while let Some(received) = socket.next().await {
        if let tungstenite::Message::Binary(frame) = received? {
            let packet = Packet::decode(&frame)?;
            if packet.kind.is_reply() && !packet.payload.is_empty() {
                println!("{} {:?}", packet.cmd, packet.payload);
            }
            if packet.cmd == end {
                return Ok(());
            }
        }
    }
    Err("the device closed the connection".into())
}
