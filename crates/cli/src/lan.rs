//! Telling a phone where the station is.

use std::net::{IpAddr, SocketAddr, UdpSocket};

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

/// The address other machines of this network reach a station by, when it listens for them.
pub(crate) fn address(bound: SocketAddr) -> Option<SocketAddr> {
    let ip = match bound.ip() {
        ip if ip.is_loopback() => return None,
        ip if ip.is_unspecified() => way_out()?,
        ip => ip,
    };
    Some(SocketAddr::new(ip, bound.port()))
}

/// The address this machine sends from. Connecting a UDP socket sends nothing; the address is one that
/// is kept for documents and belongs to nobody.
fn way_out() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    let ip = socket.local_addr().ok()?.ip();
    (!ip.is_loopback() && !ip.is_unspecified()).then_some(ip)
}

/// Address and QR code, for a terminal with a dark or a light ground.
pub(crate) fn words(address: SocketAddr) -> String {
    let url = format!("http://{address}/");
    let mut words = format!("\nOther machines on your network sign in by name at\n\n    {url}\n");
    if let Ok(code) = QrCode::new(url.as_bytes()) {
        let picture = code.render::<Dense1x2>().quiet_zone(true).build();
        for line in picture.lines() {
            words.push_str("\n    ");
            words.push_str(line);
        }
        words.push('\n');
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_station_of_one_machine_has_no_address_for_others() {
        let own = SocketAddr::from(([127, 0, 0, 1], 8484));
        assert_eq!(address(own), None);
        let fixed = SocketAddr::from(([192, 168, 1, 5], 8484));
        assert_eq!(address(fixed), Some(fixed));
    }

    #[test]
    fn the_code_is_a_square_beside_the_address() {
        let words = words(SocketAddr::from(([192, 168, 1, 5], 8484)));
        assert!(words.contains("http://192.168.1.5:8484/"));
        let rows: Vec<&str> = words.lines().filter(|line| line.contains('█')).collect();
        let width = rows[0].chars().count();
        assert!(rows.len() > 10 && rows.iter().all(|row| row.chars().count() == width));
    }
}
