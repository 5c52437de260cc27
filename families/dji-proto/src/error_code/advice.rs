/// What a number is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// Updates.
    Firmware,
    /// Planned tasks.
    Task,
    /// Routes in the air.
    Route,
    /// Pictures and files.
    Media,
    /// Logs.
    Logs,
    /// Any command, before it is looked at.
    Command,
    /// Mobile phone network.
    Mobile,
    /// Authority and payloads.
    Control,
    /// Registration of the aircraft.
    Registration,
    /// Flights to a point.
    FlyTo,
    /// Take-offs to a point.
    Takeoff,
    /// How flights to a point ended, and landing in another dock.
    FlyToEnd,
    /// Live pictures.
    Live,
    /// The dock itself.
    Dock,
    /// The link for live flight control.
    Drc,
}

macro_rules! advice {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// What a person does next.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Advice {
            $($(#[$doc])* $name,)*
        }

        impl Advice {
            /// In words.
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

advice! {
    /// Try once more.
    Again = "Try once more; if it fails again, look at the device's own messages.";
    /// Something else is under way.
    Wait = "Wait until what is under way has ended, then try again.";
    /// Take the authority.
    Authority = "Take control again; the remote controller in the field may hold or lock it.";
    /// The aircraft may be off.
    AircraftOff = "See whether the aircraft is switched on and in reach; switch it on first, then try again.";
    /// It must fly first.
    InFlight = "Take off first.";
    /// Somebody at the controller.
    Pilot = "Speak with the person at the remote controller before you go on.";
    /// Live pictures.
    Live = "Start the picture again after some seconds; the first start after a device came online often fails.";
    /// Mobile phone network.
    Mobile = "See to the mobile dongle, its card and its contract.";
    /// Registration.
    Registration = "Register the aircraft with the authority, then try again.";
    /// The battery.
    BatteryLow = "See to the battery: charge it, or let it come into its range of temperature.";
    /// The weather.
    Weather = "Wait for better weather.";
    /// The button at the dock.
    EmergencyButton = "Somebody pressed the emergency stop at the dock: look there before you release it.";
    /// Another target.
    OtherTarget = "Choose another target or another height, inside what the aircraft and the area allow.";
    /// Where it is.
    Positioning = "Wait until the aircraft knows where it is and its home is set; a clear view of the sky helps.";
    /// What was asked.
    Parameter = "Correct what was asked for; a field is missing, of a wrong kind or out of its range.";
    /// Too old, or being updated.
    Firmware = "See to the firmware of dock and aircraft: both must be up to date and belong together.";
    /// The dock is being debugged.
    DebugMode = "End the dock's debugging mode, or start it if this command needs it.";
    /// Somebody must look.
    Site = "Somebody must look at the dock on site.";
    /// The network.
    Network = "See to the network of the dock; the command may be tried again when it is back.";
    /// Room on disks.
    Storage = "Make room on the dock or on the aircraft's card.";
    /// The camera.
    Camera = "Look at the camera's state, let it finish what it does, then try again.";
    /// The speaker or another payload.
    Speaker = "See whether the payload is attached and ready, then try again.";
    /// A task or a flight.
    Task = "Look at the state of dock and aircraft, then start the task or the flight anew.";
    /// The broker.
    DrcBroker = "Look at address, account and password of the broker for live flight control, then enter it again.";
    /// Enter again.
    DrcAgain = "Look at the network, then enter live flight control again.";
    /// The certificate.
    DrcCertificate = "The broker's certificate must be signed by an authority the device knows, and its name must fit the address.";
    /// Not a published number.
    Unknown = "Look up the number with the vendor; it is not among those published.";
}
