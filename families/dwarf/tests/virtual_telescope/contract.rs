//! The contract that every family keeps, kept by this one.

use std::sync::Arc;
use std::time::Duration;

use skyhelm_device::{MountCommand, Reply};
use skyhelm_device_contract::{Subject, World};
use skyhelm_dwarf_sim::{Fault, World as VirtualWorld};

use super::*;

/// Takes the network away for a moment.
#[derive(Debug)]
struct Network(VirtualWorld);

impl World for Network {
    fn break_connection(&self) -> Reply<bool> {
        let broke = self.0.put(Fault::WifiDrop { seconds: 0.3 });
        Box::pin(std::future::ready(Ok(broke)))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_driver_keeps_the_contract() {
    let dwarf = virtual_dwarf(calibrated()).await;
    let mut station = Station::with_clock(Value::Null, evening);
    let telescope = station.telescope(&dwarf.addresses().ws.to_string()).await;
    let subject = Subject {
        device: Arc::clone(&telescope.device),
        world: Box::new(Network(dwarf.world())),
        clock: evening(station.host.now()),
        host: station.host.clone(),
        site: site(),
        target: Some(MountCommand::Goto {
            target: m45(),
            name: String::from("M 45"),
        }),
        patience: Duration::from_secs(15),
    };
    let breaches = subject.breaches().await;
    assert!(breaches.is_empty(), "{breaches:#?}");
    station.family.stop().await.unwrap();
    dwarf.stop().await;
}
